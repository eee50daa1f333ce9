/**
 * The numbers under which the things of an overlay are known.
 *
 * @module
 */
import { ByObject, type Identity } from "../by_object.ts";
import { newDevice } from "../device.ts";
import type { Directory, Entry } from "../directory.ts";
import type { Stat } from "../stat.ts";

/** An odd number that spreads devices over all of 64 bits. */
const SPREAD = 0x9e3779b97f4a7c15n;

/** What something is known as. */
export interface Known {
  /** Its number on the device of the overlay. */
  readonly inode: bigint;
  /** What limits know it by; nothing as long as it cannot be changed. */
  readonly storage?: Identity;
}

/**
 * What is in the lower directory keeps its number, also when it is copied; what is new above gets one of its own. All
 * of it is on one device, which is the overlay's: a copy has the number of a file below and is another file.
 */
export class Numbers {
  readonly #device: bigint = newDevice();
  readonly #lowerDevice: bigint;
  /** What copies above are known as. */
  readonly #copies = new ByObject<Known>();
  readonly #storages: bigint = newDevice();
  #lastStorage = 0n;

  /**
   * @param lower The lower directory
   * @param upper The upper directory, known as the lower one
   */
  constructor(lower: Directory, upper: Directory) {
    const below = lower.stat();
    this.#lowerDevice = below.device;
    this.copied(upper.stat(), this.below(below));
  }

  /**
   * @param stat What is known of something above
   * @returns What it is known as
   */
  known(stat: Stat): Known {
    return this.#copies.get(stat) ?? { inode: this.#shown(stat), storage: stat.storage ?? stat };
  }

  /**
   * @param stat What is known of something above
   * @param known What it is known as, if that was noted before
   * @returns The same as it is shown
   */
  above(stat: Stat, known: Known = this.known(stat)): Stat {
    // One link says that subdirectories are not counted, as on other merging file systems.
    const merged = stat.kind === "directory" && this.#copies.get(stat) !== undefined;
    const { links } = stat.storage ?? stat;
    return {
      ...stat,
      device: this.#device,
      inode: known.inode,
      links: merged ? 1 : stat.links,
      storage: known.storage && { device: known.storage.device, inode: known.storage.inode, links },
    };
  }

  /**
   * @param stat What is known of something below
   * @param known What it is known as, if that was noted before
   * @returns The same as it is shown
   */
  below(stat: Stat, known: Known = { inode: this.#shown(stat) }): Stat {
    // Names of one file below part when it is changed, so each counts for itself.
    const storage = known.storage && { ...known.storage, links: Math.min(1, stat.links) };
    return { ...stat, device: this.#device, inode: known.inode, storage };
  }

  /**
   * Says what a file below that somebody opens is known as, also when it is copied.
   *
   * @param stat What is known of it
   * @returns What it is known as until then: no other file is known to limits by the same
   */
  opened(stat: Stat): Known {
    return {
      inode: this.#shown(stat),
      storage: { device: this.#storages, inode: ++this.#lastStorage },
    };
  }

  /**
   * @param directory A directory above
   * @returns Its entries, with the numbers that {@linkcode Numbers.above} gives them
   */
  listAbove(directory: Directory): Entry[] {
    const { device } = directory.stat();
    return directory.list().map((entry) => {
      const own = { device, inode: entry.inode };
      return { ...entry, inode: this.#copies.get(own)?.inode ?? this.#shown(own) };
    });
  }

  /**
   * @param directory A directory below
   * @returns Its entries, with the numbers that {@linkcode Numbers.below} gives them
   */
  listBelow(directory: Directory): Entry[] {
    const { device } = directory.stat();
    const entries = directory.list();
    if (device === this.#lowerDevice) return entries;
    return entries.map((entry) => ({ ...entry, inode: this.#shown({ device, inode: entry.inode }) }));
  }

  /**
   * Notes that something was copied.
   *
   * @param copy What is known of the copy above
   * @param original What it was copied from, as it is shown
   */
  copied(copy: Stat, original: Stat): void {
    const own = this.known(copy);
    // Two names of one file below become two files when one is changed, so they cannot share a number.
    const parted = original.kind !== "directory" && original.links > 1;
    this.#copies.set(copy, {
      inode: parted ? own.inode : original.inode,
      storage: original.storage ?? own.storage,
    });
  }

  /**
   * Forgets where something above was copied from, once its last name is gone: its number may be given to another.
   *
   * @param stat What it was
   */
  forget(stat: Stat): void {
    if (stat.kind === "directory" || stat.links <= 1) this.#copies.delete(stat);
  }

  /** What is on other devices must not have a number that something below has: here, all are on one. */
  #shown({ device, inode }: Identity): bigint {
    return device === this.#lowerDevice ? inode : BigInt.asUintN(64, inode + device * SPREAD);
  }
}
