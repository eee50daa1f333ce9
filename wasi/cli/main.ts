/**
 * Which command is meant, and how every one of them ends.
 *
 * @module
 */
import { COMMANDS } from "../../caps/cli/commands.ts";
import { CommandError, formatError } from "../../caps/cli/messages.ts";
import { type CommandLine, parseCommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { ExitCode } from "../outcome.ts";
import { UnusableModuleError } from "../unusable.ts";
import { missingModuleHint } from "./missing_module.ts";
import { run } from "./run.ts";
import { printPermissions, printPolicy } from "./settings.ts";

/**
 * Runs the command that the arguments ask for. Everything but `run` is loaded only when asked for.
 *
 * @param terminal The process
 * @returns The exit code, 0 to 255
 */
export async function main(terminal: Terminal): Promise<number> {
  let line: CommandLine | undefined;
  try {
    line = parseCommandLine(terminal.args);
    return await dispatch(line, terminal);
  } catch (error) {
    return failed(error, line, terminal);
  }
}

async function dispatch(line: CommandLine, terminal: Terminal): Promise<number> {
  const asked = (name: string): boolean => line.flags.some((flag) => flag.name === name);
  if (asked("help") || line.command === "help") return (await import("./help.ts")).help(line, terminal);
  if (asked("version")) return (await import("./version.ts")).version(terminal);
  if (asked("print-policy")) return await printPolicy(line, terminal);
  if (asked("print-permissions")) return await printPermissions(line, terminal);
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

function failed(error: unknown, line: CommandLine | undefined, terminal: Terminal): number {
  if (error instanceof CommandError) {
    const missing = error.code === ExitCode.notFound && line !== undefined;
    const hint = error.hint ?? (missing ? missingModuleHint(line, terminal.args) : undefined);
    terminal.complain(formatError({ message: error.message, hint }, terminal.colour));
    return error.code;
  }
  if (error instanceof UnusableModuleError) {
    // Not every sentence begins with a capital that is there for that alone: "WASI" stays as it is.
    const reason = error.message.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
    const message = `Module "${line?.operands[0]}" cannot be used: ${reason}`;
    terminal.complain(formatError({ message }, terminal.colour));
    return error.overLimit ? ExitCode.limit : ExitCode.unusable;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  terminal.complain(formatError({ message: `keyhole failed: ${message}` }, terminal.colour));
  const verbose = line?.flags.some(({ name }) => name === "verbose");
  if (verbose && error instanceof Error) terminal.complain(`${error.stack}\n`);
  return ExitCode.limit;
}
