/**
 * The clocks of this machine, through libc: reading one costs a fraction of what `performance.now()` takes.
 *
 * @module
 */
import type { Clocks } from "../clock.ts";
import { systemClocks } from "../clocks/system.ts";
import { NativeBuffer } from "./address_of.ts";
import { libc, loadLibC } from "./libc.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const SECOND = 1_000_000_000n;

/** A `struct timespec`: seconds, then nanoseconds. */
const buffer = new NativeBuffer(16);
const time = new BigUint64Array(buffer.bytes.buffer);

/**
 * The clocks of this machine like {@linkcode systemClocks}, read through libc where it can be had. That opens libc, so
 * it is for those who need libc anyway.
 *
 * The monotonic clock counts from where `performance.now()` does: how long the machine has been up is not told. Nothing
 * finer is told than without libc.
 *
 * @returns The clocks; those of {@linkcode systemClocks} without Linux or without FFI
 *
 * @example
 * ```ts
 * import { hostClocks } from "./clocks.ts";
 * import { assert } from "@std/assert";
 *
 * const { monotonic } = hostClocks();
 * const before = monotonic.now();
 * assert(monotonic.now() >= before);
 * ```
 */
export function hostClocks(): Clocks {
  const plain = systemClocks();
  if (!loadLibC()) return plain;
  const { address } = buffer;
  /** What libc's monotonic clock showed when `performance.now()` was 0. */
  let origin: bigint | undefined;
  const wall = (): bigint => {
    libc.clock_gettime(CLOCK_REALTIME, address);
    const now = BigInt.asUintN(64, time[0]! * SECOND + time[1]!);
    return now - now % 1000n;
  };
  const monotonic = (): bigint => {
    libc.clock_gettime(CLOCK_MONOTONIC, address);
    const now = BigInt.asUintN(64, time[0]! * SECOND + time[1]!);
    origin ??= now - BigInt(Math.floor(performance.now() * 1_000_000));
    const passed = now - origin;
    return passed - passed % 100n;
  };
  return {
    ...plain,
    wall: { ...plain.wall, now: wall },
    monotonic: { ...plain.monotonic, now: monotonic },
  };
}
