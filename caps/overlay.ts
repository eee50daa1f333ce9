/**
 * A directory whose changes go somewhere else.
 *
 * @module
 */
import { mustBeDirectory } from "./checks.ts";
import type { Directory } from "./directory.ts";
import { memoryDirectory } from "./memory.ts";
import { Below } from "./overlay/below.ts";
import { OverlayDirectory } from "./overlay/directory.ts";
import { Merged } from "./overlay/merged.ts";
import { Numbers } from "./overlay/numbers.ts";

/**
 * Shows one directory and keeps all changes to it in another. A file is copied when it is changed first, in pieces, and
 * whoever has it open sees the copy from then on; a directory is not copied, only made; a name that is removed is
 * hidden. A copy keeps its number, unless the file had several names: those part when one is changed. All is on a
 * device of its own, so nothing here is taken for the file below that it was copied from.
 *
 * @param lower What is shown at first. It is only ever read. Closed with the directory returned
 * @param upper Where changes go; in memory unless given. What it holds already is shown over `lower`. Which names
 * are hidden is not kept in it but in the overlay. Nobody may change it in another way meanwhile, or limits count
 * what is copied there twice or not at all. Put under a `Quota` of bytes, copies are charged too. Closed with the
 * directory returned
 * @returns The directory
 * @throws {TypeError} For something else than a directory
 *
 * @example
 * ```ts
 * import { memoryDirectory, overlay } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const lower = memoryDirectory({ "a.txt": "hello", "b.txt": "" });
 * const directory = overlay(lower);
 * directory.removeFile("a.txt");
 * directory.makeDirectory("c");
 * assertEquals(directory.list().map((entry) => entry.name), ["c", "b.txt"]);
 * assertEquals(lower.list().map((entry) => entry.name), ["a.txt", "b.txt"]);
 * ```
 */
export function overlay(lower: Directory, upper?: Directory): Directory {
  mustBeDirectory(lower, "lower");
  if (upper === undefined) upper = emptyLike(lower);
  else mustBeDirectory(upper, "upper");
  const merged = new Merged({ upper, numbers: new Numbers(lower, upper) }, Below.root(lower));
  merged.open();
  return new OverlayDirectory(merged);
}

/**
 * Where changes to a directory can go at first: nothing is in it yet.
 *
 * @param lower What is shown below
 * @returns A directory in memory, empty, that looks as old as that one
 *
 * @example
 * ```ts
 * import { emptyLike } from "./overlay.ts";
 * import { memoryDirectory } from "./memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lower = memoryDirectory({ "a.txt": "hello" });
 * lower.setTimes(undefined, 1n);
 * const upper = emptyLike(lower);
 * assertEquals(upper.list(), []);
 * assertEquals(upper.stat().modified, 1n);
 * ```
 */
export function emptyLike(lower: Directory): Directory {
  const { accessed, modified } = lower.stat();
  const upper = memoryDirectory();
  upper.setTimes(accessed, modified);
  return upper;
}
