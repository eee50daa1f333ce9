/**
 * How every command begins and ends.
 *
 * @module
 */
import { reasonOf } from "../../caps/cli/files.ts";
import { CommandError, formatError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import { plainLine } from "../../caps/cli/plain_line.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { isFault } from "../../caps/fault.ts";
import { ExitCode } from "../outcome.ts";
import { UnusableModuleError } from "../unusable.ts";
import { run } from "./run.ts";

/**
 * Runs the command that the arguments ask for. What a module with neither flags nor a command before it does not need is
 * loaded only when asked for: a short program would wait for it.
 *
 * @param terminal The process
 * @returns The exit code, 0 to 255
 */
export async function main(terminal: Terminal): Promise<number> {
  let line: CommandLine | undefined;
  try {
    line = plainLine(terminal.args);
    if (line !== undefined) return await run(line, terminal);
    const { dispatch } = await import("./dispatch.ts");
    line = (await import("../../caps/cli/parse.ts")).parseCommandLine(terminal.args);
    return await dispatch(line, terminal);
  } catch (error) {
    return await failed(error, line, terminal);
  }
}

async function failed(error: unknown, line: CommandLine | undefined, terminal: Terminal): Promise<number> {
  if (error instanceof CommandError) {
    const missing = error.code === ExitCode.notFound && line !== undefined;
    const hint = error.hint ??
      (missing ? (await import("./missing_module.ts")).missingModuleHint(line, terminal.args) : undefined);
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
  if (!("WebAssembly" in globalThis)) {
    const message = "This Deno has no WebAssembly";
    const hint = "Start it without the flags of V8 that leave it out, such as --jitless";
    terminal.complain(formatError({ message, hint }, terminal.colour));
    return ExitCode.limit;
  }
  const message = isFault(error)
    ? reasonOf(error)
    : error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
  terminal.complain(formatError({ message: `keyhole failed: ${message}` }, terminal.colour));
  const verbose = line?.flags.some(({ name }) => name === "verbose");
  if (verbose && error instanceof Error) terminal.complain(`${error.stack}\n`);
  return ExitCode.limit;
}
