/**
 * An open file of the host through `Deno.FsFile`.
 *
 * @module
 */
import { Fault } from "../../fault.ts";
import type { File } from "../../file.ts";
import type { Stat } from "../../stat.ts";
import { faultFrom, hostCall } from "../errors.ts";
import { dateOf, statOf } from "./info.ts";

/**
 * A file of the host, open.
 *
 * `Deno.FsFile` has one position and no positional reads, so the position is set before each read and write that does
 * not go on where the last one ended (measured equal to `node:fs` with a position, and half of that when it goes on).
 * `append` seeks to the end and writes: another process that appends at the same moment can be overwritten.
 */
export class PortableFile implements File {
  /** A file. */
  readonly kind = "file";
  readonly #file: Deno.FsFile;
  readonly #readable: boolean;
  readonly #writable: boolean;
  readonly #giveUp: (file: Deno.FsFile) => void;
  /** Where the host's position is, -1 when that is not known. */
  #position = -1;
  #appendedTo = 0;
  #closed = false;

  /**
   * Takes over an open file of the host.
   *
   * @param file The open file, which this object closes
   * @param readable Whether reads are allowed; the handle itself may allow more
   * @param writable Whether writes are allowed; the handle itself may allow more
   * @param giveUp How the open file is closed
   */
  constructor(
    file: Deno.FsFile,
    readable: boolean,
    writable: boolean,
    giveUp: (file: Deno.FsFile) => void = (file) => file.close(),
  ) {
    this.#file = file;
    this.#readable = readable;
    this.#writable = writable;
    this.#giveUp = giveUp;
  }

  /** @inheritdoc */
  stat(): Stat {
    return statOf(hostCall(() => this.#file.statSync()));
  }

  /** @inheritdoc */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#readable) throw Fault.of("EBADF");
    // An empty buffer and the end of the file look alike to Deno.
    if (start === end || !this.#seek(at)) return 0;
    try {
      const count = this.#file.readSync(into.subarray(start, end)) ?? 0;
      this.#position = at + count;
      return count;
    } catch (error) {
      this.#position = -1;
      throw faultFrom(error);
    }
  }

  /** @inheritdoc */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#writable) throw Fault.of("EBADF");
    if (start === end) return 0;
    if (!this.#seek(at)) throw Fault.of("EFBIG");
    return this.#put(from, start, end, at);
  }

  /** @inheritdoc */
  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    if (!this.#writable) throw Fault.of("EBADF");
    if (start === end) return 0;
    this.#position = -1;
    const at = hostCall(() => this.#file.seekSync(0, Deno.SeekMode.End));
    const count = this.#put(from, start, end, at);
    this.#appendedTo = at + count;
    return count;
  }

  /** @inheritdoc */
  appendedTo(): number {
    return this.#appendedTo;
  }

  /** @inheritdoc */
  setSize(size: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    hostCall(() => this.#file.truncateSync(size));
  }

  /**
   * As {@linkcode File.allocate}; extends the file, but cannot reserve room on the disk. A range inside of the file
   * changes nothing, not even its times.
   *
   * @param offset First byte of the range
   * @param length Bytes in the range
   * @throws {Fault} `EBADF` when not opened for writing, `EFBIG`
   */
  allocate(offset: number, length: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    const size = offset + length;
    if (size > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
    hostCall(() => {
      if (size > this.#file.statSync().size) this.#file.truncateSync(size);
    });
  }

  /**
   * As {@linkcode File.setTimes}, to the millisecond.
   *
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   * @throws {Fault} `EPERM`
   */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    hostCall(() => {
      const info = this.#file.statSync();
      this.#file.utimeSync(dateOf(accessed, info.atime), dateOf(modified, info.mtime));
    });
  }

  /** @inheritdoc */
  sync(dataOnly: boolean): void {
    hostCall(() => dataOnly ? this.#file.syncDataSync() : this.#file.syncSync());
  }

  /** Gives the file up; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#giveUp(this.#file);
  }

  /** Sets the host's position; `false` when no file of this file system can reach so far. */
  #seek(at: number): boolean {
    if (at === this.#position) return true;
    this.#position = -1;
    try {
      this.#file.seekSync(at, Deno.SeekMode.Start);
    } catch (error) {
      const fault = faultFrom(error);
      if (fault.code === "EINVAL" || fault.code === "EOVERFLOW") return false;
      throw fault;
    }
    this.#position = at;
    return true;
  }

  #put(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    try {
      const count = this.#file.writeSync(from.subarray(start, end));
      this.#position = at + count;
      return count;
    } catch (error) {
      this.#position = -1;
      throw faultFrom(error);
    }
  }
}
