/**
 * The files of `keyhole box`: snapshots and journals, as the user named them.
 *
 * @module
 */
import { exitCodeOf, reasonOf } from "../../caps/cli/files.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { Directory } from "../../caps/directory.ts";
import { isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import { hostFile } from "../../caps/host/file.ts";
import { lockedFile } from "../../caps/host/locked.ts";
import { type HeadCheck, readNamed, writeNew } from "../box/files.ts";

/**
 * Opens the file of a journal, for one box at a time; one that is not there is made.
 *
 * @param path A path of this machine
 * @returns The file, open for reading and writing
 * @throws {CommandError} When it cannot be opened, or another process has it
 */
export function openJournal(path: string): File {
  return explaining(path, () => lockedFile(path));
}

/**
 * Reads a file.
 *
 * @param path A path of this machine
 * @param check Refuses what is something else, however large it is
 * @returns All its bytes
 * @throws {CommandError} When it cannot be read
 * @throws What the check throws
 */
export function readFile(path: string, check: HeadCheck): Uint8Array<ArrayBuffer> {
  return explaining(path, () => {
    return inDirectoryOf(path, false, (directory, name) => readNamed(directory, name, check));
  });
}

/**
 * Writes a new file. One that is there already is never written over.
 *
 * @param path A path of this machine
 * @param bytes What it is to hold
 * @throws {CommandError} When it is there already, or cannot be written
 */
export function writeNewFile(path: string, bytes: Uint8Array<ArrayBufferLike>): void {
  explaining(path, () => inDirectoryOf(path, true, (directory, name) => writeNew(directory, name, bytes)));
}

function inDirectoryOf<T>(
  path: string,
  mayBeMissing: boolean,
  act: (directory: Directory, name: string) => T,
): T {
  const { directory, name } = hostFile(path, { mayBeMissing });
  try {
    return act(directory, name);
  } finally {
    directory.close();
  }
}

function explaining<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isFault(error)) throw error;
    const reason = REASONS[error.code] ?? `cannot be used: ${reasonOf(error)}`;
    throw new CommandError(`File "${path}" ${reason}`, { code: exitCodeOf(error) });
  }
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  EBUSY: "is in use by another process",
  EEXIST: "is there already, and is not written over",
  ENOENT: "does not exist",
  EISDIR: "is a directory",
  ENOTSUP: "is not a regular file",
  ENXIO: "is a device, pipe or socket",
  EACCES: "cannot be opened: permission denied",
  ENOMEM: "is too large to be read",
};
