/**
 * Completions for fish.
 *
 * @module
 */
import { COMMAND_NAMES, type CommandName } from "../command_names.ts";
import { COMMANDS } from "../commands.ts";
import { type FlagName, FLAGS, flagsOf } from "../flags.ts";
import { brief } from "./words.ts";

/**
 * The script for fish.
 *
 * @returns The script, to be sourced
 *
 * @example
 * ```ts
 * import { fishScript } from "./fish.ts";
 * import { assert } from "@std/assert";
 *
 * assert(fishScript().includes("complete -c keyhole"));
 * ```
 */
export function fishScript(): string {
  const commands = COMMAND_NAMES.map((name) =>
    `complete -c keyhole -n __fish_use_subcommand -a ${name} -d ${quoted(COMMANDS[name].summary)}`
  );
  const others = COMMAND_NAMES.filter((name) => name !== "run").join(" ");
  const lines = COMMAND_NAMES.flatMap((name) => {
    const when = quoted(
      name === "run" ? `not __fish_seen_subcommand_from ${others}` : `__fish_seen_subcommand_from ${name}`,
    );
    return [...flagsOf(name).map((flag) => flagLine(flag, when)), ...operandLine(name, when)];
  });
  return [
    "# Completions of keyhole for fish: keyhole completions fish | source",
    ...commands,
    ...lines,
    "",
  ].join("\n");
}

function flagLine(name: FlagName, when: string): string {
  const { short, value, valueOptional, completes } = FLAGS[name];
  const letter = short === undefined ? "" : ` -s ${short}`;
  const needs = value === undefined || valueOptional ? "" : " -r";
  const offers = value === undefined || completes === "file"
    ? ""
    : completes === "directory"
    ? " -f -a '(__fish_complete_directories)'"
    : ` -f -a ${quoted((completes ?? []).join(" "))}`;
  return `complete -c keyhole -n ${when} -l ${name}${letter}${needs}${offers} -d ${quoted(brief(name))}`;
}

function operandLine(name: CommandName, when: string): string[] {
  const { completes } = COMMANDS[name];
  return completes === "file" ? [] : [`complete -c keyhole -n ${when} -f -a ${quoted(completes.join(" "))}`];
}

/** fish knows two escapes within single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
