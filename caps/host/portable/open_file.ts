/**
 * Opening and making files by path, so that no link is gone through and nothing but a regular file is opened.
 *
 * @module
 */
import { Open } from "../../directory.ts";
import { Fault } from "../../fault.ts";
import { faultFrom } from "../errors.ts";
import { mustBePermitted } from "../permitted.ts";
import { PortableFile } from "./file.ts";
import { kindOf, sameObject } from "./info.ts";

/**
 * Makes a file where nothing was.
 *
 * @param path A path of the host where nothing was found
 * @param how A sum of {@linkcode Open} values
 * @returns The file, or `undefined` when something has the name by now
 * @throws {Fault} `ENOENT` without `create`, `EEXIST` with `exclusive`, and others
 *
 * @example
 * ```ts
 * import { Open } from "../../directory.ts";
 * import { makeFile } from "./open_file.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * Deno.symlinkSync("nowhere", folder + "/dangling");
 * assertEquals(makeFile(folder + "/dangling", Open.write | Open.create), undefined);
 * assertThrows(() => Deno.lstatSync(folder + "/nowhere"), Deno.errors.NotFound);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function makeFile(path: string, how: number): PortableFile | undefined {
  if ((how & Open.create) === 0) throw Fault.of("ENOENT");
  try {
    mustBePermitted({ name: "write", path });
    const read = (how & Open.read) !== 0;
    // Deno makes files only for writing; whether the guest may write is up to the object around it.
    const file = Deno.openSync(path, { read, write: true, createNew: true });
    return new PortableFile(file, read, (how & Open.write) !== 0);
  } catch (error) {
    const fault = faultFrom(error);
    if (fault.code === "EEXIST" && (how & Open.exclusive) === 0) return undefined;
    throw fault;
  }
}

/**
 * Opens what was found, if it is a file.
 *
 * @param path A path of the host
 * @param found What was found there; no directory
 * @param how A sum of {@linkcode Open} values
 * @param check Throws when the directory is no longer what it was
 * @returns The file, or `undefined` when something else has the name by now
 * @throws {Fault} `EEXIST`, `ELOOP` for a link, `ENOTDIR`, `ENXIO` for a socket, `ENOTSUP` for a device or pipe
 *
 * @example
 * ```ts
 * import { Open } from "../../directory.ts";
 * import { openFile } from "./open_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const file = openFile(path, Deno.lstatSync(path), Open.read, () => {});
 * assertEquals(file?.stat().size, 0);
 * file?.close();
 * Deno.removeSync(path);
 * ```
 */
export function openFile(
  path: string,
  found: Deno.FileInfo,
  how: number,
  check: () => void,
): PortableFile | undefined {
  const kind = kindOf(found);
  if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
  if (kind === "link") throw Fault.of("ELOOP");
  if ((how & Open.directory) !== 0) throw Fault.of("ENOTDIR");
  // Never opened: opening a pipe waits for its other end, opening a device may do anything.
  if (kind !== "file") throw Fault.of(kind === "socket" ? "ENXIO" : "ENOTSUP");
  const read = (how & Open.read) !== 0;
  const change = (how & (Open.write | Open.truncate)) !== 0;
  const file = openUnlessGone(path, { read: read || !change, write: change });
  if (file === undefined) return undefined;
  let kept = false;
  try {
    if (!sameObject(found, file.statSync())) return undefined;
    check();
    if ((how & Open.truncate) !== 0) file.truncateSync(0);
    kept = true;
  } catch (error) {
    throw faultFrom(error);
  } finally {
    if (!kept) file.close();
  }
  return new PortableFile(file, read, (how & Open.write) !== 0);
}

/** Opens a file; `undefined` when nothing has the name by now. */
function openUnlessGone(path: string, options: Deno.OpenOptions): Deno.FsFile | undefined {
  try {
    // Deno would ask its user whether the guest may, on a terminal.
    if (options.write) mustBePermitted({ name: "write", path });
    return Deno.openSync(path, options);
  } catch (error) {
    const fault = faultFrom(error);
    if (fault.code === "ENOENT") return undefined;
    throw fault;
  }
}
