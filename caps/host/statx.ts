/**
 * `statx(2)`: one buffer, filled again and again, and its translation.
 *
 * @module
 */
import type { Kind, Stat } from "../stat.ts";
import { NativeBuffer } from "./address_of.ts";
import { AT, errno, faultOf, libc } from "./libc.ts";

const BASIC_STATS = 0x7ff;
const TYPE = 0x1;
const found = new NativeBuffer(256);
const words = new Uint32Array(found.bytes.buffer);
const halves = new Uint16Array(found.bytes.buffer);
const longs = new BigInt64Array(found.bytes.buffer);
const unsignedLongs = new BigUint64Array(found.bytes.buffer);
const empty = new NativeBuffer(1);

/** By the upper four bits of a mode. */
const kinds: readonly Kind[] = [
  "unknown",
  "pipe",
  "character-device",
  "unknown",
  "directory",
  "unknown",
  "block-device",
  "unknown",
  "file",
  "unknown",
  "link",
  "unknown",
  "socket",
  "unknown",
  "unknown",
  "unknown",
];

/** A device as one number, put together from its halves. */
const device = new BigUint64Array(1);
const deviceWords = new Uint32Array(device.buffer);

/**
 * The time of a `statx_timestamp`, in nanoseconds; a guest's times begin in 1970. Numbers cut to 64 bits are computed
 * without an allocation each.
 */
function timeAt(index: number): bigint {
  if (longs[index]! < 0n) return 0n;
  return BigInt.asUintN(64, longs[index]! * 1_000_000_000n + longs[index + 1]!);
}

/**
 * Looks at a name in a directory, or at the directory's descriptor itself. A link is not followed.
 *
 * @param fd A descriptor
 * @param name The address of the name, NUL behind it; the descriptor itself when left out
 * @returns What is known of it
 * @throws {Fault} As `statx(2)`
 */
export function statx(fd: number, name?: bigint): Stat {
  const flags = name === undefined ? AT.EMPTY_PATH : AT.SYMLINK_NOFOLLOW;
  if (libc.statx(fd, name ?? empty.address, flags, BASIC_STATS, found.address) < 0) throw faultOf(errno[0]!);
  deviceWords[0] = words[35]!;
  deviceWords[1] = words[34]!;
  return {
    kind: kinds[halves[14]! >>> 12]!,
    device: device[0]!,
    inode: unsignedLongs[4]!,
    links: words[4]!,
    size: words[10]! + words[11]! * 0x1_0000_0000,
    accessed: timeAt(8),
    modified: timeAt(14),
    changed: timeAt(12),
  };
}

/**
 * Looks only at what a descriptor is: cheaper than all of {@linkcode statx}.
 *
 * @param fd A descriptor
 * @returns Its kind
 * @throws {Fault} As `statx(2)`
 */
export function kindOf(fd: number): Kind {
  if (libc.statx(fd, empty.address, AT.EMPTY_PATH, TYPE, found.address) < 0) throw faultOf(errno[0]!);
  return kinds[halves[14]! >>> 12]!;
}
