/**
 * The names of the commands: all that most runs have to know of them.
 *
 * @module
 */

/** All names, in the order of the help. */
export const COMMAND_NAMES = [
  "run",
  "serve",
  "box",
  "snapshot",
  "inspect",
  "policy",
  "wat",
  "completions",
  "help",
] as const;

/** The name of a command. */
export type CommandName = typeof COMMAND_NAMES[number];

/**
 * Whether a word is the name of a command.
 *
 * @param word Any word
 * @returns `true` for a command's name
 *
 * @example
 * ```ts
 * import { isCommand } from "./command_names.ts";
 * import { assert } from "@std/assert";
 *
 * assert(isCommand("inspect"));
 * assert(!isCommand("constructor"));
 * ```
 */
export function isCommand(word: string): word is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(word);
}
