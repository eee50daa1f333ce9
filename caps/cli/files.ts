/**
 * The files that commands read on behalf of their user, and what to say of those that cannot be used. What a guest may
 * touch does not come from here.
 *
 * @module
 */
import { ModuleTooLongError, readModuleBytesSync, readToEnd } from "../host/module_bytes.ts";
import { mustNotAsk } from "../host/permitted.ts";
import { CommandError } from "./messages.ts";

/** The exit code for a module that is not there or cannot be read. */
const NOT_FOUND = 127;

/**
 * Reads a module from a file, or from standard input.
 *
 * @param name A path of this machine, a `file:` URL, or `-` for standard input
 * @returns All its bytes
 * @throws {CommandError} With 127 when it is not there or cannot be read
 * @throws {ModuleTooLongError} For one that no engine would compile
 */
export function readModule(name: string): Uint8Array<ArrayBuffer> {
  try {
    if (name === "-") return readToEnd(Deno.stdin);
    const path = name.startsWith("file:") ? new URL(name) : name;
    mustNotAsk({ name: "read", path });
    return readModuleBytesSync(path);
  } catch (error) {
    if (error instanceof ModuleTooLongError) throw error;
    throw unreadable(name, error);
  }
}

/**
 * Refuses a symbolic link in place of a file that is to be written after a guest has run: the guest may have made it.
 *
 * @param name A path of this machine
 * @throws {CommandError} When it is one
 */
export function mustNotBeLink(name: string): void {
  let found: Deno.FileInfo;
  try {
    mustNotAsk({ name: "read", path: name });
    found = Deno.lstatSync(name);
  } catch {
    return; // There is nothing, or writing will tell what is wrong.
  }
  if (!found.isSymlink) return;
  throw new CommandError(`File "${name}" is a symbolic link, which the program may have made`, {
    code: 125,
    hint: "Give the name of a file, outside of what the program may change",
  });
}

/**
 * What a path of this machine leads to, for messages.
 *
 * @param path The path; links are followed
 * @returns What is there, or `undefined` for nothing, or nothing that may be looked at
 */
export function kindOfPath(path: string): "directory" | "file" | undefined {
  try {
    mustNotAsk({ name: "read", path });
    return Deno.statSync(path).isDirectory ? "directory" : "file";
  } catch {
    return undefined;
  }
}

function unreadable(name: string, error: unknown): CommandError {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return new CommandError(`Module "${name}" was not found`, { code: NOT_FOUND });
  }
  const hint = error instanceof Deno.errors.NotCapable
    ? "Start keyhole with deno run --allow-read, or with -A"
    : undefined;
  return new CommandError(`Module "${name}" cannot be read: ${reasonOf(error, name)}`, {
    code: NOT_FOUND,
    hint,
  });
}

/**
 * Why an access to this machine failed, in few words.
 *
 * @param error What Deno threw
 * @param path What was read, where it may be a directory
 * @returns The reason, without the path
 */
export function reasonOf(error: unknown, path?: string): string {
  const { errors } = Deno;
  // Windows has no word of its own for it.
  if (Deno.build.os === "windows" && path !== undefined && kindOfPath(path) === "directory") {
    return "it is a directory";
  }
  if (error instanceof errors.NotCapable) return "Deno was not given the permission";
  if (error instanceof errors.PermissionDenied) return "permission denied";
  if (error instanceof errors.NotFound) return "no such file or directory";
  if (error instanceof errors.IsADirectory) return "it is a directory";
  if (error instanceof errors.NotADirectory) return "part of its path is a file";
  if (!(error instanceof Error)) return String(error);
  // "Read-only file system (os error 30): open '/the/path'": the number and the path help nobody.
  const [, reason] = /^([^]*?) \(os error \d+\)/.exec(error.message) ?? [];
  return reason === undefined ? error.message : `${reason[0]!.toLowerCase()}${reason.slice(1)}`;
}
