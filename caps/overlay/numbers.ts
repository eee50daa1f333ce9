/**
 * The numbers under which the things of an overlay are known.
 *
 * @module
 */
import { ByObject, type Identity } from "../by_object.ts";
import type { Directory, Entry } from "../directory.ts";
import type { Stat } from "../stat.ts";

/** An odd number that spreads devices over all of 64 bits. */
const SPREAD = 0x9e3779b97f4a7c15n;

/** What is in the lower directory keeps its number, also when it is copied; what is new above gets one of its own. */
export class Numbers {
  /** What copies above were copied from. */
  readonly #origins = new ByObject<Identity>();
  /** The device of the upper directory, when the lower one is on another. */
  readonly #otherDevice: bigint | undefined;

  /**
   * @param lower The lower directory
   * @param upper The upper directory, known as the lower one
   */
  constructor(lower: Directory, upper: Directory) {
    const [below, above] = [lower.stat(), upper.stat()];
    this.#origins.set(above, below);
    this.#otherDevice = above.device === below.device ? undefined : above.device;
  }

  /**
   * Says what something above is known as.
   *
   * @param stat What is known of it
   * @returns The same with the number of what it was copied from
   */
  identify(stat: Stat): Stat {
    const origin = this.#origins.get(stat);
    if (origin === undefined) return { ...stat, inode: this.#shown(stat) };
    const { device, inode } = origin;
    // One link says that subdirectories are not counted, as on other merging file systems.
    return { ...stat, device, inode, links: stat.kind === "directory" ? 1 : stat.links };
  }

  /**
   * Says the same of the entries of a directory above.
   *
   * @param directory The directory
   * @returns Its entries, with the numbers that {@linkcode Numbers.identify} gives them
   */
  list(directory: Directory): Entry[] {
    const { device } = directory.stat();
    return directory.list().map((entry) => {
      const own = { device, inode: entry.inode };
      return { ...entry, inode: this.#origins.get(own)?.inode ?? this.#shown(own) };
    });
  }

  /**
   * Notes that something was copied.
   *
   * @param copy The copy above
   * @param original What it was copied from
   */
  copied(copy: Identity, original: Identity): void {
    this.#origins.set(copy, original);
  }

  /**
   * Forgets where something above was copied from, once its last name is gone: its number may be given to another.
   *
   * @param stat What it was
   */
  forget(stat: Stat): void {
    if (stat.kind === "directory" || stat.links <= 1) this.#origins.delete(stat);
  }

  /** A listing tells no devices, so what is new above must not have a number that something below has. */
  #shown({ device, inode }: Identity): bigint {
    return device === this.#otherDevice ? BigInt.asUintN(64, inode + device * SPREAD) : inode;
  }
}
