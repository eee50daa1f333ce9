/**
 * Completions for zsh.
 *
 * @module
 */
import { COMMAND_NAMES, type CommandName } from "../command_names.ts";
import { COMMANDS } from "../commands.ts";
import { type FlagName, FLAGS, flagsOf } from "../flags.ts";
import { shellWord } from "../messages.ts";
import { brief, spellingsOf } from "./words.ts";

/**
 * The script for zsh.
 *
 * @returns The script, to be evaluated or kept as a function file
 *
 * @example
 * ```ts
 * import { zshScript } from "./zsh.ts";
 * import { assert } from "@std/assert";
 *
 * assert(zshScript().startsWith("#compdef keyhole\n"));
 * ```
 */
export function zshScript(): string {
  const cases = COMMAND_NAMES.map((name) => `    ${name}) _arguments -S -A "-*" ${specs(name).join(" ")} ;;`);
  const summaries = COMMAND_NAMES.map((name) =>
    zshWord(`${name}:${COMMANDS[name].summary.replaceAll(":", "\\:")}`)
  );
  return `#compdef keyhole
# Completions of keyhole for zsh: eval "$(keyhole completions zsh)"
_keyhole() {
  local command=run
  if ((CURRENT > 2)) && [[ $words[2] == (${COMMAND_NAMES.join("|")}) ]]; then
    command=$words[2]
    shift words
    ((CURRENT--))
  fi
  if ((CURRENT == 2)) && [[ $command == run && $words[2] != -* ]]; then
    local -a commands=(${summaries.join(" ")})
    _describe command commands
  fi
  case $command in
${cases.join("\n")}
  esac
}
compdef _keyhole keyhole
`;
}

function zshWord(text: string): string {
  return shellWord(text, "linux");
}

function specs(command: CommandName): string[] {
  const { completes, flagsEndAtOperand } = COMMANDS[command];
  const rest = flagsEndAtOperand ? [zshWord("*::argument:_files")] : [];
  return [...flagsOf(command).flatMap(flagSpecs), zshWord(`1:operand:${action(completes)}`), ...rest];
}

function flagSpecs(name: FlagName): string[] {
  const { value, valueOptional, repeatable, completes } = FLAGS[name];
  const many = repeatable ? "*" : "";
  const takes = value === undefined ? "" : `:${escaped(value)}:${action(completes)}`;
  return spellingsOf(name).map((spelling) => {
    const joint = value === undefined ? "" : valueOptional ? "=-" : spelling.startsWith("--") ? "=" : "";
    return zshWord(
      `${many}${spelling}${joint}[${escaped(brief(name))}]${valueOptional ? ":" : ""}${takes}`,
    );
  });
}

function action(completes: "file" | "directory" | readonly string[] | undefined): string {
  if (completes === "file") return "_files";
  if (completes === "directory") return "_files -/";
  return completes === undefined ? " " : `(${completes.join(" ")})`;
}

/** What stands in a description as itself, although it means something to \`_arguments\`. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}
