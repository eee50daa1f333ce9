/**
 * Which command is meant.
 *
 * @module
 */
import { COMMANDS } from "../../caps/cli/commands.ts";
import type { FlagName } from "../../caps/cli/flags.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { run } from "./run.ts";

/**
 * Runs a command.
 *
 * @param line The command line
 * @param terminal The process
 * @returns The exit code, 0 to 255
 * @throws {CommandError} For a number of operands that the command does not take, and as the command itself
 */
export async function dispatch(line: CommandLine, terminal: Terminal): Promise<number> {
  const asked = (name: FlagName): boolean => line.flags.some((flag) => flag.name === name);
  if (asked("help") || line.command === "help") return (await import("./help.ts")).help(line, terminal);
  if (asked("version")) return (await import("./version.ts")).version(terminal);
  if (asked("print-policy")) return await (await import("./printing.ts")).printPolicy(line, terminal);
  if (asked("print-permissions")) {
    return await (await import("./printing.ts")).printPermissions(line, terminal);
  }
  checkOperands(line);
  switch (line.command) {
    case "run":
      return await run(line, terminal);
    case "serve":
      return await (await import("./serve.ts")).serve(line, terminal);
    case "box":
      return await (await import("./box.ts")).box(line, terminal);
    case "snapshot":
      return await (await import("./snapshot.ts")).snapshot(line, terminal);
    case "inspect":
      return await (await import("./inspect.ts")).inspect(line, terminal);
    case "policy":
      return await (await import("./policy.ts")).policy(line, terminal);
    case "wat":
      return await (await import("./wat.ts")).wat(line, terminal);
    case "completions":
      return (await import("./completions.ts")).completions(line, terminal);
  }
}

function checkOperands({ command, operands }: CommandLine): void {
  const [fewest, most] = COMMANDS[command].operandCount;
  const hint = `Write keyhole ${command} ${COMMANDS[command].operands}, or see keyhole ${command} --help`;
  if (operands.length < fewest) {
    throw new CommandError(command === "completions" ? "No shell given" : "No module given", { hint });
  }
  if (operands.length > most) throw new CommandError(`Unexpected "${operands[most]}"`, { hint });
}
