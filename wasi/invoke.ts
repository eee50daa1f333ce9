/**
 * Calling one exported function with arguments given as text, and its results as text.
 *
 * @module
 */
import { describeModule } from "./binary/describe.ts";
import type { Program } from "./program.ts";

/** An export to call in place of the entry point. */
export interface Invocation {
  /** The name of the exported function. */
  readonly name: string;
  /** Its arguments as text: whole numbers (also `0x…` and negative) for i32 and i64, any number for f32 and f64. */
  readonly args: readonly string[];
}

/** A call that does not fit the function: no such export, too many arguments, not a number. */
export class InvocationError extends Error {
  /** The name of the class, `"InvocationError"`. */
  override readonly name = "InvocationError";
}

/**
 * Turns the arguments of an invocation into values of the function's parameter types.
 *
 * @param program The program
 * @param invocation What to call, with which arguments
 * @returns The values
 * @throws {InvocationError} When the export is no function or the arguments do not fit
 */
export function argumentsOf(program: Program, { name, args }: Invocation): unknown[] {
  if (program.bytes === undefined) {
    throw new InvocationError("A compiled module does not tell types: give its bytes");
  }
  const { exports } = describeModule(program.bytes);
  const type = exports.find((entry) => entry.name === name)?.type;
  if (type?.kind !== "function") {
    const names = exports.filter((entry) => entry.type.kind === "function").map((entry) => entry.name);
    const known = names.length === 0 ? "it exports none" : `it exports ${names.slice(0, 20).join(", ")}`;
    throw new InvocationError(`The module exports no function "${name}": ${known}`);
  }
  if (type.params.length !== args.length) {
    const wanted = type.params.length === 0 ? "no arguments" : `(${type.params.join(", ")})`;
    throw new InvocationError(`The function "${name}" takes ${wanted}, ${args.length} given`);
  }
  return type.params.map((param, index) => valueOf(String(param), args[index]!));
}

function valueOf(type: string, text: string): unknown {
  const wrong = (): InvocationError => new InvocationError(`"${text}" is not a value of type ${type}`);
  switch (type) {
    case "i32":
    case "i64": {
      const sign = text.startsWith("-") ? -1n : 1n;
      const digits = text.replace(/^[-+]/, "");
      if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(digits)) throw wrong();
      const value = sign * BigInt(digits);
      const bits = type === "i32" ? 32n : 64n;
      // Signed or unsigned, as for the C types of that width.
      if (value < -(1n << (bits - 1n)) || value >= 1n << bits) throw wrong();
      return type === "i32" ? Number(BigInt.asIntN(32, value)) : BigInt.asIntN(64, value);
    }
    case "f32":
    case "f64": {
      const special = { nan: NaN, inf: Infinity, "+inf": Infinity, "-inf": -Infinity }[text.toLowerCase()];
      const value = special ?? Number(text);
      if (text.trim() === "" || (special === undefined && Number.isNaN(value))) throw wrong();
      return value;
    }
    default:
      throw new InvocationError(`A value of type ${type} cannot be given as text`);
  }
}

/**
 * Tells the results of a call as text.
 *
 * @param result What the call returned: nothing, a value, or an array of values
 * @returns One text per result
 */
export function resultTexts(result: unknown): string[] {
  if (result === undefined) return [];
  const values: unknown[] = Array.isArray(result) ? result : [result];
  return values.map((value) => {
    if (typeof value === "number" || typeof value === "bigint") {
      return Object.is(value, -0) ? "-0" : String(value);
    }
    return value === null ? "null" : `<${typeof value}>`;
  });
}
