/**
 * What is in a file of records, and what a crash has left of it.
 *
 * The file begins with a line that says what it is. Each record is its length, a checksum of its bytes, a checksum of
 * these two (32 bits each, little endian), and its bytes. The length has a checksum of its own, so that a damaged one
 * is not taken for a record that was never finished.
 *
 * What a crash leaves half written is cut off when the file is opened again: a record that the file ends in, and one
 * behind which the file was made longer but not written, which reads as zeros. Anything else that does not fit its
 * checksum was whole once and is damaged: it is told, and nothing of it cut off.
 *
 * @module
 */
import { joined } from "../bytes.ts";
import { crc32 } from "../crc32.ts";
import { lastSector } from "../torn.ts";
import { appendTo, parentOf, syncDirectory } from "./durable.ts";
import { writeAllSync } from "./write_all.ts";

const MAGIC: Uint8Array = new TextEncoder().encode("keyhole log 2\n");
const VERSION_AT = MAGIC.length - 2;
const HEADER = 12;
/** How much is looked at at once, in bytes. */
const PIECE = 65536;
/** The longest record, in bytes. */
export const LONGEST_RECORD: number = 64 << 20;

/** What was found in a file of records. */
export interface FoundLog {
  /** Bytes of it that are whole. */
  readonly size: number;
  /** How many bytes of an unfinished record were cut off behind them. */
  readonly cut: number;
}

/**
 * Reads a file of records, or begins an empty one. What is cut off is kept in a file of the same name with `.cut` behind
 * it.
 *
 * @param file The file, at its beginning; afterwards behind its last record
 * @param path Where it is
 * @param replay Called with each record, in order
 * @returns What was found
 * @throws {Error} When the file is something else or is damaged; it is left as it is
 */
export function readLog(file: Deno.FsFile, path: string, replay: (record: Uint8Array) => void): FoundLog {
  const length = file.statSync().size;
  const begun = length === 0 ? 0 : readHead(file, path, length);
  const size = begun < MAGIC.length ? begin(file, path) : readRecords(file, path, length, replay);
  const cut = Math.max(0, length - size);
  if (cut > 0) cutOff(file, size, cut, path);
  file.seekSync(size, Deno.SeekMode.Start);
  return { size, cut };
}

/**
 * The contents of a file of records.
 *
 * @param records The records, each at most {@linkcode LONGEST_RECORD}
 * @returns Its bytes
 * @throws {RangeError} When one is too long
 */
export function logOf(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined([MAGIC, ...records.map(framed)]);
}

/**
 * A record with what comes before it.
 *
 * @param payload Its bytes, at most {@linkcode LONGEST_RECORD}, copied
 * @returns The bytes to be appended
 * @throws {RangeError} When it is too long
 */
export function framed(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (payload.length > LONGEST_RECORD) {
    throw new RangeError(`A record of ${payload.length} bytes is too long: ${LONGEST_RECORD} are the most`);
  }
  const record = new Uint8Array(HEADER + payload.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32(payload), true);
  view.setUint32(8, crc32(record.subarray(0, 8)), true);
  record.set(payload, HEADER);
  return record;
}

/** How much of the first line is there. A crash can leave the beginning of it. */
function readHead(file: Deno.FsFile, path: string, length: number): number {
  const head = readExactly(file, Math.min(length, MAGIC.length));
  const strange = head.findIndex((byte, i) => byte !== MAGIC[i]);
  if (strange === VERSION_AT) throw new Error(`"${path}" is a log of another version of keyhole`);
  if (strange >= 0) throw new Error(`"${path}" is not a log of keyhole`);
  return head.length;
}

function begin(file: Deno.FsFile, path: string): number {
  file.seekSync(0, Deno.SeekMode.Start);
  file.truncateSync(0);
  writeAllSync(file, MAGIC);
  file.syncSync();
  syncDirectory(parentOf(path));
  return MAGIC.length;
}

/** Reads records up to one that a crash left half written, and returns where that begins. */
function readRecords(
  file: Deno.FsFile,
  path: string,
  length: number,
  replay: (record: Uint8Array) => void,
): number {
  let at = MAGIC.length;
  while (length - at >= HEADER) {
    const record = readRecord(file, length - at);
    if (record === undefined) return at;
    if (typeof record === "number") {
      if (endsUnwritten(file, at, at + record, length)) return at;
      throw new Error(`"${path}" is damaged at byte ${at}: put a copy of it in its place`);
    }
    replay(record);
    at += HEADER + record.length;
  }
  return at;
}

/** The next record; `undefined` when the file ends in it, or how many bytes of it do not fit their checksum. */
function readRecord(file: Deno.FsFile, left: number): Uint8Array | number | undefined {
  const header = readExactly(file, HEADER);
  const view = new DataView(header.buffer);
  const size = view.getUint32(0, true);
  if (crc32(header.subarray(0, 8)) !== view.getUint32(8, true)) return HEADER;
  if (size > left - HEADER) return undefined;
  const record = readExactly(file, size);
  return crc32(record) === view.getUint32(4, true) ? record : HEADER + size;
}

/** Whether a file was made longer for some bytes, and their last sector not written. */
function endsUnwritten(file: Deno.FsFile, start: number, end: number, length: number): boolean {
  let at = lastSector(start, end);
  file.seekSync(at, Deno.SeekMode.Start);
  for (let size; (size = Math.min(length - at, PIECE)) > 0; at += size) {
    if (readExactly(file, size).some((byte) => byte !== 0)) return false;
  }
  return true;
}

/** Should it have been something else than a crash, somebody may want to look at it. */
function cutOff(file: Deno.FsFile, size: number, cut: number, path: string): void {
  file.seekSync(size, Deno.SeekMode.Start);
  appendTo(`${path}.cut`, readExactly(file, cut));
  file.truncateSync(size);
  file.syncSync();
}

function readExactly(file: Deno.FsFile, size: number): Uint8Array<ArrayBuffer> {
  const into = new Uint8Array(size);
  let have = 0;
  while (have < size) {
    const count = file.readSync(into.subarray(have));
    if (count === null) throw new Error("The file became shorter while it was read");
    have += count;
  }
  return into;
}
