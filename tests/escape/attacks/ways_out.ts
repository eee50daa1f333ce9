/** Paths and links that would lead out of a mount, in every call that takes a path. */
import type { Attack, Step } from "../attack.ts";

/** Every call that takes a path, made with the path in each of its places. */
const CALLS: readonly ((path: string) => string)[] = [
  (path) => `get:${path}`,
  (path) => `get:${path}:NOFOLLOW`,
  (path) => `open:${path}:CREAT`,
  (path) => `open:${path}:CREAT,EXCL`,
  (path) => `open:${path}:TRUNC:read`,
  (path) => `open:${path}:APPEND:write`,
  (path) => `put:${path}:escaped`,
  (path) => `open:${path}:DIRECTORY`,
  (path) => `open:${path}:DIRECTORY,NOFOLLOW`,
  (path) => `list:${path}`,
  (path) => `stat:${path}`,
  (path) => `stat:${path}:NOFOLLOW`,
  (path) => `times:${path}:1:1`,
  (path) => `times:${path}:1:1::NOFOLLOW`,
  (path) => `mkdir:${path}`,
  (path) => `rmdir:${path}`,
  (path) => `unlink:${path}`,
  (path) => `readlink:${path}`,
  (path) => `symlink:file.txt:${path}`,
  (path) => `link:${path}:taken`,
  (path) => `link:${path}:taken:FOLLOW`,
  (path) => `link:file.txt:${path}`,
  (path) => `rename:${path}:taken`,
  (path) => `rename:file.txt:${path}`,
  (path) => `rename:${path}:@/w@taken`,
  (path) => `link:${path}:@/w@taken`,
];

/** The calls that follow a link in the last place. */
const FOLLOWING: readonly ((path: string) => string)[] = [
  (path) => `get:${path}`,
  (path) => `open:${path}:CREAT`,
  (path) => `open:${path}:CREAT:write`,
  (path) => `open:${path}:TRUNC:read`,
  (path) => `open:${path}:TRUNC,CREAT:write`,
  (path) => `open:${path}:DIRECTORY`,
  (path) => `list:${path}`,
  (path) => `stat:${path}`,
  (path) => `times:${path}:1:1`,
  (path) => `link:${path}:taken:FOLLOW`,
  (path) => `link:${path}:@/w@taken:FOLLOW`,
];

function each(
  paths: readonly string[],
  calls: readonly ((path: string) => string)[],
): Step[] {
  return paths.flatMap((path) => calls.map((call): Step => [call(path), "ENOTCAPABLE"]));
}

/** Names in the fixture of links that lead outside. */
const OUTWARD = [
  "out",
  "out-slash",
  "out-file",
  "out-new",
  "out-missing",
  "out-abs",
  "out-abs-file",
  "out-abs-new",
  "out-chain",
  "out-by-dir",
  "out-here",
  "root",
  "up",
  "and-back",
  "abs-back",
];

export const WAYS_OUT: readonly Attack[] = [
  {
    title: "dots do not leave a mount, not even to come back",
    from: "wasi-filesystem path-resolution.md",
    steps: each([
      "..",
      "../",
      "../outside/secret.txt",
      "../outside/new.txt",
      "../mount/file.txt",
      "./../outside",
      "dir/../../outside/secret.txt",
      "dir//..//..//mount//file.txt",
      "dir/sub/../../../outside/new.txt",
      "to-dir/sub/../../../outside",
      "here/here/../x",
      "..//../../../../../../../../etc/passwd",
    ], CALLS),
  },
  {
    title: "absolute paths are refused wherever they lead",
    from: "uvwasi#226",
    steps: each([
      "/",
      "//",
      "/.",
      "/etc/passwd",
      "/m/file.txt",
      "MOUNT/file.txt",
      "OUTSIDE/secret.txt",
      "/proc/self/root/etc/passwd",
      "/dev/fd/0",
    ], CALLS),
  },
  {
    title: "links on the way do not lead outside, whatever they say",
    from: "wazero#2321, wasmoon#294, CVE-2024-38358",
    steps: each(OUTWARD.flatMap((link) => [`${link}/secret.txt`, `${link}/new.txt`]), CALLS),
  },
  {
    title: "links in the last place do not lead outside, whatever follows them",
    from: "CVE-2026-39822, RUSTSEC-2026-0269, GHSA-vqjp-4c8c-hfgg",
    steps: each(OUTWARD.flatMap((link) => ["", "/", "//", "/."].map((end) => link + end)), FOLLOWING),
  },
];

/** A directory that is open has walls of its own: not those of the mount that it was reached by. */
export const WALLS_OF_A_DESCRIPTOR: Attack = {
  title: "a directory that was opened is a jail of its own",
  from: "WASI path resolution is relative to the descriptor",
  steps: [
    ["d=open:dir/sub:DIRECTORY", "OK"],
    ["get:@$d@deep.txt", 'OK 4 "deep"'],
    ["get:@$d@../inner.txt", "ENOTCAPABLE"],
    ["get:@$d@../sub/deep.txt", "ENOTCAPABLE"],
    ["stat:@$d@..", "ENOTCAPABLE"],
    ["list:@$d@top", "ENOTCAPABLE"],
    ["get:@$d@top/file.txt", "ENOTCAPABLE"],
    ["e=open:@$d@.:DIRECTORY", "OK"],
    ["get:@$e@../inner.txt", "ENOTCAPABLE"],
    ["get:@/m/dir@../file.txt", "ENOTCAPABLE"],
    ["get:@/m/dir@back", "ENOTCAPABLE"],
    ["get:@/m/dir@sub/top/file.txt", "ENOTCAPABLE"],
    ["rename:@/m/dir@inner.txt:@/m/dir@../stolen", "ENOTCAPABLE"],
    ["link:@/m/dir@inner.txt:@/m/dir@../stolen", "ENOTCAPABLE"],
  ],
};
