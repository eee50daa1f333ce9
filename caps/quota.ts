/**
 * Limits on what a guest adds to directories.
 *
 * @module
 */
import { checkAmounts, wholeOrInfinite } from "./amounts.ts";
import { mustBeDirectory } from "./checks.ts";
import type { Directory } from "./directory.ts";
import { QuotaDirectory } from "./quota/directory.ts";
import { Ledger } from "./quota/ledger.ts";

/** The limits of a {@linkcode Quota}. What is left out, or `Infinity`, is not limited. */
export interface QuotaLimits {
  /** Bytes that files and links may grow by, all together, at least 0; passing it is `EDQUOT`. */
  readonly bytes?: number;
  /** Bytes that any one file may grow to, at least 0; passing it is `EFBIG`. */
  readonly fileSize?: number;
  /** Names that may be made, at least 0: files, directories, links of both kinds; passing it is `ENOSPC`. */
  readonly entries?: number;
}

const RULES = {
  bytes: wholeOrInfinite("bytes"),
  fileSize: wholeOrInfinite("bytes"),
  entries: wholeOrInfinite("names"),
} as const satisfies Record<keyof QuotaLimits, unknown>;

/**
 * Limits that several directories can share.
 *
 * Only growth is charged. What was there before is free to be overwritten, and to be filled again after a cut; what the
 * guest itself added is credited when it is cut off or removed, if it is open when its last handle closes. Sparse
 * files count by their size. A call that would pass a limit fails before it has done anything. A call that leaves
 * things as large as they are is never refused, so a file larger than the limit can be worked on.
 *
 * Files are known by `storage` of their `Stat`, else by device and inode, so two names, handles or mounts of one file
 * are one file, also to different quotas. A quota holds within one thread.
 *
 * @example
 * ```ts
 * import { memoryDirectory, Open, Quota } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const limits = new Quota({ bytes: 10 });
 * const [one, two] = [limits.directory(memoryDirectory()), limits.directory(memoryDirectory())];
 * const file = one.open("a", Open.write | Open.create);
 * if (file.kind === "file") file.write(new Uint8Array(8), 0, 8, 0);
 * assertEquals(limits.bytes, 8);
 * assertThrows(() => two.symlink("abc", "link"), "EDQUOT");
 * ```
 */
export class Quota {
  readonly #ledger: Ledger;

  /**
   * Makes limits with nothing charged yet.
   *
   * @param limits What is limited, and to how much
   * @throws {TypeError} For a limit that is no number, or that there is not
   * @throws {RangeError} For a number that is no whole one from 0 on
   */
  constructor(limits: QuotaLimits) {
    checkAmounts(limits, RULES);
    const { bytes = Infinity, fileSize = Infinity, entries = Infinity } = limits;
    this.#ledger = new Ledger(bytes, fileSize, entries);
  }

  /** Bytes charged so far. */
  get bytes(): number {
    return this.#ledger.bytes;
  }

  /** Names charged so far. */
  get entries(): number {
    return this.#ledger.entries;
  }

  /** The limit for which something was refused last, if anything was. */
  get refused(): keyof QuotaLimits | undefined {
    return this.#ledger.refused;
  }

  /**
   * Puts a directory under these limits, and whatever is reached through it.
   *
   * @param directory The directory; closed with the one returned
   * @returns The same directory, limited. Names move between directories of one quota, not of two (`EXDEV`)
   * @throws {TypeError} For something else than a directory
   */
  directory(directory: Directory): Directory {
    mustBeDirectory(directory, "directory");
    return new QuotaDirectory(directory, this.#ledger);
  }
}

/**
 * Puts a directory under limits of its own.
 *
 * @param directory The directory; closed with the one returned
 * @param limits What is limited, and to how much
 * @returns The same directory, limited: `EDQUOT`, `EFBIG` and `ENOSPC` as {@linkcode Quota} says
 * @throws {TypeError | RangeError} For limits that are none, as {@linkcode Quota} does
 *
 * @example
 * ```ts
 * import { memoryDirectory, quota } from "keyhole";
 * import { assertThrows } from "@std/assert";
 *
 * const directory = quota(memoryDirectory(), { entries: 1 });
 * directory.makeDirectory("one");
 * assertThrows(() => directory.makeDirectory("two"), "ENOSPC");
 * directory.removeDirectory("one");
 * directory.makeDirectory("two");
 * ```
 */
export function quota(directory: Directory, limits: QuotaLimits): Directory {
  return new Quota(limits).directory(directory);
}
