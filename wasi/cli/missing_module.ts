/**
 * What somebody may have meant whose module was not found.
 *
 * @module
 */
import { COMMAND_NAMES, isCommand } from "../../caps/cli/command_names.ts";
import { shellWord } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import { nearest } from "../../caps/nearest.ts";

/**
 * A hint for a module that was not found because its name is, or nearly is, that of a command, or cannot be given.
 *
 * @param line The command line
 * @param args The arguments that it was made from
 * @returns The hint, if there is one
 *
 * @example
 * ```ts
 * import { parseCommandLine } from "../../caps/cli/parse.ts";
 * import { missingModuleHint } from "./missing_module.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const args = ["--verbose", "inspect", "a.wasm"];
 * const hint = "A command comes first: keyhole inspect --verbose a.wasm";
 * assertEquals(missingModuleHint(parseCommandLine(args), args), hint);
 * ```
 */
export function missingModuleHint(
  { command, operands }: CommandLine,
  args: readonly string[],
): string | undefined {
  const word = operands[0]!;
  // What Deno puts for bytes that are no text.
  if (word.includes("\ufffd")) {
    return "A name that is not UTF-8 cannot be given: let the shell open the file, and write - for it";
  }
  if (command !== "run" || args[0] === "run" || /[./\\]/.test(word)) return undefined;
  if (isCommand(word)) {
    const others = args.toSpliced(args.indexOf(word), 1);
    return `A command comes first: keyhole ${[word, ...others].map((it) => shellWord(it)).join(" ")}`;
  }
  const meant = nearest(word, COMMAND_NAMES);
  return meant === undefined ? undefined : `Did you mean the command ${meant}?`;
}
