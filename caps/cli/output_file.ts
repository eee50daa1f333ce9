/**
 * The files that commands write for their user.
 *
 * @module
 */
import { isPermitted, mustNotAsk } from "../host/permitted.ts";
import { writeAllSync } from "../host/write_all.ts";
import type { PathStyle } from "../mount.ts";
import { directoryOf } from "../policy/paths.ts";
import { exitCodeOf, reasonOf } from "./files.ts";
import { CommandError } from "./messages.ts";

/**
 * Writes a file that the user named, as a whole or not at all: a file that is there already keeps what it holds until all
 * of the new one is on the disk. Links are followed. Where no second file can stand beside it meanwhile, and for what has
 * other names, a pipe or a device, it is written as it stands.
 *
 * @param name A path of this machine
 * @param bytes What it holds then
 * @throws {CommandError} With 2 where no file can be, with 125 when the writing fails
 */
export function writeFile(name: string, bytes: Uint8Array<ArrayBufferLike>): void {
  try {
    mustNotAsk({ name: "write", path: name });
    if (!replaceFile(name, bytes)) writeAsItStands(name, bytes);
  } catch (error) {
    throw unwritable(`File "${name}"`, error);
  }
}

/**
 * The error for a file that cannot be written.
 *
 * @param what What the user calls the file
 * @param error What Deno threw
 * @returns The error: with 2 for what the command line is to blame for, otherwise with 125
 *
 * @example
 * ```ts
 * import { unwritable } from "./output_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = unwritable('File "a"', new Error("No space left on device (os error 28)"));
 * assertEquals([error.message, error.code], ['File "a" cannot be written: no space left on device', 125]);
 * ```
 */
export function unwritable(what: string, error: unknown): CommandError {
  return new CommandError(`${what} cannot be written: ${reasonOf(error)}`, { code: exitCodeOf(error) });
}

/** Writes a file beside the one that it is to replace, and gives it the other's name. `false`: that cannot be done here. */
function replaceFile(name: string, bytes: Uint8Array<ArrayBufferLike>): boolean {
  // What is open already is to be written, not another file with its name.
  if (/^\/(dev|proc)\//.test(name)) return false;
  if (!isPermitted({ name: "read", path: name })) return false;
  const found = lookAt(name);
  // Not every system says it of a directory that is opened for writing.
  if (found?.isDirectory) throw new Deno.errors.IsADirectory(name);
  // What a link leads to may not be there yet.
  const path = found === undefined ? name : realPathOf(name);
  if (path === undefined) return false;
  if (found !== undefined && (!found.isFile || found.nlink !== null && found.nlink > 1)) return false;
  const directory = directoryOf(path, STYLE);
  const separator = directory === "" || /[\\/]$/.test(directory) ? "" : "/";
  const beside = `${directory}${separator}.keyhole-${crypto.randomUUID()}`;
  if (!isPermitted({ name: "read", path: beside }, { name: "write", path: beside })) return false;
  // A file that may not be changed is not to be replaced either.
  if (found !== undefined) Deno.openSync(path, { write: true }).close();
  try {
    // Until it has the mode of the other, it is nobody else's to read.
    writeNew(beside, bytes, found === undefined ? undefined : 0o600);
    if (found === undefined || takesAfter(found, beside)) {
      Deno.renameSync(beside, path);
      return true;
    }
    remove(beside);
    return false;
  } catch (error) {
    remove(beside);
    // A directory that takes no new file, or a file that something is mounted on, may be written all the same.
    const busy = error instanceof Error && "code" in error && error.code === "EBUSY";
    if (busy || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

function writeAsItStands(name: string, bytes: Uint8Array<ArrayBufferLike>): void {
  try {
    writeNew(name, bytes);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    Deno.writeFileSync(name, bytes);
  }
}

function writeNew(path: string, bytes: Uint8Array<ArrayBufferLike>, mode?: number): void {
  const file = Deno.openSync(path, { write: true, createNew: true, mode });
  try {
    writeAllSync(file, bytes);
  } catch (error) {
    remove(path);
    throw error;
  } finally {
    file.close();
  }
}

const STYLE: PathStyle = Deno.build.os === "windows" ? "windows" : "posix";

/** What is at a path; a link counts as what it leads to, or as a link if that is nothing. */
function lookAt(path: string): Deno.FileInfo | undefined {
  for (const look of [Deno.statSync, Deno.lstatSync]) {
    try {
      return look(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

function realPathOf(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** Gives a file the owner and the mode of another. `false`: this file system lets it have others only. */
function takesAfter({ uid, gid, mode }: Deno.FileInfo, path: string): boolean {
  if (uid === null || gid === null || mode === null) return true;
  try {
    const own = Deno.statSync(path);
    if (own.uid !== uid || own.gid !== gid) Deno.chownSync(path, uid, gid);
    if (own.mode !== mode) Deno.chmodSync(path, mode & 0o7777);
    return true;
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It never came to be.
  }
}
