/**
 * Completions for bash.
 *
 * @module
 */
import { COMMAND_NAMES } from "../command_names.ts";
import { COMMANDS } from "../commands.ts";
import { FLAGS, flagsOf } from "../flags.ts";
import { spellingsOf, VALUE_FLAGS } from "./words.ts";

/**
 * The script for bash.
 *
 * @returns The script, to be evaluated
 *
 * @example
 * ```ts
 * import { bashScript } from "./bash.ts";
 * import { assert } from "@std/assert";
 *
 * assert(bashScript().endsWith("complete -o filenames -F _keyhole keyhole\n"));
 * ```
 */
export function bashScript(): string {
  const commands = COMMAND_NAMES.map((name) => {
    const flags = flagsOf(name).flatMap(spellingsOf).join(" ");
    return `    ${name}) flags="${flags}" operands="${kind(COMMANDS[name].completes)}" ;;`;
  });
  const values = VALUE_FLAGS.map((name) =>
    `      ${spellingsOf(name).join("|")}) _keyhole_offer "${kind(FLAGS[name].completes)}" "$word"; return ;;`
  );
  return `# Completions of keyhole for bash: eval "$(keyhole completions bash)"
_keyhole_offer() {
  local IFS=$'\\n'
  case $1 in
    file) COMPREPLY=($(compgen -f -- "$2")) ;;
    directory) COMPREPLY=($(compgen -d -- "$2")) ;;
    *) COMPREPLY=($(IFS=' '; compgen -W "$1" -- "$2")) ;;
  esac
}
_keyhole() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local command=run flags operands module= i=1
  case \${COMP_WORDS[1]} in
    ${COMMAND_NAMES.join("|")}) ((COMP_CWORD > 1)) && command=\${COMP_WORDS[1]} i=2 ;;
  esac
  case $command in
${commands.join("\n")}
  esac
  for ((; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${VALUE_FLAGS.flatMap(spellingsOf).join("|")}) [[ \${COMP_WORDS[i + 1]} == "=" ]] || ((i++)) ;;
      =) ((i++)) ;; # a word of its own in bash, and so is what follows
      -?*) ;;
      *) module=1; break ;;
    esac
  done
  if [[ $command == @(${
    COMMAND_NAMES.filter((name) => COMMANDS[name].flagsEndAtOperand).join("|")
  }) && $module ]]; then
    _keyhole_offer file "$word" # the program's own arguments
    return
  fi
  [[ $word == "=" ]] && word=
  [[ $before == "=" ]] && before=\${COMP_WORDS[COMP_CWORD - 2]}
  case $before in
${values.join("\n")}
  esac
  if [[ $word == -* ]]; then
    _keyhole_offer "$flags" "$word"
    return
  fi
  _keyhole_offer "$operands" "$word"
  ((COMP_CWORD > 1)) || COMPREPLY+=($(compgen -W "${COMMAND_NAMES.join(" ")}" -- "$word"))
}
complete -o filenames -F _keyhole keyhole
`;
}

function kind(completes: "file" | "directory" | readonly string[] | undefined): string {
  return typeof completes === "string" ? completes : (completes ?? []).join(" ");
}
