/**
 * Leaving a guest for good, from inside a host call.
 *
 * @module
 */

/**
 * `(module (func (export "unwind") unreachable))`. A guest can catch whatever JavaScript throws through it (with
 * `catch_all`), but no engine lets it catch a trap.
 */
// deno-fmt-ignore
const bytes = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
  0x01, 0x04, 0x01, 0x60, 0x00, 0x00, // type 0: no parameters, no results
  0x03, 0x02, 0x01, 0x00, // function 0: type 0
  0x07, 0x0a, 0x01, 0x06, 0x75, 0x6e, 0x77, 0x69, 0x6e, 0x64, 0x00, 0x00, // export "unwind": function 0
  0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b, // code: no locals, unreachable, end
]);

const traps = new WeakSet<object>();
let trap: (() => void) | undefined;

/**
 * Ends every frame of the guest that is being called, wherever it is.
 *
 * @throws {WebAssembly.RuntimeError} Always: a trap that the guest cannot catch and {@linkcode isUnwinding} knows
 *
 * @example
 * ```ts
 * import { isUnwinding, unwind } from "./unwind.ts";
 * import { assert } from "@std/assert";
 *
 * try {
 *   unwind();
 * } catch (error) {
 *   assert(isUnwinding(error));
 * }
 * ```
 */
export function unwind(): never {
  try {
    trap ??= new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.unwind as () => void;
    trap();
  } catch (error) {
    traps.add(error as object);
    throw error;
  }
  throw new Error("A trap did not trap");
}

/**
 * Whether what was caught comes from {@linkcode unwind}: then the guest did not trap, it was ended.
 *
 * @param error What was caught
 * @returns `true` if it does
 */
export function isUnwinding(error: unknown): boolean {
  return typeof error === "object" && error !== null && traps.has(error);
}
