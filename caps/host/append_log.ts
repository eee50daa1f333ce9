/**
 * A file of records that survives the end of the machine at any moment.
 *
 * The file begins with a line that says what it is. Each record is its length and a checksum (both 32 bits, little
 * endian) and its bytes; the checksum covers the length too. What a crash leaves half written is behind the last
 * record whose checksum is right, and is cut off when the file is opened again.
 *
 * @module
 */
import { crc32 } from "../crc32.ts";
import { appendTo, parentOf, syncDirectory, writeAll } from "./durable.ts";

const MAGIC: Uint8Array = new TextEncoder().encode("keyhole log 1\n");
const HEADER = 8;
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
   * @throws {Error} When the file is something else, or is used by another process
   */
  static open(path: string, replay: (record: Uint8Array) => void): AppendLog {
    const file = openLocked(path);
    try {
      const length = file.statSync().size;
      const begun = length === 0 ? 0 : readHead(file, path, length);
      const size = begun < MAGIC.length ? begin(file, path) : readRecords(file, length, replay);
      const cut = Math.max(0, length - size);
      if (cut > 0) cutOff(file, size, cut, path);
      file.seekSync(size, Deno.SeekMode.Start);
      return new AppendLog(path, file, size, cut);
    } catch (error) {
      file.close();
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
    this.#file.close();
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

  /** A file that cannot be written anew stays as it is: that costs room and nothing else. */
  async #replaceFile(records: () => Uint8Array[]): Promise<void> {
    this.#rewrite = undefined;
    const beside = `${this.#path}.new`;
    let bytes: Uint8Array<ArrayBuffer>;
    let file: Deno.FsFile | undefined;
    try {
      bytes = joined([MAGIC as Uint8Array<ArrayBuffer>, ...records().map(framed)]);
      file = Deno.openSync(beside, { write: true, create: true, truncate: true, mode: 0o600 });
      if (!file.tryLockSync(true)) throw new Error("Somebody else has locked the new file");
      await writeAll(file, bytes);
      await file.sync();
      Deno.renameSync(beside, this.#path);
    } catch {
      file?.close();
      return;
    }
    this.#file.close();
    this.#file = file;
    this.#size = bytes.length;
    try {
      syncDirectory(parentOf(this.#path));
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

/** The file, locked, and still the one of that name: a lock on a file that was replaced meanwhile is worth nothing. */
function openLocked(path: string): Deno.FsFile {
  for (;;) {
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    try {
      if (!file.tryLockSync(true)) throw new Error(`"${path}" is in use by another process`);
      const [own, named] = [file.statSync(), Deno.statSync(path)];
      if (!own.isFile) throw new Error(`"${path}" is not a regular file`);
      if (own.ino === named.ino && own.dev === named.dev) return file;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        file.close();
        throw error;
      }
    }
    file.close();
  }
}

/** How much of the first line is there. A crash can leave the beginning of it. */
function readHead(file: Deno.FsFile, path: string, length: number): number {
  const head = readExactly(file, Math.min(length, MAGIC.length));
  if (head.some((byte, i) => byte !== MAGIC[i])) throw new Error(`"${path}" is not a log of keyhole`);
  return head.length;
}

function begin(file: Deno.FsFile, path: string): number {
  file.seekSync(0, Deno.SeekMode.Start);
  file.truncateSync(0);
  file.writeSync(MAGIC);
  file.syncSync();
  syncDirectory(parentOf(path));
  return MAGIC.length;
}

/** Reads records up to the first that is not whole, and returns where that begins. */
function readRecords(file: Deno.FsFile, length: number, replay: (record: Uint8Array) => void): number {
  let at = MAGIC.length;
  for (;;) {
    if (length - at < HEADER) return at;
    const header = readExactly(file, HEADER);
    const view = new DataView(header.buffer);
    const size = view.getUint32(0, true);
    if (size > LONGEST_RECORD || size > length - at - HEADER) return at;
    const record = new Uint8Array(4 + size);
    record.set(header.subarray(0, 4));
    record.set(readExactly(file, size), 4);
    if (crc32(record) !== view.getUint32(4, true)) return at;
    replay(record.subarray(4));
    at += HEADER + size;
  }
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

/** Length, checksum and bytes. The checksum covers the length and the bytes. */
function framed(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (payload.length > LONGEST_RECORD) {
    throw new RangeError(`A record of ${payload.length} bytes is too long: ${LONGEST_RECORD} are the most`);
  }
  const record = new Uint8Array(HEADER + payload.length);
  const view = new DataView(record.buffer);
  // Length and bytes are put side by side, summed up, and the length moves to its place.
  view.setUint32(4, payload.length, true);
  record.set(payload, HEADER);
  const sum = crc32(record.subarray(4));
  view.setUint32(0, payload.length, true);
  view.setUint32(4, sum, true);
  return record;
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
