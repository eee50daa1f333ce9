/**
 * What applications give as settings.
 *
 * @module
 */

/**
 * Tells whether a value is an object that is nothing but its own properties: settings that are looked for in any other
 * (a list, a `Map`, an object of a class) would be missed in silence.
 *
 * @param value Anything
 * @returns Whether it is
 *
 * @example
 * ```ts
 * import { isRecord } from "./record.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([{ a: 1 }, new Map([["a", 1]]), ["a"], null].map(isRecord), [true, false, false, false]);
 * ```
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has a prototype of that realm, with nothing behind it either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const LONGEST_SHOWN = 200;

/**
 * A value in a message: a text as it is, at most 200 characters of it, anything else by its kind, an object of a class by that.
 *
 * @param value Anything
 * @returns What to call it
 *
 * @example
 * ```ts
 * import { shownValue } from "./record.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["x", 5, null].map(shownValue), ['"x"', 'a value of type "number"', 'a value of type "null"']);
 * assertEquals([{}, new Map()].map(shownValue), ['a value of type "object"', 'a value of type "Map"']);
 * ```
 */
export function shownValue(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
  }
  return `a value of type "${value === null ? "null" : className(value) ?? typeof value}"`;
}

/** What an object is that is not just an object. */
function className(value: unknown): string | undefined {
  if (typeof value !== "object" || isRecord(value)) return undefined;
  const name: unknown = value?.constructor?.name;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/**
 * The error for a value that a setting cannot have.
 *
 * @param value What was given
 * @param setting The name of the setting
 * @param wanted What it may be
 * @returns The error, to be thrown
 *
 * @example
 * ```ts
 * import { wrongValue } from "./record.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { message } = wrongValue("left", "side", '"right"');
 * assertEquals(message, 'Cannot use "left" as "side": give "right"');
 * ```
 */
export function wrongValue(value: unknown, setting: string, wanted: string): TypeError {
  return new TypeError(`Cannot use ${shownValue(value)} as "${setting}": give ${wanted}`);
}

/**
 * Makes sure that settings come in an object that is nothing but its own properties, as {@linkcode isRecord} tells.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @param wanted What it may be
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeRecord } from "./record.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeRecord({ side: "left" }, "options", "an object");
 * assertThrows(() => mustBeRecord(["left"], "options", "an object"), TypeError, 'as "options": give an object');
 * ```
 */
export function mustBeRecord(value: unknown, setting: string, wanted: string): void {
  if (!isRecord(value)) throw wrongValue(value, setting, wanted);
}
