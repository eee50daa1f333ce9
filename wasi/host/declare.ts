/**
 * Declaring a host function: what an application gives is looked at before any guest calls it.
 *
 * @module
 */
import { checkSettings, mustBeFunction } from "../../caps/checks.ts";
import { wrongValue } from "../../caps/record.ts";
import type { FunctionOptions, HostFunction, ResultType } from "../host_functions.ts";
import { type Parameter, readerOf } from "./parameter.ts";

const RESULTS: readonly ResultType[] = ["i32", "u32", "i64", "f32", "f64", "none"];

const CHECKS = { result: checkResult, failure: mustBeFunction } as const;

/**
 * Declares a host function.
 *
 * @param parameters The types of its parameters, or of the one that it has
 * @param call The function
 * @param options How it returns
 * @param waits Whether the guest waits for it
 * @returns The function as declared
 * @throws {TypeError} For a type that there is not, and anything else that declares no function
 * @throws {RangeError} For a parameter bounded by a number that makes no sense
 */
export function declare<R extends ResultType>(
  parameters: Parameter | readonly Parameter[],
  call: (...args: never[]) => unknown,
  options: FunctionOptions<R>,
  waits: boolean,
): HostFunction {
  const readers = (isList(parameters) ? parameters : [parameters]).map(readerOf);
  if (typeof call !== "function") {
    throw wrongValue(call, "call", "a function, behind the types of its parameters");
  }
  checkSettings(options, "options", CHECKS);
  const { result = "none", failure } = options;
  return { parameters: readers, result, waits, call: call as (...args: unknown[]) => unknown, failure };
}

/** As `Array.isArray`, which does not know that a list which is only read is one. */
function isList(parameters: Parameter | readonly Parameter[]): parameters is readonly Parameter[] {
  return Array.isArray(parameters);
}

function checkResult(result: unknown, setting: string): void {
  if (RESULTS.includes(result as ResultType)) return;
  throw wrongValue(result, setting, RESULTS.map((type) => `"${type}"`).join(", "));
}
