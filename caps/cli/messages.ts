/**
 * How the command line says that something is wrong.
 *
 * @module
 */
import { printable } from "../printable.ts";

/**
 * A reason to stop that the user can do something about.
 *
 * @example
 * ```ts
 * import { CommandError, formatError } from "./messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new CommandError('Unknown flag "--drr"', { hint: "Did you mean --dir?" });
 * assertEquals(formatError(error, false), 'error: Unknown flag "--drr"\n  hint: Did you mean --dir?\n');
 * assertEquals(error.code, 2);
 * ```
 */
export class CommandError extends Error {
  /** The name of the class, `"CommandError"`. */
  override readonly name = "CommandError";
  /** The exit code that keyhole ends with, 1 to 255. */
  readonly code: number;
  /** The one thing to do about it, if there is one. */
  readonly hint: string | undefined;

  /**
   * Makes the error; whoever catches it prints it.
   *
   * @param message What is wrong: sentence case, values quoted, no full stop
   * @param options The one thing to do about it, and the exit code (2, a mistake in the command line, unless given)
   */
  constructor(message: string, options: { hint?: string | undefined; code?: number } = {}) {
    super(message);
    this.code = options.code ?? 2;
    this.hint = options.hint;
  }
}

/**
 * An error as the lines that a terminal shows.
 *
 * @param error What is wrong, and what to do about it
 * @param colour Whether the terminal shows colours
 * @returns One or two lines, each ended
 *
 * @example
 * ```ts
 * import { formatError } from "./messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatError({ message: "No module given" }, false), "error: No module given\n");
 * ```
 */
export function formatError(error: { message: string; hint?: string | undefined }, colour: boolean): string {
  const label = colour ? "\x1b[1;31merror\x1b[0m" : "error";
  const hint = error.hint === undefined ? "" : `  ${formatHint(error.hint, colour)}`;
  return `${label}: ${printable(error.message)}\n${hint}`;
}

/**
 * A hint as the line that a terminal shows.
 *
 * @param hint The one thing to do
 * @param colour Whether the terminal shows colours
 * @returns One line, ended
 *
 * @example
 * ```ts
 * import { formatHint } from "./messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatHint("Write --dir .", false), "hint: Write --dir .\n");
 * ```
 */
export function formatHint(hint: string, colour: boolean): string {
  return `${colour ? "\x1b[36mhint\x1b[0m" : "hint"}: ${printable(hint)}\n`;
}

/**
 * A word as a shell has to be given it, for hints that can be pasted.
 *
 * @param word Any text
 * @param system The operating system whose shells: both those of Windows know double quotes only
 * @returns The word, in quotes if it needs them
 *
 * @example
 * ```ts
 * import { shellWord } from "./messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shellWord("a/b.txt"), "a/b.txt");
 * assertEquals(shellWord("it's here", "linux"), "'it'\\''s here'");
 * assertEquals(shellWord("C:\\my data", "windows"), '"C:\\my data"');
 * ```
 */
export function shellWord(word: string, system: typeof Deno.build.os = Deno.build.os): string {
  if (system === "windows") {
    return /^[\w.\\/:=@%+,-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
  }
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
