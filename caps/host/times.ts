/**
 * The pair of times that `utimensat(2)` takes.
 *
 * @module
 */

import { NativeBuffer } from "./address_of.ts";

const UTIME_OMIT = 0x3ffffffen;
const BILLION = 1_000_000_000n;
const buffer = new NativeBuffer(32);
const pair = new BigInt64Array(buffer.bytes.buffer);

/**
 * Two times as two `struct timespec`, in a place that is used again at the next call.
 *
 * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
 * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
 * @returns Their address
 */
export function timesOf(accessed: bigint | undefined, modified: bigint | undefined): bigint {
  set(0, accessed);
  set(2, modified);
  return buffer.address;
}

function set(index: number, time: bigint | undefined): void {
  if (time === undefined) {
    pair[index] = 0n;
    pair[index + 1] = UTIME_OMIT;
    return;
  }
  // A time before 1970 has its second rounded down: the nanoseconds are never negative.
  const nanoseconds = ((time % BILLION) + BILLION) % BILLION;
  pair[index] = (time - nanoseconds) / BILLION;
  pair[index + 1] = nanoseconds;
}
