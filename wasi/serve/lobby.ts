/**
 * Where clients wait until it is decided whether they may come in.
 *
 * @module
 */

/** Clients of whom it is not decided yet whether they may come in. */
export class Lobby {
  readonly #waiting = new Set<AbortController>();

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
