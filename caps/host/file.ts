/**
 * Single files of this machine that the user named: found as a name in the directory that holds them.
 *
 * @module
 */
import { Fault, isFault } from "../fault.ts";
import type { ChosenFile } from "../single_file.ts";
import { faultFrom } from "./errors.ts";
import { type Backend, hostDirectory } from "./open.ts";
import { splitPath } from "./paths.ts";
import { mustBePermitted } from "./permitted.ts";

/** How {@linkcode hostFile} looks for a file. */
export interface HostFileOptions {
  /** How its directory is reached; the better way that can be had unless given. */
  readonly backend?: Backend | undefined;
  /** Whether it need not be there yet. */
  readonly mayBeMissing?: boolean;
}

/**
 * Finds a file of this machine. Links on the way to it are followed, and so is the file itself if it is one: it is the
 * user who names it, not a guest.
 *
 * @param path A path of this machine
 * @param options How its directory is reached, and whether the file need not be there yet
 * @returns The directory that holds it, to be closed by the caller, and its name there
 * @throws {Fault} `ENOENT`, `ENOTDIR`, `EACCES`; `EISDIR` for a directory, `ENXIO` for a device, pipe or socket
 *
 * @example
 * ```ts
 * import { hostFile } from "./file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync({ suffix: ".txt" });
 * const { directory, name } = hostFile(path);
 * assertEquals(directory.lookup(name).kind, "file");
 * directory.close();
 * Deno.removeSync(path);
 * ```
 */
export function hostFile(path: string, options: HostFileOptions = {}): ChosenFile {
  const [parent, name] = splitPath(options.mayBeMissing ? realOrNew(path) : real(path), Deno.build.os);
  const directory = hostDirectory(parent, { backend: options.backend });
  try {
    const { kind } = directory.lookup(name);
    if (kind === "directory") throw Fault.of("EISDIR");
    if (kind !== "file") throw Fault.of("ENXIO");
  } catch (error) {
    if (options.mayBeMissing && isFault(error, "ENOENT")) return { directory, name };
    directory.close();
    throw error;
  }
  return { directory, name };
}

function real(path: string): string {
  try {
    mustBePermitted({ name: "read", path });
    return Deno.realPathSync(path);
  } catch (error) {
    throw faultFrom(error);
  }
}

function realOrNew(path: string): string {
  try {
    return real(path);
  } catch (error) {
    if (!isFault(error, "ENOENT")) throw error;
    const [parent, name] = splitPath(path, Deno.build.os);
    if (name === "" || name === "." || name === "..") throw error;
    const directory = real(parent);
    return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
  }
}
