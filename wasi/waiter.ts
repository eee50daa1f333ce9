/**
 * Waiting without blocking the thread, for guests that can be suspended.
 *
 * @module
 */
import type { Stream } from "../caps/stream.ts";
import { Waiters } from "../caps/streams/waiters.ts";

/** How long a guest goes on before others have their turn, in milliseconds. */
const TURN = 20;

/** In how many calls the clock is looked at once, which takes as long as a call does. */
const CALLS = 16;

/** The longest that one wait can be, in milliseconds; longer ones look again in between. */
export const LONGEST_WAIT: number = 2 ** 31 - 1;

/**
 * Waits for streams and timers. However often a guest waits for a stream that never gets ready, the stream is asked
 * to tell only once, so that nothing piles up on it.
 *
 * @example
 * ```ts
 * import { Waiter } from "./waiter.ts";
 *
 * const waiter = new Waiter();
 * const waiting = waiter.wait([], 60_000);
 * waiter.wake();
 * await waiting;
 * ```
 */
export class Waiter {
  readonly #asked = new Set<Stream>();
  readonly #waiters = new Waiters();

  /**
   * Waits until one of some streams is ready, until time is up, or until {@linkcode Waiter.wake}. It can be over
   * early: the streams have to be asked again.
   *
   * @param streams The streams, asynchronous ones
   * @param milliseconds How long at the most
   * @returns When it is over
   */
  wait(streams: readonly Stream[], milliseconds: number): Promise<void> {
    for (const stream of streams) this.#ask(stream);
    return this.#waiters.wait(milliseconds);
  }

  /** Ends all waits that are under way. */
  wake(): void {
    this.#waiters.wake();
  }

  #ask(stream: Stream): void {
    if (this.#asked.has(stream)) return;
    this.#asked.add(stream);
    const told = (): void => {
      this.#asked.delete(stream);
      this.wake();
    };
    // A stream that fails is ready too: the read or write that follows says how. One that says it is, and is not, would be
    // asked over and over, and no signal, timer or other guest ever had its turn.
    const settled = (): unknown => stream.ready() === undefined ? eventLoopTurn().then(told) : told();
    Promise.resolve(stream.wait(Infinity)).then(settled, settled).catch(told);
  }
}

/**
 * The turns of a guest that may never wait and that nothing else interrupts: while it goes from call to call no timer
 * and no signal would reach the thread.
 *
 * @example
 * ```ts
 * import { Turns } from "./waiter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new Turns().next(), undefined);
 * ```
 */
export class Turns {
  #end = performance.now() + TURN;
  #calls = CALLS;

  /**
   * Asked before a call that may be suspended.
   *
   * @returns When everything else that is due has had its turn; `undefined` while the guest may go on
   */
  next(): Promise<void> | undefined {
    if (--this.#calls > 0) return undefined;
    this.#calls = CALLS;
    if (performance.now() < this.#end) return undefined;
    return eventLoopTurn().then(() => void (this.#end = performance.now() + TURN));
  }
}

/**
 * Lets everything else that is due have its turn: without that no signal arrives while a guest computes.
 *
 * @returns When it has
 */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
