/**
 * Time as a capability.
 *
 * @module
 */

/** One clock. */
export interface Clock {
  /**
   * Reads the clock.
   *
   * @returns Nanoseconds since the clock's zero, 0 to 2^64 - 1
   */
  now(): bigint;

  /** The shortest time between two readings that differ, in nanoseconds, at least 1. */
  readonly resolution: bigint;
}

/** The clocks of a guest, and how it sleeps. */
export interface Clocks {
  /** Time of day: zero is when 1970 began (UTC). */
  readonly wall: Clock;
  /** Never goes back; its zero means nothing. */
  readonly monotonic: Clock;
  /** Whether sleeping takes no real time: {@linkcode Clocks.sleep} only moves these clocks. */
  readonly virtual: boolean;

  /**
   * Lets time pass. Blocks the thread for that long when the clocks are real.
   *
   * @param nanoseconds How long, 0 or more
   */
  sleep(nanoseconds: bigint): void;
}
