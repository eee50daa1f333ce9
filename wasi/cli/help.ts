/**
 * `keyhole help`, and `--help` of every command.
 *
 * @module
 */
import { isCommand } from "../../caps/cli/command_names.ts";
import { COMMANDS } from "../../caps/cli/commands.ts";
import { commandHelp, mainHelp } from "../../caps/cli/help.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import { nearest } from "../../caps/nearest.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/**
 * Prints help.
 *
 * @param line The command line: what help is about
 * @param terminal Where it goes
 * @returns The exit code
 * @throws {CommandError} For a command that does not exist
 */
export function help(line: CommandLine, terminal: Terminal): number {
  if (line.command !== "help") {
    terminal.say(commandHelp(line.command));
    return 0;
  }
  const [about] = line.operands;
  if (about !== undefined && !isCommand(about)) {
    const meant = nearest(about, Object.keys(COMMANDS));
    throw new CommandError(`Unknown command "${about}"`, {
      hint: meant === undefined ? "See keyhole help" : `Did you mean ${meant}?`,
    });
  }
  terminal.say(about === undefined ? mainHelp() : commandHelp(about));
  return 0;
}
