/**
 * Bytes that are not a WebAssembly module that can be read; the message says what is wrong and at which byte.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ModuleError } from "./module_error.ts";
 *
 * const error = new ModuleError("Unknown section 99", 8);
 * assertEquals([error.message, error.offset], ["Unknown section 99 at byte 0x8", 8]);
 * ```
 */
export class ModuleError extends Error {
  /** Always `"ModuleError"`. */
  override readonly name = "ModuleError";
  /** Where in the module the problem lies, in bytes from its start. */
  readonly offset: number;

  /**
   * Makes the message.
   * @param what what is wrong, in sentence case; the byte position is put behind it
   * @param offset byte position in the module
   * @param detail what follows the byte position, if anything
   */
  constructor(what: string, offset: number, detail = "") {
    super(`${what} at byte 0x${offset.toString(16)}${detail}`);
    this.offset = offset;
  }
}

/**
 * A sound module that needs more than its user allows, before it has run at all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ModuleLimitError } from "./module_error.ts";
 *
 * const error = new ModuleLimitError("memory", 17, 16);
 * assertEquals(error.message, "The module needs 17 pages of memory (64 KiB each) to start, the limit is 16");
 * ```
 */
export class ModuleLimitError extends Error {
  /** Always `"ModuleLimitError"`. */
  override readonly name = "ModuleLimitError";
  /** What there is too little of. */
  readonly resource: "memory" | "table";
  /** What the module declares as its initial size: pages of 64 KiB, or table entries, in total. */
  readonly needs: number;
  /** What is allowed, in the same unit. */
  readonly limit: number;

  /**
   * Makes the message.
   * @param resource what there is too little of
   * @param needs what the module declares as its initial size
   * @param limit what is allowed
   */
  constructor(resource: "memory" | "table", needs: number, limit: number) {
    const what = resource === "memory" ? "pages of memory (64 KiB each)" : "table entries";
    super(`The module needs ${needs} ${what} to start, the limit is ${limit}`);
    this.resource = resource;
    this.needs = needs;
    this.limit = limit;
  }
}
