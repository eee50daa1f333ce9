/** Pipes, devices and sockets in a mount: they can be seen and never opened. */
import type { Attack, Except, Step } from "../attack.ts";

const EROFS: Except = { "read-only": "EROFS" };

/** What a step through a special file is answered: sockets with another errno than the rest. */
function refused(name: string, operation: string, except: Except = {}): Step {
  return [operation, name === "socket" ? "ENXIO" : "ENOTSUP", except];
}

/** What a step is answered that would write. Linux tells first that nobody reads the pipe; an overlay does not ask it. */
function unwritable(name: string, operation: string): Step {
  return refused(name, operation, {
    ...EROFS,
    ...name === "pipe" ? { kernel: "ENXIO", overlay: "ENOTSUP" } : {},
  });
}

export const SPECIAL_FILES: Attack = {
  title: "pipes, devices and sockets in a mount are not opened, and nobody waits for them",
  from: "golang/go#33050, fifo(7)",
  steps: [
    ...["pipe", "null", "zero", "socket"].flatMap((name): Step[] => [
      refused(name, `get:${name}`),
      refused(name, `get:${name}:NOFOLLOW`),
      refused(name, `open:${name}:NONBLOCK:read`),
      refused(name, `open:${name}::none`),
      unwritable(name, `open:${name}::write`),
      unwritable(name, `open:${name}:NONBLOCK:write`),
      refused(name, `open:${name}:APPEND:read,write`, EROFS),
      refused(name, `open:${name}:TRUNC:read`, EROFS),
      unwritable(name, `open:${name}:CREAT:write`),
      unwritable(name, `put:${name}:x`),
      refused(name, `get:to-${name}`),
      unwritable(name, `put:to-${name}:x`),
      [`open:${name}:CREAT,EXCL:write`, "EEXIST"],
      [`open:${name}:DIRECTORY`, "ENOTDIR"],
      [`get:${name}/x`, "ENOTDIR"],
      [`list:${name}`, "ENOTDIR"],
      [`stat:${name}`, "OK"],
      [`readlink:${name}`, "EINVAL"],
      [`rmdir:${name}`, "ENOTDIR", EROFS],
    ]),
  ],
};
