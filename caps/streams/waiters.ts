/**
 * Waiting for something that another part of the program will tell.
 *
 * @module
 */

/** The longest that a timer can be set for, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Everybody who waits for one thing to change. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /**
   * Waits until {@linkcode Waiters.wake}, or until time is up. It may end early; who waits looks again.
   *
   * @param milliseconds How long at the most, `Infinity` for as long as it takes
   * @returns When it is over
   */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(over);
        resolve();
      };
      this.#waiting.add(over);
      if (milliseconds !== Infinity) timer = setTimeout(over, Math.min(milliseconds, LONGEST_TIMER));
    });
  }

  /** Ends all waits. */
  wake(): void {
    for (const over of [...this.#waiting]) over();
  }
}
