/**
 * One after the other.
 *
 * @module
 */

/** Lets things happen one after the other, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does something when everything asked for before is done.
   *
   * @param work What to do; never called before this returns
   * @returns What it comes to
   *
   * @example
   * ```ts
   * import { Turns } from "./turns.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const turns = new Turns();
   * const done: number[] = [];
   * turns.take(async () => {
   *   await Promise.resolve();
   *   done.push(1);
   * });
   * await turns.take(() => done.push(2));
   * assertEquals(done, [1, 2]);
   * ```
   */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // Whoever asked hears of a failure; whoever is next does not.
    this.#last = result.then(() => {}, () => {});
    return result;
  }
}
