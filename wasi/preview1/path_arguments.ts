/**
 * What the calls by path have in common: where a path begins, what it says, and whether links are followed.
 *
 * @module
 */
import type { Directory } from "../../caps/directory.ts";
import { Fault } from "../../caps/fault.ts";
import type { GuestPath } from "../../caps/path.ts";
import { toldPath } from "../../caps/told_path.ts";
import { Lookupflags } from "../abi/flags.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import { mustBeDirectory } from "./named.ts";

/**
 * Takes a path from a guest's memory.
 *
 * @param path What receives it
 * @param guest The guest
 * @param pointer Where it lies
 * @param length Its length in bytes
 * @returns The path that was given
 * @throws {Fault} `EFAULT`, `EILSEQ`, `ENAMETOOLONG`
 */
export function takePath(path: GuestPath, { memory }: Guest, pointer: number, length: number): GuestPath {
  const start = memory.range(pointer, length);
  path.set(memory.bytes, start, length >>> 0);
  return path;
}

/**
 * Whether a link in the last place is followed.
 *
 * @param flags A sum of {@linkcode Lookupflags}
 * @returns `true` if it is
 * @throws {Fault} `EINVAL` for flags that mean nothing
 */
export function follows(flags: number): boolean {
  if ((flags & ~Lookupflags.SYMLINK_FOLLOW) !== 0) throw Fault.of("EINVAL");
  return flags !== 0;
}

/**
 * The directory in which a path begins.
 *
 * @param guest The guest
 * @param fd Its descriptor
 * @param rights What the call takes
 * @param which Which of the guest's two paths begins there
 * @returns The directory
 * @throws {Fault} `EBADF`, `ENOTDIR`, `ENOTCAPABLE`
 */
export function directoryFor(
  guest: Guest,
  fd: number,
  rights: number,
  which: "base" | "otherBase" = "base",
): Directory {
  const descriptor = guest.descriptors.get(fd);
  const directory = mustBeDirectory(descriptor);
  guest[which] = descriptor;
  descriptor.require(rights);
  return directory;
}

/**
 * A path as the guest's program knows it.
 *
 * @param base The directory in which it begins
 * @param path The path
 * @returns The name of the grant, and the path from there
 */
export function pathFrom(base: Descriptor | undefined, path: string): string {
  const start = base?.path;
  if (start === undefined || start === "." || path.startsWith("/")) return path;
  return toldPath(start, path);
}
