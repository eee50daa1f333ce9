/**
 * Values that several flags share the reading of.
 *
 * @module
 */
import { parseCount, parseDuration, parseSize, QuantityError } from "../limits_text.ts";
import type { FlagName } from "./flags.ts";
import { CommandError } from "./messages.ts";

/**
 * A value that has to be one of a few words.
 *
 * @param flag The flag it was given to, for the message
 * @param value The value
 * @param known The words
 * @returns The word
 * @throws {CommandError} For another one
 *
 * @example
 * ```ts
 * import { oneOf } from "./values.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => oneOf("lockdown", "maybe", ["auto", "off"]), Error, 'Flag "--lockdown" does not know "maybe"');
 * ```
 */
export function oneOf<T extends string>(flag: FlagName, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new CommandError(`Flag "--${flag}" does not know "${value}"`, { hint: `It takes ${listed(known)}` });
}

/**
 * Words as a sentence lists them.
 *
 * @param words At least two
 * @returns Commas between, and "or" before the last
 *
 * @example
 * ```ts
 * import { listed } from "./values.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(listed(["bash", "zsh", "fish"]), "bash, zsh or fish");
 * ```
 */
export function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

const COUNTS: ReadonlySet<FlagName> = new Set(["fuel", "max-entries", "max-open-files", "threads"]);

/**
 * A value that is a size, a time or a count.
 *
 * @param flag The flag it was given to, for the message
 * @param value The value
 * @returns Bytes, milliseconds or the count
 * @throws {CommandError} For anything else
 *
 * @example
 * ```ts
 * import { quantity } from "./values.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantity("max-memory", "64M"), 64 << 20);
 * assertEquals(quantity("timeout", "2s"), 2000);
 * ```
 */
export function quantity(flag: FlagName, value: string): number {
  try {
    if (flag === "timeout") return parseDuration(value);
    return COUNTS.has(flag) ? parseCount(value) : parseSize(value);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new CommandError(`Flag "--${flag}": ${error.message}`);
  }
}
