/**
 * Pairs of a pointer and a length, as a guest passes them.
 *
 * @module
 */
import { isFault } from "../../caps/fault.ts";
import type { GuestMemory } from "../abi/memory.ts";
import { HostError } from "./error.ts";

/** What a pair of pointer and length has to be. */
export interface RangeRules {
  /** The most bytes that it may have, 0 to 2^32 - 1. */
  readonly most: number;
  /** Whether pointer and length must not be 0. */
  readonly nonZero: boolean;
}

/** Bytes that a parameter may have unless said otherwise: what one call copies has to have an end. */
export const DEFAULT_MOST = 1 << 20;

/**
 * Checks a pair of pointer and length, both unsigned whatever sign they arrive with.
 *
 * @param memory The guest's memory
 * @param pointer The pointer
 * @param length The length in bytes
 * @param rules What the pair has to be
 * @returns The pointer as an index, 0 to 2^32 - 1
 * @throws {HostError} `zero`, `too-long` or `out-of-bounds`, looked for in this order
 */
export function checkRange(memory: GuestMemory, pointer: number, length: number, rules: RangeRules): number {
  if (rules.nonZero && (pointer === 0 || length === 0)) throw new HostError("zero");
  if (length >>> 0 > rules.most) throw new HostError("too-long");
  return mustBeInside(memory, pointer, length);
}

/**
 * Checks that a range is wholly inside a guest's memory.
 *
 * @param memory The guest's memory
 * @param pointer The pointer
 * @param length The length in bytes
 * @returns The pointer as an index, 0 to 2^32 - 1
 * @throws {HostError} `out-of-bounds`
 */
export function mustBeInside(memory: GuestMemory, pointer: number, length: number): number {
  try {
    return memory.range(pointer, length);
  } catch (error) {
    if (!isFault(error, "EFAULT")) throw error;
    throw new HostError("out-of-bounds");
  }
}
