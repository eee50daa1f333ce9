/**
 * What to say about a flag that a command does not know.
 *
 * @module
 */
import { listed } from "../listed.ts";
import { nearest } from "../nearest.ts";
import type { CommandName } from "./command_names.ts";
import { type FlagName, FLAGS, flagsOf } from "./flags.ts";
import { explainForeign } from "./foreign_flags.ts";
import { CommandError } from "./messages.ts";

/**
 * The error for a flag that a command does not know, with what was probably meant.
 *
 * @param written The flag as written, with its dashes and without a value
 * @param value What followed it, behind `=` or as the next word
 * @param command The command it was given to
 * @returns The error to throw
 *
 * @example
 * ```ts
 * import { unknownFlag } from "./unknown_flag.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = unknownFlag("--drr", undefined, "run");
 * assertEquals(error.message, 'Unknown flag "--drr"');
 * assertEquals(error.hint, "Did you mean --dir?");
 * ```
 */
export function unknownFlag(written: string, value: string | undefined, command: CommandName): CommandError {
  const name = written.replace(/^-+/, "");
  if (Object.hasOwn(FLAGS, name) && written.startsWith("--")) {
    const others = listed(FLAGS[name as FlagName].commands, "and");
    return new CommandError(`Flag "${written}" belongs to ${others}, not to ${command}`, {
      hint: `See keyhole ${command} --help`,
    });
  }
  return new CommandError(`Unknown flag "${written}"`, { hint: hintFor(name, value, command) });
}

function hintFor(name: string, value: string | undefined, command: CommandName): string {
  const foreign = command === "run" ? explainForeign(name, value) : undefined;
  if (foreign !== undefined) return foreign;
  const meant = nearest(name, flagsOf(command));
  return meant === undefined ? `See keyhole ${command} --help` : `Did you mean --${meant}?`;
}
