import { ModuleError } from "./module_error.ts";

/**
 * Makes sure that the engine accepts a module as it is.
 *
 * @param bytes a core module
 * @throws {ModuleError} with the engine's reason, at its place
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { ModuleError } from "./module_error.ts";
 * import { mustBeValid } from "./must_be_valid.ts";
 *
 * const start = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 8, 1, 0]); // (module (start 0))
 * assertThrows(() => mustBeValid(start), ModuleError, "Invalid module: ");
 * ```
 */
export function mustBeValid(bytes: Uint8Array<ArrayBuffer>): void {
  if (WebAssembly.validate(bytes)) return;
  let found: Refusal = { reason: "the engine refuses it", at: 0 };
  try {
    new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof Error) found = refusalOf(error);
  }
  throw new ModuleError(`Invalid module: ${found.reason}`, found.at);
}

/** Why the engine refuses a module. */
export interface Refusal {
  /** The reason, without the place. */
  readonly reason: string;
  /** The place in the module, in bytes from its start; 0 when the engine does not tell it. */
  readonly at: number;
}

/**
 * Takes the message of the engine apart.
 *
 * @param error what `new WebAssembly.Module` threw
 * @returns what it says, and of which byte
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { refusalOf } from "./must_be_valid.ts";
 *
 * const error = new WebAssembly.CompileError("WebAssembly.Module(): reached end @+13");
 * assertEquals(refusalOf(error), { reason: "reached end", at: 13 });
 * ```
 */
export function refusalOf(error: Error): Refusal {
  const message = error.message.replace(/^WebAssembly\.Module\(\): /, "");
  const parts = /^(.*) @\+(\d+)$/s.exec(message);
  return { reason: parts?.[1] ?? message, at: Number(parts?.[2] ?? 0) };
}
