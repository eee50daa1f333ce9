/**
 * Entries of directories that may not be there, or not be what was expected.
 *
 * @module
 */
import { sameObject } from "./by_object.ts";
import type { Directory } from "./directory.ts";
import { Fault, isFault } from "./fault.ts";
import type { File } from "./file.ts";
import type { Stat } from "./stat.ts";

/**
 * Tells what is known of an entry, if there is one.
 *
 * @param directory Where to look
 * @param name The entry
 * @returns What is known of it
 * @throws {Fault} As {@linkcode Directory.lookup}, but for `ENOENT`
 *
 * @example
 * ```ts
 * import { findEntry } from "./entries.ts";
 * import { memoryDirectory } from "./memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = memoryDirectory({ "a.txt": "hello" });
 * assertEquals(findEntry(directory, "a.txt")?.size, 5);
 * assertEquals(findEntry(directory, "b.txt"), undefined);
 * ```
 */
export function findEntry(directory: Directory, name: string): Stat | undefined {
  try {
    return directory.lookup(name);
  } catch (error) {
    if (isFault(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Tells what a rename would take away.
 *
 * @param from The directory that holds what is renamed
 * @param name Its name there
 * @param to The directory that receives it
 * @param newName Its name there
 * @returns What is known of what has the new name; `undefined` when that is nothing, or the same object: of two names for
 * one file, both stay
 * @throws {Fault} As {@linkcode Directory.lookup}; `ENOENT` only for what is renamed
 *
 * @example
 * ```ts
 * import { replacedBy } from "./entries.ts";
 * import { memoryDirectory } from "./memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = memoryDirectory({ "a.txt": "hello", "b.txt": "" });
 * directory.link("a.txt", directory, "c.txt");
 * assertEquals(replacedBy(directory, "a.txt", directory, "b.txt")?.size, 0);
 * assertEquals(replacedBy(directory, "a.txt", directory, "c.txt"), undefined);
 * ```
 */
export function replacedBy(from: Directory, name: string, to: Directory, newName: string): Stat | undefined {
  const moved = from.lookup(name);
  const replaced = findEntry(to, newName);
  return replaced === undefined || sameObject(replaced, moved) ? undefined : replaced;
}

/**
 * Opens what must be a file.
 *
 * @param directory The directory that holds it
 * @param name Its name
 * @param how A sum of {@linkcode Open} values
 * @returns The file
 * @throws {Fault} `EISDIR`, and as {@linkcode Directory.open}
 *
 * @example
 * ```ts
 * import { Open } from "./directory.ts";
 * import { openFile } from "./entries.ts";
 * import { memoryDirectory } from "./memory.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const directory = memoryDirectory({ "notes/a.txt": "hello" });
 * assertThrows(() => openFile(directory, "notes", Open.read), "EISDIR");
 * ```
 */
export function openFile(directory: Directory, name: string, how: number): File {
  const opened = directory.open(name, how);
  if (opened.kind === "file") return opened;
  opened.close();
  throw Fault.of("EISDIR");
}
