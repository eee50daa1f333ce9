/**
 * Whole files, read and written.
 *
 * @module
 */
import { type Directory, Open } from "../../caps/directory.ts";
import { openFile } from "../../caps/entries.ts";
import { Fault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";

/**
 * Refuses a file by how it begins, before all of it is read.
 *
 * @param head Its first bytes, 16 unless it has less
 * @param size How many bytes it has
 * @throws {Error} When it is something else than what is looked for
 */
export type HeadCheck = (head: Uint8Array<ArrayBuffer>, size: number) => void;

const HEAD = 16;

/**
 * Reads a file.
 *
 * @param file The file, open for reading
 * @param check Refuses what is something else, however large it is
 * @returns All its bytes
 * @throws {Fault} As {@linkcode File.read}; `ENOMEM` for more bytes than there is memory for
 * @throws What the check throws
 */
export function readAll(file: File, check: HeadCheck = () => {}): Uint8Array<ArrayBuffer> {
  const { size } = file.stat();
  check(readFirst(file, Math.min(size, HEAD)), size);
  return readFirst(file, size);
}

function readFirst(file: File, most: number): Uint8Array<ArrayBuffer> {
  const bytes = room(most);
  let at = 0;
  for (let count = 1; at < bytes.length && count > 0; at += count) {
    count = file.read(bytes, at, bytes.length, at);
  }
  return bytes.subarray(0, at);
}

function room(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw Fault.of("ENOMEM");
  }
}

/**
 * Reads a file by name.
 *
 * @param directory The directory
 * @param name The name of the file
 * @param check Refuses what is something else, however large it is
 * @returns All its bytes
 * @throws {Fault} `ENOENT`, `EISDIR`, and as {@linkcode Directory.open} and {@linkcode readAll}
 * @throws What the check throws
 */
export function readNamed(directory: Directory, name: string, check: HeadCheck): Uint8Array<ArrayBuffer> {
  const file = openFile(directory, name, Open.read);
  try {
    return readAll(file, check);
  } finally {
    file.close();
  }
}

/**
 * Writes a new file. What cannot be written whole is removed again.
 *
 * @param directory The directory
 * @param name The name of the file
 * @param bytes What it is to hold
 * @throws {Fault} `EEXIST` when there is something of that name, `ENOSPC`, and as {@linkcode Directory.open}
 */
export function writeNew(directory: Directory, name: string, bytes: Uint8Array<ArrayBufferLike>): void {
  const file = openFile(directory, name, Open.write | Open.create | Open.exclusive);
  try {
    for (let at = 0; at < bytes.length;) at += file.write(bytes, at, bytes.length, at);
  } catch (error) {
    directory.removeFile(name);
    throw error;
  } finally {
    file.close();
  }
}
