/** Links that the guest makes itself. */
import type { Attack, Except, Step } from "../attack.ts";

const EROFS: Except = { "read-only": "EROFS" };
const ABSENT: Except = { "read-only": "ENOENT" };

function symlink(target: string, name: string): Step {
  return [`symlink:${target}:${name}`, "OK", EROFS];
}

/** A link which every step through it must find closed. */
function closed(target: string): Step[] {
  const through: string[] = [
    "get:w",
    "put:w:escaped",
    "open:w:CREAT:write",
    "open:w:TRUNC:read",
    "list:w",
    "stat:w",
    "times:w:1:1",
    "get:w/secret.txt",
    "put:w/new.txt:escaped",
    "mkdir:w/made",
    "unlink:w/secret.txt",
    "rename:w/secret.txt:mine",
    "link:w/secret.txt:mine",
    "rename:file.txt:w/theirs",
    "symlink:x:w/theirs",
    "readlink:w/x",
  ];
  return [
    symlink(target, "w"),
    ...through.map((operation): Step => {
      // On a read-only mount there is no link; a change there is refused whether there is or not.
      const changing = ["put:w:escaped", "open:w:CREAT:write", "times:w:1:1"].includes(operation);
      return [operation, "ENOTCAPABLE", changing ? EROFS : ABSENT];
    }),
    ["unlink:w", "OK", EROFS],
  ];
}

/** Links that double at each step: 2 to the power of 60 components in all. */
function bomb(): Step[] {
  const steps: Step[] = [symlink(".", "b0")];
  for (let i = 1; i <= 60; i++) steps.push(symlink(`b${i - 1}/b${i - 1}`, `b${i}`));
  for (
    const operation of ["stat:b60", "get:b60/file.txt", "list:b60/", "open:b60/new:CREAT", "mkdir:b60/x"]
  ) {
    steps.push([operation, "ELOOP", ABSENT]);
  }
  return steps;
}

/** A chain of links, each naming the one before. */
function chain(length: number): Step[] {
  const steps: Step[] = [symlink("file.txt", "c1")];
  for (let i = 2; i <= length; i++) steps.push(symlink(`c${i - 1}`, `c${i}`));
  return steps;
}

