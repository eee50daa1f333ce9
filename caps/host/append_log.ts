/**
 * A file of records that survives the end of the machine at any moment.
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
import { appendTo, parentOf, syncDirectory } from "./durable.ts";
import { closeLocked, openLocked } from "./locked.ts";
import { writeAll, writeAllSync } from "./write_all.ts";

const MAGIC: Uint8Array = new TextEncoder().encode("keyhole log 2\n");
const VERSION_AT = MAGIC.length - 2;
const HEADER = 12;
/** What disks write whole, in bytes. */
const SECTOR = 512;
/** How much is looked at at once, in bytes. */
const PIECE = 65536;
/** Behind the name of a file while it is written anew: a name that nobody else gives a file of his. */
const BESIDE = ".keyhole-new";
/** The longest record, in bytes. */
export const LONGEST_RECORD: number = 64 << 20;

interface Waiting {
  readonly record: Uint8Array<ArrayBuffer>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A file of records, appended to by one process at a time. */
export class AppendLog {
  /** How many bytes of an unfinished record were cut off when the file was opened. */
  readonly cut: number;
  readonly #path: string;
  #file: Deno.FsFile;
  /** Bytes of the file that are safe. */
  #size: number;
  #rewrite: (() => Uint8Array[]) | undefined;
  #queue: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #broken: unknown;

  private constructor(path: string, file: Deno.FsFile, size: number, cut: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.cut = cut;
  }

  /**
   * Opens a file of records, or makes an empty one that only its owner can read. What is cut off is kept in a file
   * of the same name with `.cut` behind it.
   *
   * @param path The file
   * @param replay Called with each record, in order
   * @returns The log, locked until it is closed
   * @throws {Error} When the file is something else, is damaged, or is used by another process; it is left as it is
   */
  static open(path: string, replay: (record: Uint8Array) => void): AppendLog {
    const file = openLocked(path);
    try {
      const length = file.statSync().size;
      const begun = length === 0 ? 0 : readHead(file, path, length);
      const size = begun < MAGIC.length ? begin(file, path) : readRecords(file, path, length, replay);
      const cut = Math.max(0, length - size);
      if (cut > 0) cutOff(file, size, cut, path);
      file.seekSync(size, Deno.SeekMode.Start);
      return new AppendLog(path, file, size, cut);
    } catch (error) {
      closeLocked(file);
      throw error;
    }
  }

  /** Bytes in the file that are safe. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a record. Those that are appended while others are on their way share one trip to the disk.
   *
   * @param payload Its bytes, at most {@linkcode LONGEST_RECORD}, copied
   * @returns When it is on the disk
   * @throws {RangeError} When it is too long
   * @throws {Error} When it could not be written; then it is not in the file
   */
  append(payload: Uint8Array): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    // Its place in the file is decided here, by the order of the calls.
    return new Promise((resolve, reject) => {
      this.#queue.push({ record: framed(payload), resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /**
   * Writes the file anew with other records in place of all that are in it, once what was appended is safe. The new
   * file takes the place of the old one in one step.
   *
   * @param records Gives the records, each at most {@linkcode LONGEST_RECORD}; called when nothing is being written
   */
  rewrite(records: () => Uint8Array[]): void {
    this.#rewrite = records;
    this.#committing ??= this.#commitAll();
  }

  /**
   * Waits for what was appended, and closes the file.
   *
   * @returns When it is closed
   */
  async close(): Promise<void> {
    this.#broken ??= new Error("The log is closed");
    await this.#committing;
    closeLocked(this.#file);
  }

  async #commitAll(): Promise<void> {
    // What is appended in the same turn goes along.
    await Promise.resolve();
    for (;;) {
      if (this.#rewrite !== undefined) await this.#replaceFile(this.#rewrite);
      if (this.#queue.length === 0) break;
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#commit(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#committing = undefined;
  }

  async #commit(records: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const bytes = joined(records);
    try {
      await writeAll(this.#file, bytes);
      await this.#file.syncData();
    } catch (error) {
      // Nobody knows what of it is on the disk. It is taken back, so that what comes later is behind what is safe.
      await this.#takeBack(error);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** A file that cannot be written anew stays as it is: that costs the room that it takes and nothing else. */
  async #replaceFile(records: () => Uint8Array[]): Promise<void> {
    this.#rewrite = undefined;
    let path: string;
    let bytes: Uint8Array<ArrayBuffer>;
    let file: Deno.FsFile;
    try {
      // A symbolic link stays, and leads to the new file: others may know that by its own name.
      path = Deno.realPathSync(this.#path);
      bytes = joined([MAGIC, ...records().map(framed)]);
      file = openLocked(path + BESIDE);
    } catch {
      return;
    }
    try {
      await file.truncate();
      await writeAll(file, bytes);
      await file.sync();
      Deno.renameSync(path + BESIDE, path);
    } catch {
      // On a full disk it would have the room that the next records need.
      remove(path + BESIDE);
      file.close();
      return;
    }
    this.#file.close();
    this.#file = file;
    this.#size = bytes.length;
    try {
      syncDirectory(parentOf(path));
    } catch (error) {
      // After a crash the name could be the old file's, without what is appended from now on.
      this.#broken = error;
    }
  }

  async #takeBack(error: unknown): Promise<void> {
    try {
      await this.#file.truncate(this.#size);
      await this.#file.seek(this.#size, Deno.SeekMode.Start);
      await this.#file.sync();
    } catch {
      this.#broken = error;
    }
  }
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

/**
 * Whether a file was never written from the sector on in which some bytes end, as far as that lies behind their start.
 * Zeros at the end of the file alone say nothing: a record can end in them.
 */
function endsUnwritten(file: Deno.FsFile, start: number, end: number, length: number): boolean {
  let at = Math.max(start, end - 1 - (end - 1) % SECTOR);
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

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The next time it is begun again in the same place.
  }
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

/** The bytes of a record with what comes before them. */
function framed(payload: Uint8Array): Uint8Array<ArrayBuffer> {
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
