/**
 * Which times a call sets, and to what.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { Fstflags } from "../abi/flags.ts";
import { unsigned } from "../abi/numbers.ts";
import type { Guest } from "../guest.ts";

/** Times to set, in nanoseconds since 1970 began; `undefined` leaves one as it is. */
export interface Times {
  /** Of the last read. */
  readonly accessed: bigint | undefined;
  /** Of the last change. */
  readonly modified: bigint | undefined;
}

const ALL: number = Fstflags.ATIM | Fstflags.ATIM_NOW | Fstflags.MTIM | Fstflags.MTIM_NOW;

/**
 * Takes times from the parameters of a call. "Now" is what the guest's own clock says.
 *
 * @param guest The guest
 * @param accessed Of the last read, in nanoseconds
 * @param modified Of the last change, in nanoseconds
 * @param flags A sum of {@linkcode Fstflags}
 * @returns The times
 * @throws {Fault} `EINVAL` for flags that contradict each other or mean nothing
 */
export function timesOf(guest: Guest, accessed: bigint, modified: bigint, flags: number): Times {
  if ((flags & ~ALL) !== 0) throw Fault.of("EINVAL");
  return {
    accessed: timeOf(guest, accessed, (flags & Fstflags.ATIM) !== 0, (flags & Fstflags.ATIM_NOW) !== 0),
    modified: timeOf(guest, modified, (flags & Fstflags.MTIM) !== 0, (flags & Fstflags.MTIM_NOW) !== 0),
  };
}

function timeOf(guest: Guest, time: bigint, given: boolean, now: boolean): bigint | undefined {
  if (given && now) throw Fault.of("EINVAL");
  if (now) return guest.clocks.wall.now();
  return given ? unsigned(time) : undefined;
}
