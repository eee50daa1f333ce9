/**
 * A directory that refuses everything, so that what is asked of it can be told.
 *
 * @module
 */
import type { Directory } from "../directory.ts";
import { newDevice } from "../device.ts";
import { Fault } from "../fault.ts";

/**
 * A directory without any right to anything in it. A guest's library asks the host only for paths that begin in some
 * directory it was given: this is one for those that begin nowhere.
 *
 * @returns The directory: whatever is asked of it fails with `ENOTCAPABLE`, and tells nothing of this machine
 *
 * @example
 * ```ts
 * import { refusingDirectory } from "./refusing.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => refusingDirectory().lookup("etc"), "ENOTCAPABLE");
 * ```
 */
export function refusingDirectory(): Directory {
  const never = { accessed: 0n, modified: 0n, changed: 0n };
  const stat = { kind: "directory", device: newDevice(), inode: 1n, links: 2, size: 0, ...never } as const;
  const directory: Directory = {
    kind: "directory",
    stat: () => stat,
    lookup: refuse,
    open: refuse,
    directory: refuse,
    makeDirectory: refuse,
    removeDirectory: refuse,
    removeFile: refuse,
    rename: refuse,
    link: refuse,
    symlink: refuse,
    readLink: refuse,
    list: refuse,
    setTimes: refuse,
    setTimesOf: refuse,
    sync: () => {},
    close: () => {},
    again: () => directory,
  };
  return directory;
}

function refuse(): never {
  throw Fault.of("ENOTCAPABLE");
}
