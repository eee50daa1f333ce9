/**
 * `keyhole completions SHELL`.
 *
 * @module
 */
import { SHELLS } from "../../caps/cli/commands.ts";
import { completionScript } from "../../caps/cli/completions/script.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/**
 * Prints a shell's completions.
 *
 * @param line The command line: which shell
 * @param terminal Where they go
 * @returns The exit code
 * @throws {CommandError} For a shell that is not known
 */
export function completions(line: CommandLine, terminal: Terminal): number {
  const shell = line.operands[0]!;
  const script = completionScript(shell);
  if (script === undefined) {
    throw new CommandError(`No completions for "${shell}"`, {
      hint: `There are some for ${SHELLS.join(", ")}`,
    });
  }
  terminal.say(script);
  return 0;
}