export const GUEST_MADE_LINKS: readonly Attack[] = [
  {
    title: "a guest's own links lead nowhere outside",
    from: "wazero#2321, wasmer GHSA-55f3-3qvg-8pv5, deno#2318",
    steps: [
      ...closed(".."),
      ...closed("../outside"),
      ...closed("../outside/"),
      ...closed("../outside/."),
      ...closed("dir/../../outside"),
      ...closed("here/../outside"),
      ...closed("to-dir/sub/../../../outside"),
      ...closed("../mount/dir"),
      ...closed("up"),
    ],
  },
  {
    title: "a guest makes no absolute links and is not told any",
    from: "wasi-filesystem#10, cap-std#353, uvwasi#299",
    steps: [
      ["symlink:/etc/passwd:w", "ENOTCAPABLE"],
      ["symlink:OUTSIDE:w", "ENOTCAPABLE"],
      ["symlink:MOUNT/file.txt:w", "ENOTCAPABLE"],
      ["symlink://:w", "ENOTCAPABLE"],
      ["stat:w:NOFOLLOW", "ENOENT"],
      ["readlink:out-abs", "ENOTCAPABLE"],
      ["readlink:abs-back", "ENOTCAPABLE"],
      ["readlink:root", "ENOTCAPABLE"],
    ],
  },
  {
    title: "a link to the directory it lies in does not shift what dots mean",
    from: "erlang_wasm#36",
    steps: [
      symlink(".", "dot"),
      ["get:dot/dot/dot/file.txt", 'OK 5 "hello"', ABSENT],
      ["get:dot/../outside/secret.txt", "ENOTCAPABLE", ABSENT],
      ["get:dot/dot/../../mount/file.txt", "ENOTCAPABLE", ABSENT],
      symlink("dot/..", "dots"),
      ["list:dots", "ENOTCAPABLE", ABSENT],
      ["stat:dots", "ENOTCAPABLE", ABSENT],
      ["times:dots:1:1", "ENOTCAPABLE", EROFS],
      symlink("sub/..", "dir/level"),
      ["get:dir/level/inner.txt", 'OK 5 "inner"', ABSENT],
      ["get:dir/level/../file.txt", 'OK 5 "hello"', ABSENT],
      ["get:dir/level/../../file.txt", "ENOTCAPABLE", ABSENT],
    ],
  },
  {
    title: "forty links are followed and no more, in one walk of any shape",
    from: "path_resolution(7), CVE-2026-39822 follow-ups",
    steps: [
      ...chain(41),
      ["get:c40", 'OK 5 "hello"', ABSENT],
      ["get:c41", "ELOOP", ABSENT],
      ["stat:c41", "ELOOP", ABSENT],
      ["open:c41:CREAT", "ELOOP", EROFS],
      ["stat:c41:NOFOLLOW", "OK", ABSENT],
      symlink(".", "s"),
      [`stat:${"s/".repeat(40)}file.txt`, "OK", ABSENT],
      [`stat:${"s/".repeat(41)}file.txt`, "ELOOP", ABSENT],
      symlink("loop", "loop"),
      ["stat:loop", "ELOOP", ABSENT],
      ["get:loop/x", "ELOOP", ABSENT],
    ],
  },
  {
    title: "links that double at each step do not hold the runner up",
    from: "exponential expansion",
    steps: bomb(),
  },
  {
    title: "nothing is made through a dangling link that leads outside, or by a link in the last place",
    from: "CVE-2024-38358, wasmer b9483d022",
    steps: [
      symlink("../outside/made.txt", "w"),
      ["open:w:CREAT:write", "ENOTCAPABLE", EROFS],
      ["open:w:CREAT:fd_write", "ENOTCAPABLE", EROFS],
      ["open:w:CREAT,TRUNC:all", "ENOTCAPABLE", EROFS],
      ["open:w:CREAT,EXCL:write", "EEXIST", EROFS],
      ["open:w:CREAT,NOFOLLOW:write", "ELOOP", EROFS],
      ["mkdir:w", "EEXIST", EROFS],
      ["mkdir:w/", "EEXIST", EROFS],
      ["symlink:x:w", "EEXIST", EROFS],
      ["link:file.txt:w", "EEXIST", EROFS],
      ["link:file.txt:w/", "EEXIST", ABSENT],
      ["rmdir:w", "ENOTDIR", EROFS],
      ["rmdir:w/", "ENOTDIR", EROFS],
      ["unlink:w/", "ENOTDIR", ABSENT],
      ["rename:w/:x", "ENOTDIR", ABSENT],
      ["rename:dir:w", "ENOTDIR", EROFS],
      // What is replaced is the link.
      ["rename:file.txt:w", "OK", EROFS],
      ["stat:w:NOFOLLOW", "OK", ABSENT],
      ["get:w", 'OK 5 "hello"', ABSENT],
    ],
  },
  {
    title: "a hard link to a link is the link, and leads where it led",
    from: "path_link and SYMLINK_FOLLOW",
    steps: [
      ["link:out-file:hard", "OK", EROFS],
      ["get:hard", "ENOTCAPABLE", ABSENT],
      ["link:out-file:hard2:FOLLOW", "ENOTCAPABLE"],
      ["link:out-abs:dir/hard", "OK", EROFS],
      ["list:dir/hard", "ENOTCAPABLE", ABSENT],
      ["readlink:dir/hard", "ENOTCAPABLE", ABSENT],
      // A relative link means something else from another directory, and still not the outside.
      ["rename:dir/sub/out:out-moved", "OK", EROFS],
      ["list:out-moved", "ENOTCAPABLE", ABSENT],
    ],
  },
];
