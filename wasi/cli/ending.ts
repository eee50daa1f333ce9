/**
 * How a run ends: what is said about it, and with which exit code.
 *
 * @module
 */
import { formatError } from "../../caps/cli/messages.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { printable } from "../../caps/printable.ts";
import type { Program } from "../program.ts";
import type { RunModuleOutcome } from "../run.ts";
import { startOf } from "../steps.ts";
import type { Growth } from "./growth.ts";

/**
 * Tells the user how a run ended, unless the program simply exited, and gives the exit code.
 *
 * @param outcome How it ended
 * @param terminal Where it is told
 * @returns The exit code, 0 to 255
 */
export function endingOf(outcome: RunModuleOutcome, terminal: Terminal): number {
  for (const result of outcome.results ?? []) terminal.say(`${result}\n`);
  if (outcome.reason === "exit") return exitCodeOf(outcome.code, terminal);
  if (outcome.message !== undefined) {
    const message = outcome.reason === "trap" ? `The program crashed: ${outcome.message}` : outcome.message;
    terminal.complain(formatError({ message }, terminal.colour));
  }
  for (const frame of outcome.stack ?? []) terminal.complain(`  at ${printable(frame)}\n`);
  return outcome.code;
}

/**
 * What to say of a limit that was reached without ending the program: what it says itself names no flag.
 *
 * @param growths What limits its mounts
 * @param openFiles How many files it could have open, if it found no descriptor free
 * @returns A sentence, if there is such a limit
 */
export function limitHint(growths: readonly Growth[], openFiles: number | undefined): string | undefined {
  const reached = growths.map((growth) => growth.reached).find((it) => it !== undefined) ??
    (openFiles === undefined ? undefined : `--max-open-files ${openFiles}`);
  return reached && `The limit ${reached} was reached`;
}

/**
 * Whether a refusal, or a limit that the program was told of, may be what it ended for: libraries give up by an exit, or
 * by what a compiler makes of it.
 *
 * @param outcome How it ended
 * @returns `false` after a crash of another kind, and when something else ended it
 */
export function mayBeRefusal({ reason, message }: RunModuleOutcome): boolean {
  return reason === "exit" || (reason === "trap" && message === "unreachable");
}

/**
 * What to say of a library: it was run as a program, and did nothing but get ready.
 *
 * @param program The program, which was run to its end
 * @returns A sentence, unless it is a program
 */
export function libraryHint({ module, startExport }: Program): string | undefined {
  const names = WebAssembly.Module.exports(module)
    .filter(({ kind, name }) => kind === "function" && name !== startExport)
    .map(({ name }) => name);
  const callable = names.filter((name) => name !== "_initialize");
  // With a start function alone, that is the program.
  if (startOf((name) => names.includes(name)) !== undefined || names.length === 0) return undefined;
  const advice = callable.length === 0
    ? ""
    : `, call what it exports with --invoke, such as "${callable[0]}"`;
  return `The module has no "_start", so it was only made ready${printable(advice)}`;
}

/** Only eight bits of an exit code reach whoever waits; 256 must not turn into success. */
function exitCodeOf(code: number, terminal: Terminal): number {
  const told = code & 0xff;
  if (told !== 0 || code === 0) return told;
  const message =
    `The program exited with ${code}, which would look like success: the exit code is 1 instead`;
  terminal.complain(formatError({ message }, terminal.colour));
  return 1;
}
