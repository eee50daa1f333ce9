/**
 * Looking at what an application grants, before anything is opened: what is no grant must not become another one.
 *
 * @module
 */
import { mountKey } from "../caps/mount.ts";
import { mustBeRecord, wrongValue } from "../caps/record.ts";

/**
 * Makes sure that arguments are texts.
 *
 * @param args What was given as arguments
 * @throws {TypeError} For anything else than a list of texts
 *
 * @example
 * ```ts
 * import { checkArguments } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkArguments(["-l", "notes"]);
 * assertThrows(() => checkArguments(["-n", 5]), TypeError, 'Cannot use a value of type "number" as "args[1]"');
 * ```
 */
export function checkArguments(args: unknown): void {
  if (!Array.isArray(args)) throw wrongValue(args, "args", "a list of texts");
  // A hole is no text either, and only counting finds it.
  for (let i = 0; i < args.length; i++) mustBeText(args[i], `args[${i}]`);
}

/**
 * Makes sure that variables are texts by name.
 *
 * @param env What was given as environment variables
 * @throws {TypeError} For anything else than an object of texts
 *
 * @example
 * ```ts
 * import { checkVariables } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkVariables({ LANG: "C" });
 * assertThrows(() => checkVariables({ LANG: undefined }), TypeError, 'as "env["LANG"]": give a text');
 * ```
 */
export function checkVariables(env: unknown): void {
  mustBeRecord(env, "env", 'an object of texts, such as { LANG: "C" }');
  for (const [name, value] of Object.entries(env as object)) mustBeText(value, `env["${name}"]`);
}

/**
 * Makes sure that directories come by names, each its own.
 *
 * @param dirs What was given as directories
 * @throws {TypeError} For anything else than an object, and for two names that are one to a guest
 *
 * @example
 * ```ts
 * import { checkNames } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkNames({ "/in": "data", "/in/side": "other" });
 * assertThrows(() => checkNames({ "/in": "data", "/in/": "other" }), TypeError, '"/in" and "/in/" are one name');
 * ```
 */
export function checkNames(dirs: unknown): void {
  mustBeRecord(dirs, "dirs", 'an object of directories by name, such as { "/data": "data" }');
  const seen = new Map<string, string>();
  for (const name of Object.keys(dirs as object)) {
    const key = mountKey(name);
    const other = seen.get(key);
    if (other !== undefined) {
      throw new TypeError(`Cannot grant two directories as "${key}": "${other}" and "${name}" are one name`);
    }
    seen.set(key, name);
  }
}

/**
 * Makes sure that a value is a text.
 *
 * @param value What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeText } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeText("ls", "argv0");
 * assertThrows(() => mustBeText(null, "argv0"), TypeError, 'as "argv0": give a text');
 * ```
 */
export function mustBeText(value: unknown, setting: string): void {
  if (typeof value !== "string") throw wrongValue(value, setting, "a text");
}
