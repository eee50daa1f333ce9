/**
 * The files that commands read on behalf of their user, and what to say of those that cannot be used. What a guest may
 * touch does not come from here.
 *
 * @module
 */
import { type FaultCode, isFault } from "../fault.ts";
import { ModuleTooLongError, readModuleBytesSync, readToEnd } from "../host/module_bytes.ts";
import { mustNotAsk } from "../host/permitted.ts";
import { CommandError } from "./messages.ts";

/** The exit code for a module that is not there or cannot be read. */
const NOT_FOUND = 127;

/** The exit code when there is a place for what was asked for, and it cannot be put there. */
const FAILED = 125;

/** How errors end that the system has raised: "Read-only file system (os error 30): open '/the/path'". */
const REFUSAL = /^([^]*?) \(os error \d+\)/;

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
 * Where keyhole was started, for paths that are to hold elsewhere too.
 *
 * @returns The path of the current folder
 * @throws {CommandError} Where it has none that can be written
 */
export function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch (error) {
    throw new CommandError(`The current folder cannot be named: ${reasonOf(error)}`, {
      hint: "Change to another folder before",
    });
  }
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

const NO_TEXT = "its path is not UTF-8";

/** What faults mean that this machine has raised, other than in what it was asked for. */
const FAULTS: Readonly<Partial<Record<FaultCode, string>>> = {
  EACCES: "permission denied",
  EBADF: "it is not open for that",
  EBUSY: "it is in use",
  EDQUOT: "the quota of its owner is used up",
  EFBIG: "file too large",
  EILSEQ: NO_TEXT,
  EIO: "input/output error",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links lead in a circle",
  EMFILE: "too many open files",
  ENAMETOOLONG: "its name is too long",
  ENFILE: "too many open files in the whole system",
  ENOENT: "no such file or directory",
  ENOMEM: "there is not so much memory",
  ENOSPC: "no space left on device",
  ENOSYS: "this file system has no way to do it",
  ENOTDIR: "part of its path is a file",
  ENOTSUP: "this file system has no way to do it",
  ENXIO: "it is a device, pipe or socket",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
  ESTALE: "it is gone from the server that had it",
};

/** Those that are up to what the user has named, and not to the state of this machine. */
const MISTAKES: ReadonlySet<FaultCode> = new Set(
  [
    "EACCES",
    "EBADF",
    "EBUSY",
    "EEXIST",
    "EILSEQ",
    "EINVAL",
    "EISDIR",
    "ELOOP",
    "ENAMETOOLONG",
    "ENOENT",
    "ENOTDIR",
    "ENOTSUP",
    "ENXIO",
    "EPERM",
  ] as const,
);

/**
 * The exit code for a file or folder that cannot be used.
 *
 * @param error What Deno threw, a fault, or what says itself what is wrong with the file
 * @returns 2 where the command line is to blame, 125 where this machine cannot do it
 */
export function exitCodeOf(error: unknown): number {
  if (isFault(error)) return MISTAKES.has(error.code) ? 2 : FAILED;
  const { NotFound, NotADirectory, IsADirectory } = Deno.errors;
  const mistaken = [NotFound, NotADirectory, IsADirectory].some((kind) => error instanceof kind);
  return !mistaken && error instanceof Error && REFUSAL.test(error.message) ? FAILED : 2;
}

/**
 * Why an access to this machine failed, in few words.
 *
 * @param error What Deno threw, or a fault
 * @param path What was read, where it may be a directory
 * @returns The reason, without the path
 */
export function reasonOf(error: unknown, path?: string): string {
  if (isFault(error)) {
    return error.cause === undefined ? FAULTS[error.code] ?? error.code : reasonOf(error.cause);
  }
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
  if (error instanceof errors.InvalidData) return NO_TEXT;
  if (!(error instanceof Error)) return String(error);
  // The number and the path help nobody.
  const [, reason] = REFUSAL.exec(error.message) ?? [];
  return reason === undefined ? error.message : `${reason[0]!.toLowerCase()}${reason.slice(1)}`;
}
