/**
 * What a guest hears when a function of its host fails.
 *
 * @module
 */

/** Why a call of a host function failed: a parameter that cannot be taken, or the function's own reason. */
export type HostErrorCode =
  /** A pointer or a length is 0 where it must not be. */
  | "zero"
  /** A length is beyond what the parameter allows. */
  | "too-long"
  /** A range is not wholly inside the guest's memory. */
  | "out-of-bounds"
  /** A text is not UTF-8. */
  | "utf-8"
  /** A text is not JSON. */
  | "json"
  /** The function refused. */
  | "refused"
  /** The function failed in a way that is not the guest's to know. */
  | "internal";

const TEXTS: Readonly<Record<HostErrorCode, string>> = {
  "zero": "Pointer and length must not be 0",
  "too-long": "Parameter exceeds the maximum length",
  "out-of-bounds": "Range is outside of the memory",
  "utf-8": "Text is not valid UTF-8",
  "json": "Text is not valid JSON",
  "refused": "Refused",
  "internal": "Internal error",
};

/**
 * What a host function throws to tell its guest something: the message reaches the guest. The message of any other
 * error does not, since it may name things of the host; that one goes to the log.
 *
 * @example
 * ```ts
 * import { HostError } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new HostError("refused", "no such key");
 * assertEquals([error.code, error.message], ["refused", "no such key"]);
 * ```
 */
export class HostError extends Error {
  /** The name of the class, `"HostError"`. */
  override readonly name = "HostError";
  /** Why the call failed. */
  readonly code: HostErrorCode;

  /**
   * An error for the guest.
   *
   * @param code Why the call failed
   * @param message What the guest is told; a general text for the code unless given
   * @param options The error behind this one as `cause`, which only the host sees
   */
  constructor(code: HostErrorCode, message: string = TEXTS[code], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * The error that a guest may know about.
 *
 * @param error What a function of the host threw
 * @returns The same if it was meant for the guest, else one that says nothing but "Internal error"
 */
export function tellable(error: unknown): HostError {
  return error instanceof HostError ? error : new HostError("internal", undefined, { cause: error });
}
