/**
 * Whole files, read and written.
 *
 * @module
 */
import { type Directory, Open } from "../../caps/directory.ts";
import { Fault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";

/**
 * Reads a file.
 *
 * @param file The file, open for reading
 * @returns All its bytes
 * @throws {Fault} As {@linkcode File.read}
 */
export function readAll(file: File): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(file.stat().size);
  let at = 0;
  for (let count = 1; at < bytes.length && count > 0; at += count) {
    count = file.read(bytes, at, bytes.length, at);
  }
  return bytes.subarray(0, at);
}

/**
 * Reads a file by name.
 *
 * @param directory The directory
 * @param name The name of the file
 * @returns All its bytes
 * @throws {Fault} `ENOENT`, `EISDIR`, and as {@linkcode Directory.open}
 */
export function readNamed(directory: Directory, name: string): Uint8Array<ArrayBuffer> {
  const file = open(directory, name, Open.read);
  try {
    return readAll(file);
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
  const file = open(directory, name, Open.write | Open.create | Open.exclusive);
  try {
    for (let at = 0; at < bytes.length;) at += file.write(bytes, at, bytes.length, at);
  } catch (error) {
    directory.removeFile(name);
    throw error;
  } finally {
    file.close();
  }
}

function open(directory: Directory, name: string, how: number): File {
  const opened = directory.open(name, how);
  if (opened.kind === "file") return opened;
  opened.close();
  throw Fault.of("EISDIR");
}
