/**
 * Values that several flags share the reading of.
 *
 * @module
 */
import { QuantityError } from "../limits_text.ts";
import { listed } from "../listed.ts";
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
 * A value that is a size, a time or a count.
 *
 * @param flag The flag it was given to, for the message
 * @param value The value
 * @param parse Reads it, and throws a {@linkcode QuantityError}
 * @param hint What to do about a value that is none, where the message does not say it
 * @returns What was read: bytes, milliseconds or the count
 * @throws {CommandError} For anything else
 *
 * @example
 * ```ts
 * import { parseDuration, parseSize } from "../limits_text.ts";
 * import { quantity } from "./values.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(quantity("max-memory", "64M", parseSize), 64 << 20);
 * assertThrows(() => quantity("timeout", "2", parseDuration), Error, 'Flag "--timeout": "2" is not a time');
 * ```
 */
export function quantity<T>(flag: FlagName, value: string, parse: (text: string) => T, hint?: string): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new CommandError(`Flag "--${flag}": ${error.message}`, { hint });
  }
}
