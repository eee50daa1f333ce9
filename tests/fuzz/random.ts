/**
 * Numbers that a seed repeats.
 *
 * @module
 */

/** A small generator (mulberry32): the same numbers for the same seed, on every machine. */
export class Numbers {
  #state: number;

  /** @param seed Any number */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /**
   * The next number.
   *
   * @param below What it is less than, 1 to 2^32
   * @returns A whole number from 0
   */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * below);
  }

  /**
   * One of several.
   *
   * @param all At least one
   * @returns Any of them
   */
  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}
