/** Names: bytes that are no text, too long, or alike. */
import type { Attack, Except, Step } from "../attack.ts";

const EROFS: Except = { "read-only": "EROFS" };
const ABSENT: Except = { "read-only": "ENOENT" };

const PLACES: readonly ((path: string) => string)[] = [
  (path) => `get:${path}`,
  (path) => `open:${path}:CREAT`,
  (path) => `stat:${path}`,
  (path) => `times:${path}:1:1`,
  (path) => `mkdir:${path}`,
  (path) => `rmdir:${path}`,
  (path) => `unlink:${path}`,
  (path) => `readlink:${path}`,
  (path) => `symlink:x:${path}`,
  (path) => `symlink:${path}:x`,
  (path) => `rename:${path}:x`,
  (path) => `rename:file.txt:${path}`,
  (path) => `link:${path}:x`,
  (path) => `link:file.txt:${path}`,
];

function everywhere(paths: readonly string[], code: string): Step[] {
  return paths.flatMap((path) => PLACES.map((call): Step => [call(path), code]));
}

const LONG = "n".repeat(4096);

export const NAMES: readonly Attack[] = [
  {
    title: "a NUL does not end a name, and bytes that are no UTF-8 do not name another file",
    from: "promise 12: EILSEQ, never aliased",
    steps: everywhere([
      "file.txt\\x00",
      "file.txt\\x00.png",
      "\\x00",
      "dir/\\x00/../file.txt",
      "\\xff",
      "file\\xfe.txt",
      "\\xc0\\xaf",
      "\\xc0\\xae\\xc0\\xae/outside/secret.txt",
      "\\xed\\xa0\\x80",
      "dir/\\xe2\\x82",
      "\\xf5\\x80\\x80\\x80",
    ], "EILSEQ"),
  },
  {
    title: "marks and letters that look alike are different names",
    from: "U+FFFD, byte order marks, normalization",
    steps: [
      ["put:\\xef\\xbf\\xbd:replacement", "OK", EROFS],
      ["put:\\xef\\xbb\\xbffile.txt:marked", "OK", EROFS],
      ["put:caf\\xc3\\xa9:composed", "OK", EROFS],
      ["put:cafe\\xcc\\x81:decomposed", "OK", EROFS],
      ["put:FILE.TXT:upper", "OK", EROFS],
      ["get:file.txt", 'OK 5 "hello"'],
      ["get:\\xef\\xbb\\xbffile.txt", 'OK 6 "marked"', ABSENT],
      ["get:caf\\xc3\\xa9", 'OK 8 "composed"', ABSENT],
      ["get:cafe\\xcc\\x81", 'OK 10 "decomposed"', ABSENT],
      ["get:\\xfe", "EILSEQ"],
      // Only slashes part names, and only two dots go up.
      ["put:..\\\\outside:backslash", "OK", EROFS],
      ["put:...:dots", "OK", EROFS],
      ["put:.. :space", "OK", EROFS],
      ["get:... /x", "ENOENT"],
      ["get:.../../outside/secret.txt", "ENOTDIR", ABSENT],
      ["put:%2e%2e%2foutside:percent", "OK", EROFS],
      ["put:~:tilde", "OK", EROFS],
      ["put:$HOME:dollar", "OK", EROFS],
      ["put:C\\x3a:colon", "OK", EROFS],
    ],
  },
  {
    title: "long names and paths are refused before anything is made of them",
    from: "PATH_MAX",
    steps: [
      ...everywhere([LONG], "ENAMETOOLONG"),
      ["mkdir:" + "n".repeat(256), "ENAMETOOLONG"],
      ["mkdir:" + "n".repeat(255), "OK", EROFS],
      ["symlink:" + "t".repeat(4095) + ":long", "OK", EROFS],
      ["get:long", "ENAMETOOLONG", ABSENT],
      ["stat:long/x", "ENAMETOOLONG", ABSENT],
      ["symlink:" + "../".repeat(1365) + ":deep", "OK", EROFS],
      ["stat:deep", "ENOTCAPABLE", ABSENT],
      ["symlink:" + "./".repeat(2047) + ":dots", "OK", EROFS],
      ["stat:dots", "OK", ABSENT],
      ["get:" + "dir/../".repeat(580) + "file.txt", 'OK 5 "hello"'],
      ["get:" + "/".repeat(4000) + "file.txt", "ENOTCAPABLE"],
      ["get:dir" + "/".repeat(4000) + "inner.txt", 'OK 5 "inner"'],
      ["get:", "ENOENT"],
      ["mkdir:", "ENOENT"],
      ["symlink::x", "ENOENT"],
    ],
  },
];
