/**
 * What is wrong with a snapshot.
 *
 * @module
 */

/**
 * Why a snapshot was refused: `"not-a-snapshot"` for bytes of another kind, `"damaged"` when they were cut or changed,
 * `"newer"` for a version of the format that is not known, `"other-module"` when it was taken of another module,
 * `"too-large"` when it needs more than its receiver may have; and, when one is taken, `"unsupported"` for state that
 * cannot be captured.
 */
export type SnapshotRefusal =
  | "not-a-snapshot"
  | "damaged"
  | "newer"
  | "other-module"
  | "too-large"
  | "unsupported";

/**
 * A snapshot that cannot be used, or that cannot be taken. Nothing was changed by the attempt.
 *
 * @example
 * ```ts
 * import { Box, SnapshotError } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * const box = await Box.open(await Deno.readFile("examples/box/echo.wasm"));
 * await assertRejects(() => box.restore(new TextEncoder().encode("no snapshot")), SnapshotError);
 * await box.close();
 * ```
 */
export class SnapshotError extends Error {
  /** The name of the class, `"SnapshotError"`. */
  override readonly name = "SnapshotError";
  /** Why. */
  readonly code: SnapshotRefusal;

  /**
   * Makes the error.
   *
   * @param code Why
   * @param message What a person reads
   * @param options The error behind this one as `cause`
   */
  constructor(code: SnapshotRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
