/**
 * A file of records that survives the end of the machine at any moment.
 *
 * What is in it: see `log_format.ts`.
 *
 * @module
 */
import { joined } from "../bytes.ts";
import { parentOf, syncDirectory } from "./durable.ts";
import { closeLocked, openLocked } from "./locked.ts";
import { type FoundLog, framed, logOf, readLog } from "./log_format.ts";
import { writeAll } from "./write_all.ts";

/** Behind the name of a file while it is written anew: a name that nobody else gives a file of his. */
const BESIDE = ".keyhole-new";

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

  private constructor(path: string, file: Deno.FsFile, { size, cut }: FoundLog) {
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
      return new AppendLog(path, file, readLog(file, path, replay));
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
   * @param payload Its bytes, at most 64 MiB, copied
   * @returns When it is on the disk
   * @throws {RangeError} When it is too long
   * @throws {Error} When it could not be written, or the file was removed; then it is not in the file
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
   * @param records Gives the records, each at most 64 MiB; called when nothing is being written
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
    if (this.#isGone()) {
      throw new Error(`"${this.#path}" was removed or replaced, so nothing is kept any more`);
    }
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
    if (this.#isGone()) return;
    let path: string;
    let bytes: Uint8Array<ArrayBuffer>;
    let file: Deno.FsFile;
    try {
      // A symbolic link stays, and leads to the new file: others may know that by its own name.
      path = Deno.realPathSync(this.#path);
      bytes = logOf(records());
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

  /** Whether no name leads to the file any more: another may have taken its place, and is not ours to write. */
  #isGone(): boolean {
    return this.#file.statSync().nlink === 0;
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

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The next time it is begun again in the same place.
  }
}
