/**
 * Directories that show the same on every machine: listings in order, numbers and times that say nothing about the
 * disk.
 *
 * @module
 */
import { ByObject } from "./by_object.ts";
import { BEGINNING } from "./clocks/beginning.ts";
import { mustBeDirectory } from "./checks.ts";
import { DeterministicDirectory } from "./deterministic/directory.ts";
import type { Directory } from "./directory.ts";
import type { Stat } from "./stat.ts";

/** What is shown of an object in place of what the disk says. */
export interface Shown {
  /** Its number. */
  readonly inode: bigint;
  /** Last read, as the guest has set it. */
  accessed: bigint;
  /** Last change, as the guest has set it. */
  modified: bigint;
}

/**
 * Makes directories the same on every machine. All that are given to one guest have to come from one object: two
 * directories then never show the same number for two files, nor two for one.
 *
 * @example
 * ```ts
 * import { Deterministic, memoryDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const deterministic = new Deterministic();
 * const first = deterministic.directory(memoryDirectory({ "b": "", "a": "" }));
 * assertEquals(first.list().map(({ name, inode }) => [name, inode]), [["a", 1n], ["b", 2n]]);
 * ```
 */
export class Deterministic {
  readonly #shown = new ByObject<Shown>();
  #last = 0n;

  /**
   * Makes one directory the same on every machine. Names come in the order of their UTF-16 units; objects are numbered
   * when their numbers are first told; times are the beginning of 1980 (UTC), the first that ZIP archives know, until
   * the guest sets them; directories have no size and one name.
   *
   * @param directory The directory, which has to hold the same; closed with the one returned
   * @returns The directory
   */
  directory(directory: Directory): Directory {
    mustBeDirectory(directory, "directory");
    return new DeterministicDirectory(directory, this);
  }

  /**
   * What is shown of an object.
   *
   * @param object Its device and inode
   * @returns Always the same, until it is forgotten
   */
  shownOf(object: { readonly device: bigint; readonly inode: bigint }): Shown {
    let shown = this.#shown.get(object);
    if (shown === undefined) {
      const next = () => ++this.#last;
      let inode: bigint | undefined;
      shown = {
        // Not before somebody wants it: a walk looks at more with one backing than with another.
        get inode() {
          return inode ??= next();
        },
        accessed: BEGINNING,
        modified: BEGINNING,
      };
      this.#shown.set(object, shown);
    }
    return shown;
  }

  /**
   * Forgets an object whose last name was removed: whether the disk gives its number to the next one differs.
   *
   * @param stat What was known of it before
   */
  forget(stat: Stat): void {
    if (stat.kind === "directory" || stat.links <= 1) this.#shown.delete(stat);
  }
}

/**
 * Makes one directory the same on every machine, as {@linkcode Deterministic} does several.
 *
 * @param directory The directory, which has to hold the same; closed with the one returned
 * @returns The directory
 * @throws {TypeError} For something else than a directory
 *
 * @example
 * ```ts
 * import { deterministic, memoryDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = deterministic(memoryDirectory({ "notes.txt": "hello" }));
 * const { inode, modified, size } = directory.lookup("notes.txt");
 * assertEquals([inode, modified, size], [1n, 315_532_800_000_000_000n, 5]);
 * ```
 */
export function deterministic(directory: Directory): Directory {
  return new Deterministic().directory(directory);
}
