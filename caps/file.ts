/**
 * An open file as a capability.
 *
 * @module
 */
import type { Stat } from "./stat.ts";

/**
 * An open file. It has no position: reads and writes say where, so any number of descriptors can share one.
 *
 * Ranges are given as a whole buffer with `start` and `end`, because making a view of each range would be the
 * most expensive part of a small read.
 */
export interface File {
  /** Tells a file from a {@linkcode Directory} after an open. */
  readonly kind: "file";

  /**
   * What is known of the file now.
   *
   * @returns Its kind, size, times and identity
   */
  stat(): Stat;

  /**
   * Reads bytes from a place in the file.
   *
   * @param into The buffer that receives them
   * @param start First index in `into` to fill
   * @param end Index in `into` after the last to fill, at least `start`
   * @param at Byte offset in the file, 0 to 2^53 - 1
   * @returns How many bytes were read; 0 at or past the end of the file
   * @throws {Fault} `EBADF` when not opened for reading, `EIO`, `EISDIR`
   */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number;

  /**
   * Writes bytes at a place in the file, which grows as needed; a gap reads as zeros.
   *
   * @param from The buffer that holds them
   * @param start Index in `from` of the first byte
   * @param end Index in `from` after the last byte, at least `start`
   * @param at Byte offset in the file, 0 to 2^53 - 1
   * @returns How many bytes were written
   * @throws {Fault} `EBADF` when not opened for writing, `EFBIG`, `EDQUOT`, `ENOSPC`, `EROFS`, `EIO`
   */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number;

  /**
   * Writes bytes at the end of the file, wherever that is at that moment.
   *
   * @param from The buffer that holds them
   * @param start Index in `from` of the first byte
   * @param end Index in `from` after the last byte, at least `start`
   * @returns How many bytes were written
   * @throws {Fault} As {@linkcode File.write}
   */
  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number;

  /**
   * Tells where the last {@linkcode File.append} of this handle ended, whatever was written elsewhere since. Where it
   * is missing, the end of the file is taken for that.
   *
   * @returns Byte offset in the file, 0 to 2^53 - 1; meaningless before anything was appended
   */
  appendedTo?(): number;

  /**
   * Cuts or extends the file; what is added reads as zeros.
   *
   * @param size The new size in bytes, 0 to 2^53 - 1
   * @throws {Fault} `EBADF` when not opened for writing, `EFBIG`, `EDQUOT`, `EROFS`, `EINVAL`
   */
  setSize(size: number): void;

  /**
   * Makes sure that a range of the file has room; the file grows to hold it and never shrinks.
   *
   * @param offset First byte of the range, 0 to 2^53 - 1
   * @param length Bytes in the range, at least 1
   * @throws {Fault} `EBADF` when not opened for writing, `EFBIG`, `EDQUOT`, `ENOSPC`, `EROFS`, `ENOTSUP`
   */
  allocate(offset: number, length: number): void;

  /**
   * Sets the file's times.
   *
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   * @throws {Fault} `EROFS`, `EPERM`
   */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void;

  /**
   * Returns when contents (and, unless `dataOnly`, attributes) are on the disk.
   *
   * @param dataOnly Whether attributes that no reader needs may come later
   * @throws {Fault} `EIO`
   */
  sync(dataOnly: boolean): void;

  /** Gives the file up. Nothing may be called afterwards; a second call does nothing. */
  close(): void;
}

/**
 * Where the last append to a file ended, as far as the file can tell.
 *
 * @param file The file, appended to by this handle
 * @returns Byte offset in the file, 0 to 2^53 - 1
 */
export function endOfAppend(file: File): number {
  return file.appendedTo?.() ?? file.stat().size;
}
