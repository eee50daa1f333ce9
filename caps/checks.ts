/**
 * Looking at settings that applications give: one that is misspelt or of another kind is refused at once, by its name.
 *
 * @module
 */
import { nearest } from "./nearest.ts";
import { isRecord, wrongValue } from "./record.ts";

/**
 * Refuses a value that a setting cannot have.
 *
 * @param value What was given, not `undefined`
 * @param setting The name that it goes by
 * @throws {TypeError | RangeError} For a value that it cannot have
 */
export type Check = (value: unknown, setting: string) => void;

/**
 * Makes sure that settings are some: in an object that is nothing but its own properties, each by a name that there is.
 *
 * @param settings What was given; what is `undefined` in it counts as not given
 * @param name The name that all of them go by
 * @param checks What looks at each, by name
 * @throws {TypeError} For another object, and for a name that is not among the checks
 * @throws {TypeError | RangeError} As the checks do
 *
 * @example
 * ```ts
 * import { checkSettings, mustBeFunction, mustBeText } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const checks = { title: mustBeText, changed: mustBeFunction };
 * checkSettings({ title: "notes" }, "options", checks);
 * assertThrows(() => checkSettings({ titel: "notes" }, "options", checks), TypeError, 'did you mean "title"');
 * assertThrows(() => checkSettings({ title: null }, "options", checks), TypeError, 'as "title": give a text');
 * ```
 */
export function checkSettings(
  settings: unknown,
  name: string,
  checks: Readonly<Record<string, Check>>,
): void {
  const names = (): string => Object.keys(checks).map((known) => `"${known}"`).join(", ");
  if (!isRecord(settings)) throw wrongValue(settings, name, `a plain object with any of ${names()}`);
  for (const [key, value] of Object.entries(settings)) {
    // What every object inherits is no setting.
    if (!Object.hasOwn(checks, key)) {
      const meant = nearest(key, Object.keys(checks));
      const advice = meant === undefined ? `give any of ${names()}` : `did you mean "${meant}"?`;
      throw new TypeError(`Cannot use "${key}" in "${name}": ${advice}`);
    }
    // Options are told by their names alone, what lies in one of them by both.
    if (value !== undefined) checks[key](value, name === "options" ? key : `${name}.${key}`);
  }
}

/**
 * Takes any value: what it may be is found out elsewhere.
 *
 * @example
 * ```ts
 * import { anything } from "./checks.ts";
 *
 * anything(null, "side");
 * ```
 */
export const anything: Check = (): void => {};

/**
 * Makes sure that a value is a text.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeText } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeText("ls", "argv0");
 * assertThrows(() => mustBeText(null, "argv0"), TypeError, 'as "argv0": give a text');
 * ```
 */
export function mustBeText(value: unknown, setting: string): void {
  if (typeof value !== "string") throw wrongValue(value, setting, "a text");
}

/**
 * Makes sure that a value is bytes: a path or a text is none, whatever it names or says.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeBytes } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeBytes(new Uint8Array(3), "source");
 * assertThrows(() => mustBeBytes("x.wasm", "source"), TypeError, 'Cannot use "x.wasm" as "source": give its bytes');
 * ```
 */
export function mustBeBytes(value: unknown, setting: string): void {
  if (!(value instanceof Uint8Array)) throw wrongValue(value, setting, "its bytes, as a Uint8Array");
}

/**
 * Makes sure that a value is true or false.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeBoolean } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeBoolean(false, "report");
 * assertThrows(() => mustBeBoolean("no", "report"), TypeError, 'Cannot use "no" as "report": give true or false');
 * ```
 */
export function mustBeBoolean(value: unknown, setting: string): void {
  if (typeof value !== "boolean") throw wrongValue(value, setting, "true or false");
}

/**
 * Makes sure that a value is a function.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeFunction } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeFunction(console.log, "log");
 * assertThrows(() => mustBeFunction(true, "log"), TypeError, 'as "log": give a function');
 * ```
 */
export function mustBeFunction(value: unknown, setting: string): void {
  if (typeof value !== "function") throw wrongValue(value, setting, "a function");
}

/**
 * Tells whether a value has some methods: what is given by an application may be anything.
 *
 * @param value Anything
 * @param methods Their names
 * @returns Whether it has all of them
 *
 * @example
 * ```ts
 * import { can } from "./checks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([can([], "at"), can({}, "at"), can(null, "at")], [true, false, false]);
 * ```
 */
export function can(value: unknown, ...methods: readonly PropertyKey[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((method) => typeof (value as Record<PropertyKey, unknown>)[method] === "function");
}

/**
 * The check for an object that has some methods.
 *
 * @param what What to ask for instead of something else
 * @param methods The names of the methods
 * @returns The check
 *
 * @example
 * ```ts
 * import { mustHave } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const check = mustHave("a source of randomness", "fill");
 * assertThrows(() => check(Math.random, "random"), TypeError, 'as "random": give a source of randomness');
 * ```
 */
export function mustHave(what: string, ...methods: readonly PropertyKey[]): Check {
  return (value, setting) => {
    if (!can(value, ...methods)) throw wrongValue(value, setting, what);
  };
}

/**
 * Makes sure that a value is a directory: a path is none, and would be noticed only when it is used.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeDirectory } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => mustBeDirectory("data", "lower"), TypeError, 'Cannot use "data" as "lower": give a Directory');
 * ```
 */
export const mustBeDirectory: Check = mustHave(
  'a Directory, as "hostDirectory" makes it of a path',
  "lookup",
  "open",
  "again",
);

/**
 * The check for a list.
 *
 * @param what What to ask for instead of something else
 * @param check Looks at each entry
 * @returns The check
 *
 * @example
 * ```ts
 * import { mustBeList, mustBeText } from "./checks.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const check = mustBeList("a list of texts", mustBeText);
 * assertThrows(() => check("-l", "args"), TypeError, 'Cannot use "-l" as "args": give a list of texts');
 * assertThrows(() => check(["-n", 5], "args"), TypeError, 'Cannot use a value of type "number" as "args[1]"');
 * ```
 */
export function mustBeList(what: string, check: Check): Check {
  return (value, setting) => {
    if (!Array.isArray(value)) throw wrongValue(value, setting, what);
    // A hole is no entry either, and only counting finds it.
    for (let i = 0; i < value.length; i++) check(value[i], `${setting}[${i}]`);
  };
}
