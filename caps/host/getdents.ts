/**
 * `getdents64(2)`: the entries of a directory.
 *
 * @module
 */
import type { Entry, EntryVisitor } from "../directory.ts";
import { decodeStrictly, textOfAscii } from "../path.ts";
import type { Kind } from "../stat.ts";
import { addressOf, NativeBuffer } from "./address_of.ts";
import { errno, faultOf, libc, SystemCall } from "./libc.ts";
import { statx } from "./statx.ts";

/** Where the kernel puts entries. */
class Room extends NativeBuffer {
  /** The same as numbers of any size. */
  readonly view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
}

/** One that nobody uses: whoever visits a directory may list others meanwhile. */
let spare: Room | undefined;

const DOT = 0x2e;
const UNKNOWN = 0;
const kinds: Record<number, Kind> = {
  1: "pipe",
  2: "character-device",
  4: "directory",
  6: "block-device",
  8: "file",
  10: "link",
  12: "socket",
};

/**
 * Visits all entries but `.` and `..` from where the descriptor stands to the end.
 *
 * @param fd A directory's descriptor, opened for reading
 * @param visit Hears of the entries whose names are UTF-8, in the file system's order
 * @returns Whether there were others
 * @throws {Fault} As `getdents64(2)`
 */
export function visitEntries(fd: number, visit: EntryVisitor): boolean {
  const room = spare ?? new Room(1 << 16);
  spare = undefined;
  try {
    return visitIn(room, fd, visit);
  } finally {
    spare = room;
  }
}

function visitIn({ bytes, address, view }: Room, fd: number, visit: EntryVisitor): boolean {
  let others = false;
  for (;;) {
    const length = libc.getdents64(SystemCall.getdents64, fd, address, BigInt(bytes.length));
    if (length < 0) throw faultOf(errno[0]!);
    if (length === 0) return others;
    for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
      const start = at + 19;
      const end = endOfName(bytes, start);
      if (isDots(bytes, start, end)) continue;
      if (!isUtf8(bytes, start, end)) {
        others = true;
        continue;
      }
      const type = bytes[at + 18]!;
      const kind = type === UNKNOWN ? kindByLooking(fd, bytes, start, end) : kinds[type] ?? "unknown";
      visit(bytes, start, end, view.getBigUint64(at, true), kind);
    }
  }
}

/**
 * Reads all entries but `.` and `..` from where the descriptor stands to the end.
 *
 * @param fd A directory's descriptor, opened for reading
 * @returns The entries whose names are UTF-8, in the file system's order
 * @throws {Fault} As `getdents64(2)`
 */
export function readEntries(fd: number): Entry[] {
  const entries: Entry[] = [];
  visitEntries(fd, (bytes, start, end, inode, kind) => {
    const name = isAscii(bytes, start, end)
      ? textOfAscii(bytes, start, end)
      : decodeStrictly(bytes.subarray(start, end));
    entries.push({ name, inode, kind });
  });
  return entries;
}

function endOfName(bytes: Uint8Array<ArrayBuffer>, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0) end++;
  return end;
}

function isDots(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): boolean {
  return bytes[start] === DOT && (end === start + 1 || (end === start + 2 && bytes[start + 1] === DOT));
}

function isAscii(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i]!;
  return all < 0x80;
}

/** A name that is not UTF-8 no path of a guest can say. */
function isUtf8(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): boolean {
  if (isAscii(bytes, start, end)) return true;
  try {
    decodeStrictly(bytes.subarray(start, end));
    return true;
  } catch {
    return false;
  }
}

/** Some file systems do not keep kinds beside names. */
function kindByLooking(fd: number, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Kind {
  try {
    return statx(fd, addressOf(bytes, start, end + 1)).kind;
  } catch {
    return "unknown"; // Gone meanwhile.
  }
}
