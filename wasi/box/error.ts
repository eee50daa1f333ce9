/**
 * What is wrong with a box.
 *
 * @module
 */

/**
 * Why a message was not taken: `"trap"` when the guest crashed over it, `"timeout"` and `"limit"` when it was stopped,
 * `"exit"` when it exited; `"poisoned"` when one of these happened before, `"closed"` after the box was closed.
 */
export type BoxFailure = "trap" | "timeout" | "limit" | "exit" | "poisoned" | "closed";

/**
 * A message that a box did not take to its end.
 *
 * @example
 * ```ts
 * import { Box, BoxError } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * const box = await Box.open(await Deno.readFile("examples/box/echo.wasm"));
 * await box.close();
 * await assertRejects(() => box.send("hello"), BoxError, "closed");
 * ```
 */
export class BoxError extends Error {
  /** The name of the class, `"BoxError"`. */
  override readonly name = "BoxError";
  /** Why. */
  readonly reason: BoxFailure;
  /** After a trap: the guest's functions that were being called, the innermost first. */
  readonly frames: readonly string[];

  /**
   * Makes the error.
   *
   * @param reason Why
   * @param message What a person reads
   * @param options The guest's functions that were being called, and the error behind this one as `cause`
   */
  constructor(
    reason: BoxFailure,
    message: string,
    options: ErrorOptions & { readonly frames?: readonly string[] } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.frames = options.frames ?? [];
  }
}
