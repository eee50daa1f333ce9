/**
 * From the directories that an application names to those that a guest is given.
 *
 * @module
 */
import { can } from "../caps/checks.ts";
import type { Directory } from "../caps/directory.ts";
import { hostDirectory } from "../caps/host/open.ts";
import { wrongValue } from "../caps/record.ts";
import type { Preopen } from "./guest.ts";

/**
 * Opens the directories that come as paths; those that come as objects are taken as they are.
 *
 * @param dirs The directories, by the guest's names for them
 * @param opened Hears of each that was opened here, to be closed by whoever asked
 * @returns What the guest finds open
 * @throws {Fault} When one cannot be opened; the message says which
 * @throws {TypeError} For one that is neither a path nor a directory
 *
 * @example
 * ```ts
 * import { openDirectories } from "./open_directories.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const open = () => openDirectories({ "/data": "no/such/folder" }, () => {});
 * assertThrows(open, Error, 'Cannot open the directory "no/such/folder": ENOENT');
 * ```
 */
export function openDirectories(
  dirs: Readonly<Record<string, Directory | string | URL>>,
  opened: (directory: Directory) => void,
): Preopen[] {
  return Object.entries(dirs).map(([name, dir]) => {
    if (typeof dir !== "string" && !(dir instanceof URL)) {
      if (!can(dir, "again")) throw wrongValue(dir, `dirs["${name}"]`, "a path, a URL, or a Directory");
      return { name, directory: dir };
    }
    const directory = hostDirectory(dir);
    opened(directory);
    return { name, directory };
  });
}
