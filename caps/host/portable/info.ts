/**
 * What `Deno` tells of a file, as a {@linkcode Stat}.
 *
 * @module
 */
import { Fault } from "../../fault.ts";
import type { Kind, Stat } from "../../stat.ts";
import { faultFrom } from "../errors.ts";

/**
 * What is known of a path's last name, which is not followed when it is a link.
 *
 * @param path A path of the host
 * @returns What is known
 * @throws {Fault} `ENOENT` and others
 *
 * @example
 * ```ts
 * import { lstat } from "./info.ts";
 * import { assert } from "@std/assert";
 *
 * assert(lstat(Deno.cwd()).isDirectory);
 * ```
 */
export function lstat(path: string): Deno.FileInfo {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    throw faultFrom(error);
  }
}

/**
 * As {@linkcode lstat}, for what need not be there.
 *
 * @param path A path of the host
 * @returns What is known, or `undefined` when nothing has the name
 * @throws {Fault} Any but `ENOENT`
 *
 * @example
 * ```ts
 * import { lstatIfThere } from "./info.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lstatIfThere("/no such name"), undefined);
 * ```
 */
export function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    const fault = faultFrom(error);
    if (fault.code === "ENOENT") return undefined;
    throw fault;
  }
}

/**
 * Whether two looks saw one object.
 *
 * @param a One look
 * @param b The other look
 * @returns `true` for the same device and inode
 * @throws {Fault} `ENOTSUP` on a file system that does not number its files: there nothing could be checked
 *
 * @example
 * ```ts
 * import { lstat, sameObject } from "./info.ts";
 * import { assert } from "@std/assert";
 *
 * assert(sameObject(lstat(Deno.cwd()), lstat(Deno.cwd())));
 * ```
 */
export function sameObject(a: Identity, b: Identity): boolean {
  if (a.ino === null || b.ino === null) throw Fault.of("ENOTSUP");
  return a.ino === b.ino && a.dev === b.dev;
}

/** The numbers that name an object: the part of a `Deno.FileInfo` that never changes. */
export interface Identity {
  /** The device it lies on. */
  readonly dev: number;
  /** Its number there, `null` when the file system has none. */
  readonly ino: number | null;
}

/**
 * A `Deno.FileInfo` in the words of capabilities. Deno rounds times down to milliseconds, and the time of change to
 * seconds: it is told as the time of modification where that is later, since no change comes before one.
 *
 * @param info What Deno tells
 * @returns The same as a stat
 *
 * @example
 * ```ts
 * import { lstat, statOf } from "./info.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statOf(lstat(Deno.cwd())).kind, "directory");
 * ```
 */
export function statOf(info: Deno.FileInfo): Stat {
  const modified = nanoseconds(info.mtime);
  const changed = nanoseconds(info.ctime);
  return {
    kind: kindOf(info),
    device: BigInt(info.dev),
    inode: BigInt(info.ino ?? 0),
    links: info.nlink ?? 1,
    size: info.size,
    accessed: nanoseconds(info.atime),
    modified,
    changed: changed > modified ? changed : modified,
  };
}

/**
 * What kind of thing Deno looked at.
 *
 * @param info What Deno tells
 * @returns Its kind
 *
 * @example
 * ```ts
 * import { kindOf, lstat } from "./info.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(kindOf(lstat(Deno.cwd())), "directory");
 * ```
 */
export function kindOf(info: Deno.FileInfo): Kind {
  // On Windows a junction is told as a link here, so it is never stepped into.
  if (info.isSymlink) return "link";
  if (info.isFile) return "file";
  if (info.isDirectory) return "directory";
  if (info.isFifo) return "pipe";
  if (info.isSocket) return "socket";
  if (info.isCharDevice) return "character-device";
  if (info.isBlockDevice) return "block-device";
  return "unknown";
}

/**
 * A time for the host. It takes milliseconds; what is finer is dropped.
 *
 * @param time Nanoseconds since 1970 began, or `undefined` to keep what is
 * @param kept What is, from the host
 * @returns The time
 *
 * @example
 * ```ts
 * import { dateOf } from "./info.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dateOf(1_999_999n, null).getTime(), 1);
 * ```
 */
export function dateOf(time: bigint | undefined, kept: Date | null): Date {
  return time === undefined ? kept ?? new Date() : new Date(Number(time / 1_000_000n));
}

/** A date as nanoseconds; a guest's times begin in 1970. */
function nanoseconds(date: Date | null): bigint {
  const milliseconds = date?.getTime() ?? 0;
  return milliseconds > 0 ? BigInt(milliseconds) * 1_000_000n : 0n;
}
