/**
 * Functions that an application offers to its guests: declared with types, checked before they run, never able to
 * break the host.
 *
 * @module
 */
import { mustBeText } from "../caps/checks.ts";
import { mustBeRecord, wrongValue } from "../caps/record.ts";
import type { Store } from "../caps/store.ts";
import { suspending } from "./engine.ts";
import { importOf } from "./host/bind.ts";
import type { Caller, HostCall } from "./host/call.ts";
import { declare } from "./host/declare.ts";
import type { HostError } from "./host/error.ts";
import type { Arguments, Parameter, ParameterList, ParameterReader } from "./host/parameter.ts";
import { type ImportTable, importTable } from "./link.ts";
import { UnusableModuleError } from "./unusable.ts";

/** What a host function can return to its guest. */
export type ResultType = "i32" | "u32" | "i64" | "f32" | "f64" | "none";

/** What a function has to return for a type of result. */
export type Result<R extends ResultType> = R extends "none" ? void : R extends "i64" ? bigint : number;

/** How a host function returns, and what its guest gets when it fails. */
export interface FunctionOptions<R extends ResultType> {
  /** The type of its result; `none` unless given. */
  readonly result?: R;
  /**
   * What the guest gets when a parameter cannot be taken or the function throws: a text, which is written into the
   * response buffer (the guest gets the number of bytes written), or the result itself.
   *
   * Unless given, it is the error's message when the function has a response buffer and an integer result; else -1
   * for an integer and NaN for a float.
   *
   * @param error Why
   * @returns A text, or a result
   */
  readonly failure?: (error: HostError) => string | Result<R>;
}

/** A host function, made by {@linkcode fn} or {@linkcode asyncFn}. */
export interface HostFunction {
  /** How its parameters are read. */
  readonly parameters: readonly ParameterReader[];
  /** The type of its result. */
  readonly result: ResultType;
  /** Whether the guest waits for it, which only guests that can be suspended do. */
  readonly waits: boolean;
  /** Calls it with what was read, and the caller behind that. */
  readonly call: (...args: unknown[]) => unknown;
  /** What the guest gets when it fails. */
  readonly failure: ((error: HostError) => unknown) | undefined;
}

/** Functions under the module name by which guests import them. */
export interface HostModule {
  /** The module name. */
  readonly name: string;
  /** Whether one of the functions waits, so that only a guest that can be suspended can have them. */
  readonly waits: boolean;

  /**
   * Makes of the functions what one guest can import.
   *
   * @param caller The guest
   * @returns A table without a prototype
   * @throws {UnusableModuleError} For a function that waits when the guest cannot be suspended
   */
  bind(caller: Caller): ImportTable;
}

/** What a program that serves guests offers to the module of host functions it loads. */
export interface HostContext {
  /** Where state survives a restart, if it is to. */
  readonly store: Store | undefined;
}

/**
 * What such a module exports as `host`.
 *
 * @param context What the program offers
 * @returns What guests may import
 */
export type HostFactory = (context: HostContext) => readonly HostModule[] | Promise<readonly HostModule[]>;

/**
 * A function for guests.
 *
 * All parameters are read and checked before the function is called, so one that cannot be taken has no effect. What
 * the function throws becomes the guest's error result: the message of a {@linkcode HostError}, or "Internal error".
 *
 * @param parameters The types of its parameters, a list unless it is one; `string`, `bytes`, `json` and `response` take
 * a pointer and a length
 * @param call The function; behind its parameters it is told who calls
 * @param options How it returns
 * @returns The function, for {@linkcode hostFunctions}
 * @throws {TypeError} For a type that there is not, and anything else that declares no function
 * @throws {RangeError} For a parameter bounded by a number that makes no sense
 *
 * @example
 * ```ts
 * import { fn, HostError, hostFunctions } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const values = new Map([["colour", "green"]]);
 * const host = hostFunctions("host", {
 *   get: fn(["string", "response"], (key, response) => {
 *     const value = values.get(key);
 *     if (value === undefined) throw new HostError("refused", "no such key");
 *     return response.write(value);
 *   }, { result: "i32" }),
 * });
 * assertEquals(host.name, "host");
 * ```
 */
export function fn<const P extends Parameter | readonly Parameter[], R extends ResultType = "none">(
  parameters: P,
  call: (...args: [...Arguments<ParameterList<P>>, HostCall]) => Result<R>,
  options: FunctionOptions<R> = {},
): HostFunction {
  return declare(parameters, call, options, false);
}

/**
 * A function for guests which takes time: the guest waits, the thread does not. As {@linkcode fn} otherwise.
 *
 * @param parameters The types of its parameters
 * @param call The function
 * @param options How it returns
 * @returns The function, for {@linkcode hostFunctions}
 * @throws {TypeError} For a type that there is not, and anything else that declares no function
 * @throws {RangeError} For a parameter bounded by a number that makes no sense
 *
 * @example
 * ```ts
 * import { asyncFn, hostFunctions } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const host = hostFunctions("host", {
 *   later: asyncFn(["i32"], async (n) => {
 *     await new Promise((resolve) => setTimeout(resolve, 1));
 *     return n + 1;
 *   }, { result: "i32" }),
 * });
 * assertEquals(host.name, "host");
 * ```
 */
export function asyncFn<const P extends Parameter | readonly Parameter[], R extends ResultType = "none">(
  parameters: P,
  call: (...args: [...Arguments<ParameterList<P>>, HostCall]) => Promise<Result<R>>,
  options: FunctionOptions<R> = {},
): HostFunction {
  return declare(parameters, call, options, true);
}

/**
 * Offers functions to guests that are given the result, and to no others.
 *
 * @param name The module name by which guests import them
 * @param functions The functions by the names by which guests import them
 * @returns The functions, to give to a guest
 * @throws {TypeError} For a function that was not declared, and for functions in no plain object
 *
 * @example
 * ```ts
 * import { fn, hostFunctions, run } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const module = new TextEncoder().encode(`(module
 *   (import "host" "add" (func $add (param i32)))
 *   (memory (export "memory") 1)
 *   (func (export "_start") (call $add (i32.const 2))))`);
 * const counts: number[] = [];
 * const host = hostFunctions("host", { add: fn(["i32"], (n) => void counts.push(n)) });
 * await run(module, { host: [host] });
 * assertEquals(counts, [2]);
 * ```
 */
export function hostFunctions(name: string, functions: Readonly<Record<string, HostFunction>>): HostModule {
  mustBeText(name, "name");
  mustBeRecord(functions, "functions", "an object of functions by name, such as { add: fn(...) }");
  const all = Object.entries(functions);
  for (const [key, declared] of all) {
    if (typeof declared?.call !== "function" || !Array.isArray(declared.parameters)) {
      throw wrongValue(declared, `${name}.${key}`, 'what "fn" or "asyncFn" makes');
    }
  }
  return {
    name,
    waits: all.some(([, { waits }]) => waits),
    bind(caller): ImportTable {
      return importTable(all.map(([key, declared]) => {
        const path = `${name}.${key}`;
        if (declared.waits && !caller.suspending) {
          throw new UnusableModuleError(
            `The host function "${path}" waits, and this guest cannot be suspended`,
          );
        }
        const call = importOf(path, declared, caller);
        return [key, declared.waits ? suspending(call) : call];
      }));
    },
  };
}
