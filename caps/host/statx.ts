/**
 * `statx(2)`: one buffer, filled again and again, and its translation.
 *
 * @module
 */
import type { Kind, Stat } from "../stat.ts";
import { AT, errno, faultOf, libc } from "./libc.ts";

const BASIC_STATS = 0x7ff;
const TYPE = 0x1;
const buffer = new Uint8Array(256);
const words = new Uint32Array(buffer.buffer);
const halves = new Uint16Array(buffer.buffer);
const longs = new BigInt64Array(buffer.buffer);
const empty = new Uint8Array(1);

const kinds: Record<number, Kind> = {
  0o010000: "pipe",
  0o020000: "character-device",
  0o040000: "directory",
  0o060000: "block-device",
  0o100000: "file",
  0o120000: "link",
  0o140000: "socket",
};

/**
 * Looks at a name in a directory, or at the directory's descriptor itself. A link is not followed.
 *
 * @param fd A descriptor
 * @param name The name, NUL behind it; the descriptor itself when left out
 * @returns What is known of it
 * @throws {Fault} As `statx(2)`
 */
export function statx(fd: number, name?: Uint8Array<ArrayBuffer>): Stat {
  const flags = name === undefined ? AT.EMPTY_PATH : AT.SYMLINK_NOFOLLOW;
  if (libc.statx(fd, name ?? empty, flags, BASIC_STATS, buffer) < 0) throw faultOf(errno[0]!);
  return {
    kind: kinds[halves[14]! & 0o170000] ?? "unknown",
    device: (BigInt(words[34]!) << 32n) | BigInt(words[35]!),
    inode: BigInt.asUintN(64, longs[4]!),
    links: words[4]!,
    size: Number(longs[5]!),
    accessed: longs[8]! * 1_000_000_000n + BigInt(words[18]!),
    modified: longs[14]! * 1_000_000_000n + BigInt(words[30]!),
    changed: longs[12]! * 1_000_000_000n + BigInt(words[26]!),
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
  if (libc.statx(fd, empty, AT.EMPTY_PATH, TYPE, buffer) < 0) throw faultOf(errno[0]!);
  return kinds[halves[14]! & 0o170000] ?? "unknown";
}
