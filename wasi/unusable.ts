/**
 * What cannot be run, and why.
 *
 * @module
 */

/** The longest message, in characters. */
const LONGEST = 2000;

/**
 * Bytes that are not a module which this runner can run: no module at all, damaged, asking for something that is not
 * offered, or needing more than its limits allow. The message is one line for a person.
 *
 * @example
 * ```ts
 * import { run, UnusableModuleError } from "keyhole";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => run(new Uint8Array(0)), UnusableModuleError, "The file is empty");
 * ```
 */
export class UnusableModuleError extends Error {
  /** The name of the class, `"UnusableModuleError"`. */
  override readonly name = "UnusableModuleError";

  /**
   * Makes the error. Control characters in the message are escaped and long ones are cut, since names of a module may
   * hold any, and have any length.
   *
   * @param message What is wrong
   * @param options The error behind this one as `cause`
   */
  constructor(message: string, options?: ErrorOptions) {
    const told = message.length > LONGEST ? `${message.slice(0, LONGEST)}...` : message;
    super(told.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1)), options);
  }

  /** Whether the module is sound and only needs more than a limit allows. */
  get overLimit(): boolean {
    return this.cause instanceof Error && this.cause.name === "ModuleLimitError";
  }
}

/**
 * Says in one line why the engine, or the reader of the binary format, refused a module.
 *
 * @param error What was thrown
 * @returns The error for the user; anything that is not about the module is returned as it is
 */
export function asUnusable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UnusableModuleError) return error;
  const about = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError ||
    ABOUT_MODULES.has(error.name) || isSegmentOutside(error);
  if (!about) return error;
  // V8 puts the JavaScript function in front, which means nothing to the user.
  const message = error.message.replace(/^WebAssembly\.\w+\(\):\s*/, "");
  return new UnusableModuleError(message, { cause: error });
}

/** What is thrown where {@linkcode UnusableModuleError} is not known, by name. */
const ABOUT_MODULES: ReadonlySet<string> = new Set(["ModuleError", "ModuleLimitError", "ModuleTooLongError"]);

/** Data or elements that do not fit are found out only when an instance is made; no code of the guest has run. */
function isSegmentOutside(error: Error): boolean {
  return error instanceof WebAssembly.RuntimeError && error.message.startsWith("WebAssembly.Instance()");
}
