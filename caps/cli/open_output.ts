/**
 * Opens the files that are written while a program runs, or after it.
 *
 * @module
 */
import { isPermitted } from "../host/permitted.ts";
import { CommandError } from "./messages.ts";
import { unwritable } from "./output_file.ts";

/**
 * Opens a file that the user named, to be written, and makes it if there is none. What it holds stays. A pipe that
 * nobody reads is refused: it would be waited for a reader, past any limit of time.
 *
 * @param name A path of this machine
 * @param what What the user calls the file, for messages
 * @returns The open file
 * @throws {CommandError} When it cannot be opened
 */
export async function openOutput(name: string, what: string): Promise<Deno.FsFile> {
  // Deno shows what it has open only to those who may read it.
  if (!isPermitted({ name: "read", path: name }, { name: "write", path: name })) {
    throw new CommandError(`${what} cannot be written: Deno was not given the permission`, {
      hint: "It takes the permissions to read and to write it: see --print-permissions",
    });
  }
  try {
    return isPipe(name) ? await openPipe(name, what) : openFile(name);
  } catch (error) {
    throw error instanceof CommandError ? error : unwritable(what, error);
  }
}

function openFile(name: string): Deno.FsFile {
  const file = Deno.openSync(name, { create: true, write: true });
  // Windows opens directories, too.
  if (!file.statSync().isDirectory) return file;
  file.close();
  throw new Deno.errors.IsADirectory(name);
}

function isPipe(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false; // There is nothing, or nothing that may be looked at.
  }
}

async function openPipe(name: string, what: string): Promise<Deno.FsFile> {
  const { closeSync, constants, openSync } = await import("node:fs");
  let probe: number;
  try {
    probe = openSync(name, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENXIO")) throw error;
    throw new CommandError(`${what} cannot be written: it is a pipe that nobody reads`, {
      hint: "Start what reads it first",
    });
  }
  try {
    return Deno.openSync(name, { write: true });
  } finally {
    // Not sooner: the reader would take it for the end.
    closeSync(probe);
  }
}
