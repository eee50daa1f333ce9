/**
 * `getdents64(2)`: the entries of a directory.
 *
 * @module
 */
import type { Entry } from "../directory.ts";
import { decodeStrictly, textOfAscii } from "../path.ts";
import type { Kind } from "../stat.ts";
import { errno, faultOf, libc } from "./libc.ts";
import { statx } from "./statx.ts";

const buffer = new Uint8Array(1 << 16);
const view = new DataView(buffer.buffer);

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
 * Reads all entries but `.` and `..` from where the descriptor stands to the end.
 *
 * @param fd A directory's descriptor, opened for reading
 * @returns The entries whose names are UTF-8, in the file system's order
 * @throws {Fault} As `getdents64(2)`
 */
export function readEntries(fd: number): Entry[] {
  const entries: Entry[] = [];
  for (;;) {
    const length = libc.getdents64(fd, buffer, BigInt(buffer.length));
    if (length < 0) throw faultOf(errno[0]!);
    if (length === 0) return entries;
    for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
      const name = nameAt(at + 19);
      if (name === undefined || name === "." || name === "..") continue;
      const type = buffer[at + 18]!;
      const kind = type === UNKNOWN ? kindByLooking(fd, at + 19) : kinds[type] ?? "unknown";
      entries.push({ name, inode: view.getBigUint64(at, true), kind });
    }
  }
}

function nameAt(start: number): string | undefined {
  let end = start;
  let all = 0;
  for (; end < buffer.length && buffer[end] !== 0; end++) all |= buffer[end]!;
  if (all < 0x80) return textOfAscii(buffer, start, end);
  try {
    return decodeStrictly(buffer.subarray(start, end));
  } catch {
    return undefined; // Not UTF-8: no path of a guest can say it.
  }
}

/** Some file systems do not keep kinds beside names. */
function kindByLooking(fd: number, start: number): Kind {
  try {
    return statx(fd, buffer.slice(start, buffer.indexOf(0, start) + 1)).kind;
  } catch {
    return "unknown"; // Gone meanwhile.
  }
}
