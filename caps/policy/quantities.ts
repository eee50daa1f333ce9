/**
 * Quantities in a policy. Its schema tells their form; what has the right form can still be too large, or no time at
 * all.
 *
 * @module
 */
import { parseDuration, parseSize, QuantityError } from "../limits_text.ts";
import { PolicyError } from "../policy.ts";

/**
 * Reads a size.
 *
 * @param value Bytes, or a text such as `"64M"`
 * @param place Where it is in the policy
 * @returns Bytes
 * @throws {PolicyError} For what is no size
 *
 * @example
 * ```ts
 * import { sizeAt } from "./quantities.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(sizeAt("1K", "limits.memory"), 1024);
 * assertThrows(() => sizeAt("99999999T", "limits.memory"), Error, "limits.memory:");
 * ```
 */
export function sizeAt(value: number | string, place: string): number {
  return typeof value === "number" ? value : read(parseSize, value, place);
}

/**
 * Reads a length of time.
 *
 * @param text A text such as `"300ms"`
 * @param place Where it is in the policy
 * @returns Milliseconds, more than 0
 * @throws {PolicyError} For what is no time
 *
 * @example
 * ```ts
 * import { timeAt } from "./quantities.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(timeAt("2s", "limits.timeout"), 2000);
 * assertThrows(() => timeAt("0s", "limits.timeout"), Error, "limits.timeout:");
 * ```
 */
export function timeAt(text: string, place: string): number {
  return read(parseDuration, text, place);
}

function read(parse: (text: string) => number, text: string, place: string): number {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof QuantityError) throw new PolicyError(`${place}: ${error.message}`);
    throw error;
  }
}
