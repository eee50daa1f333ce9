/**
 * The files of `keyhole box`: snapshots and journals, as the user named them.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";
import { Open } from "../../caps/directory.ts";
import { isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import { hostFile } from "../../caps/host/file.ts";

/**
 * Opens the file of a journal; one that is not there is made.
 *
 * @param path A path of this machine
 * @returns The file, open for reading and writing
 * @throws {CommandError} When it cannot be opened
 */
export function openJournal(path: string): File {
  return open(path, Open.read | Open.write | Open.create);
}

/**
 * Opens a file to read it.
 *
 * @param path A path of this machine
 * @returns The file
 * @throws {CommandError} When it cannot be opened
 */
export function openToRead(path: string): File {
  return open(path, Open.read);
}

/**
 * Writes a new file. One that is there already is never written over.
 *
 * @param path A path of this machine
 * @param bytes What it is to hold
 * @throws {CommandError} When it is there already, or cannot be written
 */
export function writeNew(path: string, bytes: Uint8Array<ArrayBufferLike>): void {
  const file = open(path, Open.write | Open.create | Open.exclusive);
  try {
    for (let at = 0; at < bytes.length;) at += file.write(bytes, at, bytes.length, at);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new CommandError(`File "${path}" cannot be written: ${error.code}`);
  } finally {
    file.close();
  }
}

function open(path: string, how: number): File {
  try {
    const { directory, name } = hostFile(path, { mayBeMissing: (how & Open.create) !== 0 });
    try {
      const opened = directory.open(name, how);
      if (opened.kind === "file") return opened;
      opened.close();
      throw new CommandError(`"${path}" is a directory`);
    } finally {
      directory.close();
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new CommandError(`File "${path}" ${REASONS[error.code] ?? `cannot be opened: ${error.code}`}`);
  }
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  EEXIST: "is there already, and is not written over",
  ENOENT: "does not exist",
  EISDIR: "is a directory",
  EACCES: "cannot be opened: permission denied",
};
