/**
 * From arguments given as text to values of the types that an exported function takes.
 *
 * @module
 */
import { describeModule } from "./binary/describe.ts";
import { type Invocation, InvocationError, type InvocationOf } from "./invocation.ts";
import type { Program } from "./program.ts";

/** What the engine hands to no host: it refuses to call the function at all. */
const UNTOLD: ReadonlySet<string> = new Set(["v128", "exnref", "(ref exn)", "nullexnref"]);

/**
 * Turns the arguments of an invocation into values of the function's parameter types.
 *
 * @param program The program
 * @param invocation What to call, with which arguments
 * @returns The same with values
 * @throws {InvocationError} When the export is no function, the arguments do not fit, or its results cannot be told
 */
export function argumentsOf(program: Program, { name, args }: Invocation): InvocationOf<unknown> {
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
  const untold = type.results.find((result) => UNTOLD.has(result));
  if (untold !== undefined) {
    throw new InvocationError(
      `The function "${name}" returns a value of type ${untold}, which cannot be told as text`,
    );
  }
  return { name, args: type.params.map((param, index) => valueOf(String(param), args[index]!)) };
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
