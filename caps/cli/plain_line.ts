/**
 * The most frequent command line: a module and its arguments, with or without `run` before it.
 *
 * @module
 */
import { isCommand } from "./command_names.ts";
import type { CommandLine } from "./parse.ts";

/**
 * Takes a command line apart that has no flag, and no command but `run`. That needs none of the tables, which a short program
 * would wait for.
 *
 * @param argv The arguments, without keyhole's own name
 * @returns What `parseCommandLine` would make of it; `undefined` for any other command line
 *
 * @example
 * ```ts
 * import { plainLine } from "./plain_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainLine(["tool.wasm", "-v"])?.operands, ["tool.wasm", "-v"]);
 * assertEquals(plainLine(["run", "tool.wasm", "-v"])?.operands, ["tool.wasm", "-v"]);
 * assertEquals(plainLine(["-v", "tool.wasm"]), undefined);
 * ```
 */
export function plainLine(argv: readonly string[]): CommandLine | undefined {
  const named = argv[0] === "run";
  const operands = named ? argv.slice(1) : argv;
  const first = operands[0];
  if (first === undefined || first.startsWith("-") || (!named && isCommand(first))) return undefined;
  return { command: "run", flags: [], operands };
}
