/**
 * The clocks of this machine.
 *
 * @module
 */
import type { Clocks } from "../clock.ts";

const MILLISECOND = 1_000_000;

/**
 * The clocks of this machine, and real sleep.
 *
 * The monotonic clock is `performance.now()`, which nothing sets back. The wall clock is `Date.now()`, because that
 * follows when somebody sets the clock, with the part below a millisecond taken from the monotonic one. Both are rounded
 * down to their resolution: a guest is not to time its host more finely. Sleeping blocks the thread and never ends
 * early.
 *
 * @returns The clocks
 *
 * @example
 * ```ts
 * import { systemClocks } from "keyhole";
 * import { assert } from "@std/assert";
 *
 * const clocks = systemClocks();
 * const before = clocks.monotonic.now();
 * clocks.sleep(2_000_000n);
 * assert(clocks.monotonic.now() - before >= 2_000_000n);
 * assert(clocks.wall.now() > 1_700_000_000_000_000_000n);
 * ```
 */
export function systemClocks(): Clocks {
  /** What the wall clock showed, in milliseconds, when the monotonic one was at 0. */
  let origin = performance.timeOrigin;
  const wall = (): bigint => {
    const monotonic = performance.now();
    const date = Date.now();
    let fraction = origin + monotonic - date;
    // Where the sum disagrees with `date` the clock was set, or the two drift apart. The smallest correction keeps time
    // from jumping back when they only drift.
    if (fraction < 0 || fraction >= 1) {
      fraction = fraction < 0 ? 0 : 0.999999;
      origin = date + fraction - monotonic;
    }
    return BigInt(date * 1000 + Math.floor(fraction * 1000)) * 1000n;
  };
  return {
    wall: { now: wall, resolution: 1000n },
    monotonic: { now: () => BigInt(Math.floor(performance.now() * 10_000) * 100), resolution: 100n },
    virtual: false,
    sleep: (nanoseconds) => pause(Number(nanoseconds) / MILLISECOND),
  };
}

/** What everybody waits on who sleeps. */
let cell: Int32Array<SharedArrayBuffer> | undefined;

/**
 * Blocks the thread.
 *
 * @param milliseconds How long, at least; parts of one are fine
 *
 * @example
 * ```ts
 * import { pause } from "./system.ts";
 * import { assert } from "@std/assert";
 *
 * const before = performance.now();
 * pause(1.5);
 * assert(performance.now() - before >= 1.5);
 * ```
 */
export function pause(milliseconds: number): void {
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + milliseconds;
  // Nobody else has the cell, so every wait runs into its time limit; some do so a little early.
  for (let left = milliseconds; left > 0; left = end - performance.now()) Atomics.wait(cell, 0, 0, left);
}
