/**
 * Reading clocks.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#clock_time_get}
 * @module
 */
import type { Clock } from "../../caps/clock.ts";
import { Fault } from "../../caps/fault.ts";
import { Clockid } from "../abi/flags.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/**
 * Finds a clock of a guest.
 *
 * @param guest The guest
 * @param id A {@linkcode Clockid}
 * @returns The clock
 * @throws {Fault} `ENOTSUP` for the clocks of computing time, which a guest could measure its host by; `EINVAL` for
 * any other number
 */
export function clockOf({ clocks }: Guest, id: number): Clock {
  switch (id) {
    case Clockid.REALTIME:
      return clocks.wall;
    case Clockid.MONOTONIC:
      return clocks.monotonic;
    case Clockid.PROCESS_CPUTIME_ID:
    case Clockid.THREAD_CPUTIME_ID:
      throw Fault.of("ENOTSUP");
    default:
      throw Fault.of("EINVAL");
  }
}

/** Tells how fine a clock is. */
function clock_res_get(guest: Guest, id: number, resultPointer: number): void {
  guest.memory.writeU64(resultPointer, clockOf(guest, id).resolution);
}

/** Reads a clock. The precision asked for changes nothing: clocks are as fine as they were granted. */
function clock_time_get(guest: Guest, id: number, _precision: bigint, resultPointer: number): void {
  guest.memory.writeU64(resultPointer, clockOf(guest, id).now());
}

/** The calls about clocks. */
export const clockCalls: Calls = { clock_res_get, clock_time_get };
