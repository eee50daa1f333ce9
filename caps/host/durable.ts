/**
 * Getting bytes onto a disk for good.
 *
 * @module
 */
import { splitPath } from "./paths.ts";
import { writeAllSync } from "./write_all.ts";

/**
 * Appends bytes to a file that only its owner can read.
 *
 * @param path The file, made if there is none
 * @param bytes The bytes
 */
export function appendTo(path: string, bytes: Uint8Array): void {
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  try {
    writeAllSync(file, bytes);
    file.syncSync();
  } finally {
    file.close();
  }
}

/**
 * Makes sure that the names in a directory are on the disk, not only the files: a new file whose name is lost is lost.
 *
 * @param path The directory
 */
export function syncDirectory(path: string): void {
  // Windows does not open directories, and keeps names safe by itself.
  if (Deno.build.os === "windows") return;
  const directory = Deno.openSync(path, { read: true });
  try {
    directory.syncSync();
  } finally {
    directory.close();
  }
}

/**
 * The directory that a path lies in.
 *
 * @param path The path
 * @returns The directory
 */
export function parentOf(path: string): string {
  return splitPath(path, Deno.build.os)[0];
}
