/**
 * Files that one process has for itself.
 *
 * @module
 */
import type { File } from "../file.ts";
import { hostCall } from "./errors.ts";
import { mustBePermitted } from "./permitted.ts";
import { PortableFile } from "./portable/file.ts";

/**
 * Opens a file that nobody else opens so until it is closed. It is still the one of that name: a lock on a file that was
 * replaced meanwhile is worth nothing.
 *
 * @param path The file; made, for its owner only, if there is none
 * @returns The file, open for reading and writing
 * @throws {Deno.errors.Busy} When it is open so already
 * @throws {Deno.errors.NotCapable} When Deno does not permit it
 * @throws {Deno.errors.NotSupported} When it is not a regular file
 */
export function openLocked(path: string): Deno.FsFile {
  mustBePermitted({ name: "read", path }, { name: "write", path });
  for (;;) {
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    try {
      if (!file.tryLockSync(true)) throw new Deno.errors.Busy(`"${path}" is in use by another process`);
      const [own, named] = [file.statSync(), Deno.statSync(path)];
      if (!own.isFile) throw new Deno.errors.NotSupported(`"${path}" is not a regular file`);
      if (own.ino === named.ino && own.dev === named.dev) return file;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        file.close();
        throw error;
      }
    }
    closeLocked(file);
  }
}

/**
 * Gives a file up at once. While another program is being started, that has for a moment all that is open here, and
 * what is merely closed would stay locked as long.
 *
 * @param file What {@linkcode openLocked} returned
 */
export function closeLocked(file: Deno.FsFile): void {
  try {
    file.unlockSync();
  } finally {
    file.close();
  }
}

/**
 * Opens a file that the user named, and that nobody else opens so until it is closed.
 *
 * @param path The file; made, for its owner only, if there is none
 * @returns The file, open for reading and writing
 * @throws {Fault} `EBUSY` when it is open so already, `ENOTSUP` when it is not a regular file, `EISDIR`, `ENOENT`,
 * `EACCES` and others when it cannot be opened
 *
 * @example
 * ```ts
 * import { lockedFile } from "./locked.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const file = lockedFile(path);
 * assertThrows(() => lockedFile(path), Error, "EBUSY");
 * file.close();
 * lockedFile(path).close();
 * Deno.removeSync(path);
 * ```
 */
export function lockedFile(path: string): File {
  return hostCall(() => new PortableFile(openLocked(path), true, true, closeLocked));
}
