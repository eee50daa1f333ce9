/**
 * Clocks that the machine does not move: the same run has the same times, and sleeping takes no time.
 *
 * @module
 */
import type { Clock, Clocks } from "../clock.ts";
import { wrongValue } from "../record.ts";

/** The times that virtual clocks show, as plain data. */
export interface ClockState {
  /** Nanoseconds since 1970 began (UTC), 0 to 2^64 - 1. */
  readonly wall: bigint;
  /** Nanoseconds since the clocks were made, 0 to 2^64 - 1. */
  readonly monotonic: bigint;
}

const MOST = 2n ** 64n - 1n;

/** How virtual clocks move. */
interface Movement {
  /** Whether the wall clock moves with the monotonic one. */
  readonly wallMoves: boolean;
  /** How far each reading moves them, after it was read, in nanoseconds. */
  readonly step: bigint;
  /** The resolution that both clocks tell, in nanoseconds. */
  readonly resolution: bigint;
}

/**
 * Clocks that only reading, sleeping and their owner move.
 *
 * @example
 * ```ts
 * import { steppingClocks } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const clocks = steppingClocks(1000n, 5n);
 * assertEquals([clocks.wall.now(), clocks.wall.now()], [1000n, 1005n]);
 * clocks.sleep(90n); // is over at once
 * assertEquals(clocks.wall.now(), 1100n);
 * ```
 */
export class VirtualClocks implements Clocks {
  /** Time of day. */
  readonly wall: Clock;
  /** Time since the clocks were made. */
  readonly monotonic: Clock;
  /** Sleeping takes no real time. */
  readonly virtual = true;
  readonly #movement: Movement;
  #wall: bigint;
  #monotonic = 0n;

