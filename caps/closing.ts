/**
 * Closing what a call has opened, however the call ends: also when the engine cuts it off from outside, as a time limit
 * does. No `finally` of its own runs then.
 *
 * @module
 */

/** What is under way and has to be closed when it is cut off, the outermost first. */
const underWay: { close(): void }[] = [];

/**
 * Calls a function and closes something afterwards, however the call ends.
 *
 * @param resource What is closed
 * @param call The function, which does not wait
 * @returns What it returned
 *
 * @example
 * ```ts
 * import { closing } from "./closing.ts";
 * import { memoryDirectory } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(closing(memoryDirectory({ "a.txt": "" }), (directory) => directory.list().length), 1);
 * ```
 */
export function closing<Resource extends { close(): void }, Result>(
  resource: Resource,
  call: (resource: Resource) => Result,
): Result {
  underWay.push(resource);
  try {
    return call(resource);
  } finally {
    underWay.pop();
    resource.close();
  }
}

/**
 * Calls a function that may be cut off, and closes what it had under way then.
 *
 * @param call The function
 * @returns What it returned
 *
 * @example
 * ```ts
 * import { closingCutOff } from "./closing.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(closingCutOff(() => 7), 7);
 * ```
 */
export function closingCutOff<Result>(call: () => Result): Result {
  const before = underWay.length;
  try {
    return call();
  } finally {
    // The innermost first, as if each had come to its end.
    while (underWay.length > before) {
      try {
        underWay.pop()!.close();
      } catch {
        // Nobody is left who could be told: their call is gone.
      }
    }
  }
}
