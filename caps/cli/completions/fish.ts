/**
 * Completions for fish.
 *
 * @module
 */
import { COMMAND_NAMES, type CommandName } from "../command_names.ts";
import { COMMANDS } from "../commands.ts";
import { type FlagName, FLAGS, flagsOf } from "../flags.ts";
import { brief, spellingsOf, VALUE_FLAGS } from "./words.ts";

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
  const lines = COMMAND_NAMES.flatMap((name) => {
    const when = quoted(`__keyhole_completes ${name}`);
    return [...flagsOf(name).map((flag) => flagLine(flag, when)), ...operandLine(name, when)];
  });
  return [
    "# Completions of keyhole for fish: keyhole completions fish | source",
    CONDITION,
    ...commands,
    ...lines,
    "",
  ].join("\n");
}

/** Behind a module that gets arguments of its own, nothing of keyhole's is offered. */
const CONDITION = `function __keyhole_completes -a wanted
  set -l words (commandline -opc)[2..]
  set -l command run
  if contains -- "$words[1]" ${COMMAND_NAMES.join(" ")}
    set command $words[1]
    set -e words[1]
  end
  test $command = $wanted; or return 1
  contains -- $command ${
  COMMAND_NAMES.filter((name) => COMMANDS[name].flagsEndAtOperand).join(" ")
}; or return 0
  set -l is_value no
  for word in $words
    if test $is_value = yes
      set is_value no
      continue
    end
    switch $word
      case ${VALUE_FLAGS.flatMap(spellingsOf).join(" ")}
        set is_value yes
      case -
        return 1
      case '-*'
      case '*'
        return 1
    end
  end
  return 0
end`;

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
