/**
 * Looking at what an application grants, before anything is opened: what is no grant must not become another one.
 *
 * @module
 */
import { mountKey } from "../caps/mount.ts";
import {
  anything,
  type Check,
  checkSettings,
  mustBeBoolean,
  mustBeFunction,
  mustBeList,
  mustBeText,
  mustHave,
} from "../caps/checks.ts";
import { mustBeRecord, wrongValue } from "../caps/record.ts";
import { MOST_THREADS } from "../caps/threads.ts";
import type { RunOptions } from "./settings.ts";

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
 * Makes sure that functions of the host come as modules, each under a name of its own.
 *
 * @param host What was given as functions of the host
 * @throws {TypeError} For anything else than a list of modules, and for two of one name, of which only one could be had
 *
 * @example
 * ```ts
 * import { checkHost } from "./granted.ts";
 * import { hostFunctions } from "./host_functions.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const module = hostFunctions("host", {});
 * checkHost([module]);
 * assertThrows(() => checkHost(module), TypeError, 'as "host": give a list of what "hostFunctions" makes');
 * assertThrows(() => checkHost([module, module]), TypeError, 'Cannot offer two modules as "host"');
 * ```
 */
export function checkHost(host: unknown): void {
  mustBeList('a list of what "hostFunctions" makes', mustHave('what "hostFunctions" makes', "bind"))(
    host,
    "host",
  );
  const seen = new Set<unknown>();
  for (const { name } of host as { readonly name: unknown }[]) {
    if (seen.has(name)) {
      throw new TypeError(`Cannot offer two modules as "${name}": put their functions into one`);
    }
    seen.add(name);
  }
}

/** What looks at an argument list. */
export const checkArguments: Check = mustBeList("a list of texts", mustBeText);

/** What looks at clocks. */
export const checkClocks: Check = mustHave("clocks, such as systemClocks()", "sleep");

/** What looks at a source of randomness. */
export const checkRandom: Check = mustHave("a source of randomness, such as systemRandom()", "fill");

/**
 * What looks at a signal.
 *
 * @param signal What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else than an `AbortSignal`
 */
export function checkSignal(signal: unknown, setting: string): void {
  if (!(signal instanceof AbortSignal)) throw wrongValue(signal, setting, "an AbortSignal");
}

/**
 * Makes sure that options come in an object that is nothing but its own properties: those of a class that inherits some
 * would be lost.
 *
 * @param options What was given
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { mustBeOptions } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustBeOptions({});
 * assertThrows(() => mustBeOptions(null), TypeError, 'as "options": give a plain object');
 * ```
 */
export function mustBeOptions(options: unknown): void {
  mustBeRecord(options, "options", 'a plain object, such as { args: ["-l"] }');
}

/**
 * Makes sure that options do not hold what only a run can have.
 *
 * @param options What was given
 * @param names What there must not be
 * @param who Who cannot have it
 * @throws {TypeError} For one of the names, and as {@linkcode mustBeOptions}
 *
 * @example
 * ```ts
 * import { mustNotHave } from "./granted.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustNotHave({ args: ["-l"] }, ["report"], "A reactor");
 * assertThrows(() => mustNotHave({ report: true }, ["report"], "A reactor"), TypeError, "only a run can");
 * ```
 */
export function mustNotHave(options: unknown, names: readonly (keyof RunOptions)[], who: string): void {
  mustBeOptions(options);
  for (const name of names) {
    if ((options as RunOptions)[name] === undefined) continue;
    throw new TypeError(`${who} cannot have "${name}": only a run can`);
  }
}

function checkThreads(threads: unknown, setting: string): void {
  if (typeof threads === "number") return;
  throw wrongValue(threads, setting, `a whole number from 0 to ${MOST_THREADS}`);
}

const INVOCATION = { name: mustBeText, args: checkArguments };

function checkInvocation(invoke: unknown, setting: string): void {
  checkSettings(invoke, setting, INVOCATION);
  const { name, args } = invoke as RunOptions["invoke"] & object;
  mustBeText(name, `${setting}.name`);
  checkArguments(args, `${setting}.args`);
}

/** What looks at each option of a run: those that are opened or put together are looked at there. */
export const RUN_CHECKS: Readonly<Record<keyof RunOptions, Check>> = {
  args: checkArguments,
  argv0: mustBeText,
  env: checkVariables,
  dirs: checkNames,
  listeners: mustBeList("a list of listening sockets", mustHave("a listening socket", "accept")),
  stdin: anything,
  stdout: anything,
  stderr: anything,
  clocks: checkClocks,
  random: checkRandom,
  limits: anything,
  signal: checkSignal,
  threads: checkThreads,
  host: checkHost,
  hostFailed: mustBeFunction,
  invoke: checkInvocation,
  trace: mustBeFunction,
  report: mustBeBoolean,
  denied: mustBeFunction,
};
