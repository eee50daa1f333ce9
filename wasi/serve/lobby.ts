/**
 * Where clients wait until it is decided whether they may come in.
 *
 * @module
 */

/** How many clients may wait at once. Each holds a descriptor and some KiB. */
const MOST_WAITING = 1024;

/** Clients of whom it is not decided yet whether they may come in. */
export class Lobby {
  /** What turns away each client, the one that has waited longest first. */
  readonly #waiting = new Set<AbortController>();
  readonly #most: number;

  /**
   * @param most How many may wait at once; when one more comes, the one that has waited longest is turned away
   */
  constructor(most: number = MOST_WAITING) {
    this.#most = most;
  }

  /**
   * Waits for a decision, but no longer than the client may wait.
   *
   * @param decide Decides; its signal is aborted when nobody waits for that any more
   * @returns What was decided, or why the client is turned away before
   */
  async decided<T>(decide: (signal: AbortSignal) => Promise<T>): Promise<T | string> {
    const controller = new AbortController();
    const { signal } = controller;
    const turnedAway = new Promise<string>((resolve) =>
      signal.addEventListener("abort", () => resolve(signal.reason))
    );
    this.#waiting.add(controller);
    if (this.#waiting.size > this.#most) {
      this.#waiting.values().next().value!.abort("too many clients wait to be let in, try again later");
    }
    try {
      return await Promise.race([turnedAway, decide(signal)]);
    } finally {
      this.#waiting.delete(controller);
    }
  }

  /**
   * Turns away everybody who waits.
   *
   * @param why Why, for the client
   */
  clear(why: string): void {
    for (const controller of this.#waiting) controller.abort(why);
  }
}
