/**
 * From a declared host function to what a guest imports.
 *
 * @module
 */
import { wrongValue } from "../../caps/record.ts";
import { cannotSuspend } from "../engine.ts";
import type { HostFunction, ResultType } from "../host_functions.ts";
import { isUnwinding } from "../unwind.ts";
import type { Caller } from "./call.ts";
import { type HostError, tellable } from "./error.ts";
import { type ResponseBuffer, responseBuffer } from "./response.ts";

/** What a guest passes. */
type Values = (number | bigint)[];

/**
 * Makes of a host function what a guest can import.
 *
 * @param name The function, as `module.name`
 * @param declared The function
 * @param caller The guest
 * @returns The function to import; it throws nothing but what unwinds a guest that is over
 */
export function importOf(
  name: string,
  declared: HostFunction,
  caller: Caller,
): (...values: Values) => unknown {
  const { parameters, result, waits, call } = declared;
  const fail = (error: unknown, values: Values): unknown => failure(name, declared, caller, values, error);
  return (...values) => {
    caller.mayGoOn();
    try {
      const args: unknown[] = [];
      let at = 0;
      for (const { width, read } of parameters) {
        args.push(read(caller.memory, values[at]!, values[at + 1] as number));
        at += width;
      }
      args.push(caller);
      const returned = call(...args);
      if (!waits) {
        // Nobody waits for it, and a rejection that nobody hears of would end the host.
        if (returned instanceof Promise) returned.catch((error) => caller.failed(name, error));
        return toResult(result, returned);
      }
      return finish(Promise.resolve(returned), result, caller, (error) => fail(error, values));
    } catch (error) {
      return fail(error, values);
    }
  };
}

/** The result of a function that waits. A guest that is over by then is not told anything any more. */
async function finish(
  promise: Promise<unknown>,
  type: ResultType,
  caller: Caller,
  fail: (error: unknown) => unknown,
): Promise<unknown> {
  await caller.until(promise);
  try {
    return toResult(type, await promise);
  } catch (error) {
    return fail(error);
  }
}

/** The result as a WebAssembly value: what is none would throw where the guest could catch it. */
function toResult(type: ResultType, value: unknown): unknown {
  if (type === "none") return undefined;
  if (type === "i64" ? typeof value === "bigint" : typeof value === "number") return value;
  if (value instanceof Promise) {
    throw wrongValue(value, type, 'its result, or declare the function by "asyncFn"');
  }
  throw wrongValue(value, type, type === "i64" ? "a bigint" : "a number");
}

function failure(
  name: string,
  declared: HostFunction,
  caller: Caller,
  values: Values,
  error: unknown,
): unknown {
  // The guest's own recursion has left no stack: a trap, as it would be without a host. Or the guest is over.
  if (isUnwinding(error) || (error instanceof RangeError && error.message.includes("call stack"))) {
    throw error;
  }
  const told = tellable(error);
  if (told.code === "internal") caller.failed(name, explained(told.cause ?? told));
  try {
    const answer = declared.failure === undefined ? generalAnswer(declared, told) : declared.failure(told);
    if (typeof answer !== "string") return toResult(declared.result, answer);
    const buffer = responseOf(declared, caller, values);
    if (buffer !== undefined) return asLength(declared.result, buffer.write(answer));
    caller.failed(name, told);
    return asLength(declared.result, 0);
  } catch (second) {
    caller.failed(name, second);
    return generalResult(declared.result);
  }
}

/** The engine's own words say nothing of what an application did: it called back an export which had to wait. */
function explained(error: unknown): unknown {
  if (!cannotSuspend(error)) return error;
  const instead = 'declare the function by "asyncFn" and await "WebAssembly.promising(call.exports.NAME)()"';
  return new TypeError(`Cannot wait below a function that calls the guest back: ${instead}`, {
    cause: error,
  });
}

/** Where an error's text can go: the response buffer, if there is one and it can be written. */
function responseOf(declared: HostFunction, { memory }: Caller, values: Values): ResponseBuffer | undefined {
  let at = 0;
  for (const { type, width } of declared.parameters) {
    if (type === "response") {
      const [pointer, length] = values.slice(at, at + 2) as [number, number];
      if (pointer === 0 || length === 0 || !isInside(memory, pointer, length)) return undefined;
      return responseBuffer(memory, pointer, length);
    }
    at += width;
  }
  return undefined;
}

function isInside(memory: Caller["memory"], pointer: number, length: number): boolean {
  try {
    memory.range(pointer, length);
    return true;
  } catch {
    return false;
  }
}

function generalAnswer(declared: HostFunction, error: HostError): unknown {
  const textual = declared.result !== "none" && declared.parameters.some(({ type }) => type === "response");
  return textual ? error.message : generalResult(declared.result);
}

function generalResult(type: ResultType): unknown {
  if (type === "none") return undefined;
  return type === "i64" ? -1n : type === "f32" || type === "f64" ? NaN : -1;
}

function asLength(type: ResultType, length: number): unknown {
  return type === "none" ? undefined : type === "i64" ? BigInt(length) : length;
}
