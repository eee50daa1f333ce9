/** What DESIGN says of the two rooms, read from the source: who may touch the host at all, and who opens paths for guests. */
import { assert, assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url);

/** Every source file below a folder, by its path from the root, without comments. */
function sources(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}/${name}`;
    if (isDirectory) { for (const [inner, text] of sources(path)) found.set(inner, text); }
    else if (name.endsWith(".ts")) {
      found.set(path, withoutComments(Deno.readTextFileSync(new URL(path, root))));
    }
  }
  return found;
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

const caps = sources("caps");
const wasi = sources("wasi");
const all = new Map([...caps, ...wasi]);

function filesWith(pattern: RegExp, files = all): string[] {
  return Array.from(files).filter(([, text]) => pattern.test(text)).map(([path]) => path).sort();
}

Deno.test("wasi/ does not mention Deno's calls", () => {
  assert(wasi.size > 50);
  assertEquals(filesWith(/\bDeno\s*[.[]/, wasi), []);
});

Deno.test("in caps/ only the host's room and the terminal's mention Deno's calls", () => {
  const elsewhere = filesWith(/\bDeno\s*[.[]/, caps).filter((path) => !/^caps\/(host|cli)\//.test(path));
  assertEquals(elsewhere, []);
  assert(filesWith(/\bDeno\s*[.[]/, caps).length > 10);
});

Deno.test("directories of the host are made by hostDirectory and nothing else", () => {
  assertEquals(filesWith(/\b(kernelDirectory|new KernelDirectory)\b/), [
    "caps/host/kernel.ts",
    "caps/host/open.ts",
  ]);
  assertEquals(filesWith(/\bportableDirectory\b/), ["caps/host/open.ts", "caps/host/portable.ts"]);
  assertEquals(filesWith(/\bnew PortableDirectory\b/), ["caps/host/portable.ts"]);
  assertEquals(filesWith(/\bnew (KernelFile|PortableFile)\b/), [
    "caps/host/kernel.ts",
    "caps/host/locked.ts",
    "caps/host/portable/open_file.ts",
  ]);
});

Deno.test("hostDirectory is called where a user's own words are read, and never where a guest's are", () => {
  const callers = filesWith(/\bhostDirectory\(/);
  // Flags, policies, answers to questions, options of the library.
  const rooms = /^(caps\/(host\/(file|open)|prompt\/)|wasi\/(open_directories|cli\/))/;
  assertEquals(callers.filter((path) => !rooms.test(path)), []);
  assert(callers.includes("wasi/open_directories.ts"), callers.join());
  assertEquals(
    callers.filter((path) => /^(wasi\/(preview1|abi)\/|caps\/(walk|paths|path)\.ts)/.test(path)),
    [],
  );
});

/** Calls that turn a path into something that can be used, of Deno, `node:fs` and libc. */
const OPENING =
  /\bDeno\.(open|create|readFile|readTextFile|writeFile|writeTextFile|readDir|mkdir|remove|rename|link|symlink|readLink|lstat|stat|truncate|chmod|chown|utime|realPath|copyFile|makeTemp\w*)(Sync)?\b|\bnode:fs\b|\blibc\.\w+at2?\(/;

Deno.test("paths of the host are opened in the host's room and in the terminal's", () => {
  const files = filesWith(OPENING);
  assertEquals(files.filter((path) => !/^caps\/(host|cli)\//.test(path)), []);
  // Those that guests reach, through the one function: a new one among them is a new wall to be tested.
  const walls = files.filter((path) => /^caps\/host\/(kernel|openat2|portable)/.test(path));
  assertEquals(walls, [
    "caps/host/kernel.ts",
    "caps/host/openat2.ts",
    "caps/host/portable.ts",
    "caps/host/portable/info.ts",
    "caps/host/portable/open_file.ts",
    "caps/host/portable/times.ts",
  ]);
});

Deno.test("what guests reach through descriptors is not opened from anywhere else", () => {
  const importing = (name: string): string[] => filesWith(new RegExp(`from "[^"]*${name}"`));
  assertEquals(importing("/openat2.ts"), ["caps/host/kernel.ts"]);
  assertEquals(importing("/portable.ts"), ["caps/host/open.ts"]);
  assertEquals(importing("/open_file.ts"), ["caps/host/portable.ts"]);
  assertEquals(importing("/kernel_file.ts"), ["caps/host/kernel.ts"]);
});

Deno.test("nothing runs programs or evaluates text on behalf of a guest", () => {
  assertEquals(filesWith(/\bDeno\.(Command|run)\b|\beval\(|\bnew Function\b/), []);
});

Deno.test("nobody lets Deno make a file that may be there already: it would go through a dangling link", () => {
  assertEquals(filesWith(/\bcreate: true/).filter((path) => path.includes("portable")), []);
});
