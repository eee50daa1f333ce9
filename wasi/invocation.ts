/**
 * Calling one exported function in place of the entry point.
 *
 * @module
 */

/** An exported function and what it is called with. */
export interface InvocationOf<T> {
  /** The name of the exported function. */
  readonly name: string;
  /** Its arguments. */
  readonly args: readonly T[];
}

/**
 * An export to call in place of the entry point. Its arguments are text: whole numbers (also `0x…` and negative) for i32
 * and i64, any number for f32 and f64.
 */
export type Invocation = InvocationOf<string>;

/**
 * A call that does not fit the function: no such export, too many arguments, not a number.
 *
 * @example
 * ```ts
 * import { InvocationError, run } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * const invoke = { name: "add", args: ["2"] };
 * await assertRejects(
 *   () => run("tests/guests/reactor.wasm", { invoke }),
 *   InvocationError,
 *   'The function "add" takes (i32, i32), 1 given',
 * );
 * ```
 */
export class InvocationError extends Error {
  /** The name of the class, `"InvocationError"`. */
  override readonly name = "InvocationError";
}

/**
 * Tells the results of a call as text.
 *
 * @param result What the call returned: nothing, a value, or an array of values
 * @returns One text per result
 */
export function resultTexts(result: unknown): string[] {
  if (result === undefined) return [];
  const values: unknown[] = Array.isArray(result) ? result : [result];
  return values.map((value) => {
    if (typeof value === "number" || typeof value === "bigint") {
      return Object.is(value, -0) ? "-0" : String(value);
    }
    return value === null ? "null" : `<${typeof value}>`;
  });
}
