/** What is open is an object: names may come to mean something else, descriptors do not. */
import type { Attack, Except, Step } from "../attack.ts";

const EROFS: Except = { "read-only": "EROFS" };
/** The step before, which was to make room, has done nothing. */
const EXISTS: Except = { "read-only": "EEXIST" };

/**
 * A step through what was open before its name changed hands. Without descriptors of directories nothing is reached any
 * more; below an overlay and on a read-only mount, nothing has changed hands.
 */
function held(operation: string, answer: string, readOnly = answer): Step {
  return [operation, answer, { "portable": "ESTALE", "overlay": answer, "read-only": readOnly }];
}

export const OBJECTS: readonly Attack[] = [
  {
    title: "a directory whose name became a link to the outside is still the directory",
    from: "CVE-2026-27139, golang/go#77827",
    steps: [
      ["d=open:dir/sub:DIRECTORY", "OK"],
      ["rename:dir/sub:moved", "OK", EROFS],
      ["symlink:../../outside:dir/sub", "OK", EXISTS],
      ["get:dir/sub/secret.txt", "ENOTCAPABLE", { "read-only": "ENOENT" }],
      held("get:@$d@deep.txt", 'OK 4 "deep"'),
      held("get:@$d@secret.txt", "ENOENT"),
      held("put:@$d@made.txt:x", "OK", "EROFS"),
      held("ftimes:$d:1:1", "OK", "EROFS"),
      held("fstat:$d", "OK"),
      held("readdir:$d:4096:0", "OK"),
      held("unlink:@$d@secret.txt", "ENOENT", "EROFS"),
      held("rename:@$d@secret.txt:mine", "ENOENT", "EROFS"),
    ],
  },
  {
    title: "a file whose name became a link to the outside is still the file",
    from: "wasmtime#13429 and wasmer#2432",
    steps: [
      ["f=open:file.txt::read,write", "OK", EROFS],
      ["rename:file.txt:moved", "OK", EROFS],
      ["symlink:../outside/secret.txt:file.txt", "OK", EXISTS],
      ["write:$f:mine", "OK 4", { "read-only": "EBADF" }],
      ["setsize:$f:2", "OK", { "read-only": "EBADF" }],
      ["ftimes:$f:1:1", "OK", { "read-only": "EBADF" }],
      ["setflags:$f:APPEND", "OK", { "read-only": "EBADF" }],
      ["write:$f:x", "OK 1", { "read-only": "EBADF" }],
      ["get:moved", 'OK 3 "mix"', { "read-only": "ENOENT" }],
      ["get:file.txt", "ENOTCAPABLE", { "read-only": 'OK 5 "hello"' }],
    ],
  },
  {
    title: "a mount in a mount is not moved by what is put under its name",
    from: "nested preopens",
    steps: [
      ["rename:dir:moved", "OK", EROFS],
      ["symlink:../outside:dir", "OK", EXISTS],
      ["get:dir/secret.txt", "ENOTCAPABLE", { "read-only": "ENOENT" }],
      held("get:@/m/dir@secret.txt", "ENOENT"),
      held("list:@/m/dir@.", "OK"),
      held("get:@/m/dir@inner.txt", 'OK 5 "inner"'),
      held("put:@/m/dir@new.txt:x", "OK", "EROFS"),
      held("times:@/m/dir@.:1:1", "OK", "EROFS"),
      held("unlink:@/m/dir@secret.txt", "ENOENT", "EROFS"),
      ["get:@/m/dir@../file.txt", "ENOTCAPABLE"],
    ],
  },
  {
    title: "a mount that was moved into what it holds is not a way out",
    from: "rename of ancestors",
    steps: [
      ["d=open:dir/sub:DIRECTORY", "OK"],
      ["rename:dir:dir/sub/x", "EINVAL", EROFS],
      ["rename:.:dir/x", "EBUSY"],
      ["rename:dir/..:dir/x", "EBUSY"],
      ["rmdir:.", "EBUSY"],
      // Out of one directory that is open into another: dots mean what they meant.
      ["rename:dir/sub:top", "OK", EROFS],
      ["get:top/../file.txt", 'OK 5 "hello"', { "read-only": "ENOENT" }],
      ["get:top/../../outside/secret.txt", "ENOTCAPABLE", { "read-only": "ENOENT" }],
      ["stat:@$d@..", "ENOTCAPABLE"],
    ],
  },
  {
    title: "a directory that was removed holds nothing any more",
    from: "CVE-2026-27139",
    steps: [
      ["d=open:empty:DIRECTORY", "OK"],
      ["rmdir:empty", "OK", EROFS],
      ["symlink:../outside:empty", "OK", EXISTS],
      held("get:@$d@secret.txt", "ENOENT"),
      held("put:@$d@new.txt:x", "ENOENT", "EROFS"),
      held("mkdir:@$d@new", "ENOENT", "EROFS"),
      held("symlink:x:@$d@new", "ENOENT", "EROFS"),
      held("rename:file.txt:@$d@new", "ENOENT", "EROFS"),
      ["get:@$d@../file.txt", "ENOTCAPABLE"],
    ],
  },
];
