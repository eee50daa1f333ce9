/**
 * Help as text, from the tables, for a terminal of 80 columns.
 *
 * @module
 */
import type { CommandName } from "./command_names.ts";
import { COMMANDS } from "./commands.ts";
import { FLAG_GROUPS } from "./flag_groups.ts";
import { type Flag, type FlagName, FLAGS } from "./flags.ts";

const WIDTH = 80;
const INDENT = 30;

/**
 * The help that `keyhole --help` prints: all commands, and the flags of `run`.
 *
 * @returns Lines of at most 80 columns, each ended
 *
 * @example
 * ```ts
 * import { mainHelp } from "./help.ts";
 * import { assert } from "@std/assert";
 *
 * assert(mainHelp().includes("--dir HOST"));
 * assert(mainHelp().split("\n").every((line) => line.length <= 80));
 * ```
 */
export function mainHelp(): string {
  const commands = (Object.keys(COMMANDS) as CommandName[]).map((name) => {
    const { operands, summary } = COMMANDS[name];
    return entry(`${name} ${operands}`, summary);
  });
  return [
    "keyhole runs WebAssembly programs with the access you grant them, and no more",
    "",
    "Usage",
    "  keyhole [run] [flags] MODULE [args...]",
    "  keyhole COMMAND [flags] ...",
    "",
    ...wrap(
      "MODULE is a file (binary or text format), a URL, or - for standard input. Flags end there: " +
        "everything after MODULE belongs to the program and reaches it as it is.",
      0,
    ),
    "",
    "Commands",
    ...commands,
    "",
    ...flagGroups("run"),
    "Exit codes",
    ...wrap(
      "The program's own; 2 a mistake in the command line; 124 time is up; 125 another limit was reached " +
        "or keyhole failed; 126 not a module that can run; 127 module not found; 130 interrupted; " +
        "134 the program crashed; 141 nobody reads the output any more.",
      2,
    ),
    "",
  ].join("\n");
}

/**
 * The help of one command.
 *
 * @param command The command
 * @returns Lines of at most 80 columns, each ended
 *
 * @example
 * ```ts
 * import { commandHelp } from "./help.ts";
 * import { assert } from "@std/assert";
 *
 * assert(commandHelp("wat").includes("keyhole wat hello.wat -o hello.wasm"));
 * ```
 */
export function commandHelp(command: CommandName): string {
  if (command === "run" || command === "help") return mainHelp();
  const { operands, summary, example } = COMMANDS[command];
  return [
    `${summary}`,
    "",
    "Usage",
    `  keyhole ${command} ${operands}`,
    "",
    ...flagGroups(command),
    "Example",
    `  ${example}`,
    "",
  ].join("\n");
}

function flagGroups(command: CommandName): string[] {
  const lines: string[] = [];
  for (const group of FLAG_GROUPS) {
    const names = group.flags.filter((name) => FLAGS[name].commands.includes(command));
    if (names.length === 0) continue;
    lines.push(group.title, ...names.map((name) => entry(heading(name, FLAGS[name]), FLAGS[name].help)));
    if (group.example !== undefined) lines.push(`  Example: ${group.example}`);
    lines.push("");
  }
  return lines;
}

function heading(name: FlagName, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const value = flag.value === undefined ? "" : flag.valueOptional ? `[=${flag.value}]` : ` ${flag.value}`;
  return `${short}--${name}${value}`;
}

/** A heading on the left and its text on the right, below each other when the heading is long. */
function entry(left: string, text: string): string {
  const lines = wrap(text, INDENT);
  if (left.length + 4 > INDENT) return [`  ${left}`, ...lines].join("\n");
  return [`  ${left}`.padEnd(INDENT) + lines[0]!.trimStart(), ...lines.slice(1)].join("\n");
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const word of text.split(" ")) {
    const longer = line.trim() === "" ? line + word : `${line} ${word}`;
    if (longer.length > WIDTH && line.trim() !== "") {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line = longer;
  }
  return [...lines, line];
}