  /**
   * Makes clocks that show a time first.
   *
   * @param start What the wall clock shows first, in nanoseconds since 1970 began (UTC), 0 to 2^64 - 1
   * @param movement How the clocks move
   * @throws {RangeError} For a start out of range
   */
  constructor(start: bigint, movement: Movement) {
    this.#wall = inRange(start);
    this.#movement = movement;
    const { resolution, step } = movement;
    const reading = (read: () => bigint) => (): bigint => {
      const time = read();
      this.#pass(step);
      return time;
    };
    this.wall = { resolution, now: reading(() => this.#wall) };
    this.monotonic = { resolution, now: reading(() => this.#monotonic) };
  }

  /**
   * Moves the clocks instead of waiting.
   *
   * @param nanoseconds How far, 0 or more
   */
  sleep(nanoseconds: bigint): void {
    this.#pass(nanoseconds);
  }

  /**
   * Sets the wall clock. Time that passed by this has passed for the monotonic clock too, which never goes back.
   *
   * @param wall Nanoseconds since 1970 began (UTC), 0 to 2^64 - 1
   * @throws {RangeError} For a time out of range
   */
  set(wall: bigint): void {
    const passed = inRange(wall) - this.#wall;
    this.#wall = wall;
    if (passed > 0n) this.#monotonic = later(this.#monotonic, passed);
  }

  /** The times shown now, as plain data. Looking does not move the clocks. */
  get state(): ClockState {
    return { wall: this.#wall, monotonic: this.#monotonic };
  }

  /**
   * Goes back, or forward, to times shown before.
   *
   * @param state What {@linkcode VirtualClocks.state} was
   * @throws {RangeError} For times out of range; the clocks are then as before
   */
  restore(state: ClockState): void {
    const wall = inRange(state.wall);
    this.#monotonic = inRange(state.monotonic);
    this.#wall = wall;
  }

  #pass(nanoseconds: bigint): void {
    if (nanoseconds <= 0n) return;
    this.#monotonic = later(this.#monotonic, nanoseconds);
    if (this.#movement.wallMoves) this.#wall = later(this.#wall, nanoseconds);
  }
}

/**
 * Clocks that move by sleeping alone: time flows as the guest's waits say. A guest that reads the clock until some
 * time has come never gets there; {@linkcode steppingClocks} are for those.
 *
 * @param start What the wall clock shows first, in nanoseconds since 1970 began (UTC)
 * @returns The clocks
 * @throws {TypeError} For a start or step that is no bigint
 * @throws {RangeError} For a start below 0 or above 2^64 - 1
 *
 * @example
 * ```ts
 * import { virtualClocks } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const clocks = virtualClocks(5_000_000_000n);
 * clocks.sleep(3_600_000_000_000n);
 * assertEquals(clocks.wall.now(), 3_605_000_000_000n);
 * assertEquals(clocks.monotonic.now(), 3_600_000_000_000n);
 * ```
 */
export function virtualClocks(start: bigint = 0n): VirtualClocks {
  return new VirtualClocks(start, { wallMoves: true, step: 0n, resolution: 1n });
}

/**
 * Clocks that show a time and then move a step, at each reading; sleeping moves them too.
 *
 * @param start What the wall clock shows first, in nanoseconds since 1970 began (UTC)
 * @param step How far a reading of either clock moves both, in nanoseconds, at least 1; one second unless given
 * @returns The clocks
 * @throws {TypeError} For a start or step that is no bigint
 * @throws {RangeError} For a start below 0 or above 2^64 - 1, or a step below 1
 *
 * @example
 * ```ts
 * import { steppingClocks } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { wall } = steppingClocks();
 * assertEquals([wall.now(), wall.now(), wall.resolution], [0n, 1_000_000_000n, 1_000_000_000n]);
 * ```
 */
export function steppingClocks(start: bigint = 0n, step: bigint = 1_000_000_000n): VirtualClocks {
  mustBeBigInt(step, "step");
  if (step < 1n) throw new RangeError(`Cannot step a clock by ${step} ns: give at least 1`);
  return new VirtualClocks(start, { wallMoves: true, step, resolution: step });
}

/**
 * Clocks whose wall clock stands still. The monotonic clock moves by sleeping, so that waits end.
 *
 * @param time What the wall clock shows, in nanoseconds since 1970 began (UTC)
 * @returns The clocks
 * @throws {TypeError} For a time that is no bigint
 * @throws {RangeError} For a time below 0 or above 2^64 - 1
 *
 * @example
 * ```ts
 * import { fixedClocks } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const clocks = fixedClocks(1_700_000_000_000_000_000n);
 * clocks.sleep(5n);
 * assertEquals([clocks.wall.now(), clocks.monotonic.now()], [1_700_000_000_000_000_000n, 5n]);
 * ```
 */
export function fixedClocks(time: bigint): VirtualClocks {
  return new VirtualClocks(time, { wallMoves: false, step: 0n, resolution: 1n });
}

/**
 * Clocks whose wall clock shows what it was last set to, to the millisecond, as a box in "set" mode has. The monotonic
 * clock moves by sleeping and by what the wall clock is set forward.
 *
 * @param start What the wall clock shows first, in nanoseconds since 1970 began (UTC)
 * @returns The clocks, to be moved by {@linkcode VirtualClocks.set}
 * @throws {TypeError} For a start or step that is no bigint
 * @throws {RangeError} For a start below 0 or above 2^64 - 1
 *
 * @example
 * ```ts
 * import { setClocks } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const clocks = setClocks();
 * clocks.set(2_000_000n);
 * assertEquals([clocks.wall.now(), clocks.wall.now(), clocks.wall.resolution], [2_000_000n, 2_000_000n, 1_000_000n]);
 * ```
 */
export function setClocks(start: bigint = 0n): VirtualClocks {
  return new VirtualClocks(start, { wallMoves: false, step: 0n, resolution: 1_000_000n });
}

/** A number would be milliseconds, most likely, and fails in the middle of a run. */
function mustBeBigInt(nanoseconds: unknown, setting: string): void {
  if (typeof nanoseconds !== "bigint") throw wrongValue(nanoseconds, setting, "nanoseconds, as a bigint");
}

function inRange(time: bigint): bigint {
  mustBeBigInt(time, "time");
  if (time >= 0n && time <= MOST) return time;
  throw new RangeError(`Cannot set a clock to ${time} ns: give 0 to ${MOST}`);
}

/** A time moved on; at the end of what a guest can be told it stands still. */
function later(time: bigint, nanoseconds: bigint): bigint {
  const moved = time + nanoseconds;
  return moved > MOST ? MOST : moved;
}
