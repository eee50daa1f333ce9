/**
 * The most frequent command line: a module and its arguments.
 *
 * @module
 */
import { isCommand } from "./command_names.ts";
import type { CommandLine } from "./parse.ts";

/**
 * Takes a command line apart that has neither a command nor a flag. That needs none of the tables, which a short program
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
 * assertEquals(plainLine(["-v", "tool.wasm"]), undefined);
 * ```
 */
export function plainLine(argv: readonly string[]): CommandLine | undefined {
  const first = argv[0];
  if (first === undefined || first.startsWith("-") || isCommand(first)) return undefined;
  return { command: "run", flags: [], operands: argv };
}
