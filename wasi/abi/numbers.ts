/**
 * Parameters of 64 bits as plain numbers.
 *
 * @module
 */
import { Fault, type FaultCode } from "../../caps/fault.ts";

/**
 * A place in a file, or a length, from a 64-bit parameter.
 *
 * @param value The parameter, unsigned though it arrives with a sign
 * @param beyond What to fault with when no file can be that long
 * @returns 0 to 2^53 - 1
 * @throws {Fault} `EINVAL` from 2^63 on, where Linux sees a negative number; `beyond` from 2^53 on
 *
 * @example
 * ```ts
 * import { offsetOf } from "./numbers.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(offsetOf(5n, "EFBIG"), 5);
 * assertThrows(() => offsetOf(-1n, "EFBIG"), "EINVAL");
 * ```
 */
export function offsetOf(value: bigint, beyond: FaultCode): number {
  const number = Number(value);
  if (number < 0) throw Fault.of("EINVAL");
  if (number > Number.MAX_SAFE_INTEGER) throw Fault.of(beyond);
  return number;
}

/**
 * A 64-bit parameter without its sign.
 *
 * @param value The parameter, as it arrives from WebAssembly
 * @returns 0 to 2^64 - 1
 */
export function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
