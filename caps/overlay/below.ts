/**
 * The lower tree of an overlay, which never changes.
 *
 * @module
 */
import type { Directory } from "../directory.ts";

/** A directory of the lower tree by its place there, open only while somebody uses it. */
export class Below {
  readonly #parent: Below | undefined;
  readonly #name: string;
  #directory: Directory | undefined;
  #users = 0;

  private constructor(parent: Below | undefined, name: string, directory?: Directory) {
    this.#parent = parent;
    this.#name = name;
    this.#directory = directory;
  }

  /**
   * @param directory The lower directory of an overlay, closed when nobody uses it any more
   * @returns Its place
   */
  static root(directory: Directory): Below {
    return new Below(undefined, "", directory);
  }

  /**
   * @param name A directory in this one
   * @returns Its place
   */
  child(name: string): Below {
    return new Below(this, name);
  }

  /**
   * Opens it, unless it is open.
   *
   * @returns The directory, good until it is dropped as often as it was held
   * @throws {Fault} `ENOENT`, `ENOTDIR`, `EMFILE`
   */
  hold(): Directory {
    this.#directory ??= this.#open();
    this.#users++;
    return this.#directory;
  }

  /** Steps down from the nearest directory that is open. Step by step: how deep it is, is up to the guest. */
  #open(): Directory {
    const names = [this.#name];
    let from = this.#parent!;
    for (; from.#directory === undefined; from = from.#parent!) names.push(from.#name);
    let here = from.#directory;
    while (names.length > 0) {
      const outer = here;
      try {
        here = outer.directory(names.pop()!);
      } finally {
        if (outer !== from.#directory) outer.close();
      }
    }
    return here;
  }

  /** Closes it once nobody uses it. */
  drop(): void {
    if (--this.#users > 0) return;
    this.#directory?.close();
    this.#directory = undefined;
  }
}
