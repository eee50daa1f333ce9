/**
 * From arguments to a command, its flags and its operands, by the tables alone.
 *
 * @module
 */
import { type CommandName, isCommand } from "./command_names.ts";
import { COMMANDS } from "./commands.ts";
import { type Flag, type FlagName, FLAGS } from "./flags.ts";
import { CommandError } from "./messages.ts";
import { unknownFlag } from "./unknown_flag.ts";

/** A flag as it was given. */
export interface GivenFlag {
  /** Which flag. */
  readonly name: FlagName;
  /** Its value; empty for a switch, and for an optional value that was left out. */
  readonly value: string;
}

/** A command line, taken apart. */
export interface CommandLine {
  /** The command. */
  readonly command: CommandName;
  /** The flags in the order given, since mounts are made in that order. */
  readonly flags: readonly GivenFlag[];
  /** What is no flag; for `run`, the module and then the guest's own arguments, untouched. */
  readonly operands: readonly string[];
}

/**
 * Takes a command line apart.
 *
 * @param argv The arguments, without keyhole's own name
 * @returns The command (`run` unless named first), its flags and operands
 * @throws {CommandError} For a flag that the command does not know or that is given in a wrong way
 *
 * @example
 * ```ts
 * import { parseCommandLine } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = parseCommandLine(["--dir", ".", "tool.wasm", "--dir", "x"]);
 * assertEquals(line.flags, [{ name: "dir", value: "." }]);
 * assertEquals(line.operands, ["tool.wasm", "--dir", "x"]);
 * ```
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const named = argv.length > 0 && isCommand(argv[0]!);
  const command = named ? argv[0] as CommandName : "run";
  const flags: GivenFlag[] = [];
  const operands: string[] = [];
  let i = named ? 1 : 0;
  while (i < argv.length) {
    const word = argv[i++]!;
    if (word === "--") return { command, flags, operands: [...operands, ...argv.slice(i)] };
    if (word === "-" || !word.startsWith("-")) {
      operands.push(word);
      if (COMMANDS[command].flagsEndAtOperand) return { command, flags, operands: [word, ...argv.slice(i)] };
      continue;
    }
    const { name, flag, attached } = recognise(word, command, argv[i]);
    if (flag.value === undefined && attached !== undefined) {
      throw new CommandError(`Flag "--${name}" takes no value`, { hint: `Write --${name}` });
    }
    if (flag.value !== undefined && !flag.repeatable && flags.some((given) => given.name === name)) {
      throw new CommandError(`Flag "--${name}" was given twice`, { hint: "Keep the one you mean" });
    }
    const separate = flag.value !== undefined && !flag.valueOptional && attached === undefined;
    flags.push({ name, value: separate ? following(name, flag, argv[i++]) : attached ?? "" });
  }
  return { command, flags, operands };
}

/** The flag that a word means, and the value that stands after its `=`, or right behind its one letter. */
function recognise(
  word: string,
  command: CommandName,
  next: string | undefined,
): { name: FlagName; flag: Flag; attached: string | undefined } {
  const equals = word.indexOf("=");
  const written = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const name = written.startsWith("--") ? longFlag(written.slice(2)) : shortFlag(written.slice(1));
  if (name !== undefined && FLAGS[name].commands.includes(command)) {
    return { name, flag: FLAGS[name], attached };
  }
  const glued = name === undefined ? gluedFlag(written, command) : undefined;
  if (glued === undefined) throw unknownFlag(written, attached ?? next, command);
  return { name: glued, flag: FLAGS[glued], attached: word.slice(2) };
}

/** The short flag of a word that begins with it and goes on with its value, unless a dash is missing in front of it. */
function gluedFlag(written: string, command: CommandName): FlagName | undefined {
  if (written.startsWith("--") || longFlag(written.slice(1)) !== undefined) return undefined;
  const name = shortFlag(written.slice(1, 2));
  if (name === undefined || FLAGS[name].value === undefined) return undefined;
  return FLAGS[name].commands.includes(command) ? name : undefined;
}

function longFlag(name: string): FlagName | undefined {
  if (Object.hasOwn(FLAGS, name)) return name as FlagName;
  return (Object.keys(FLAGS) as FlagName[]).find((known) => FLAGS[known].spellings?.includes(name));
}

function shortFlag(letter: string): FlagName | undefined {
  return (Object.keys(FLAGS) as FlagName[]).find((known) => FLAGS[known].short === letter);
}

function following(name: FlagName, flag: Flag, word: string | undefined): string {
  // A value that looks like a flag is far more often a value that was forgotten.
  if (word !== undefined && (!word.startsWith("-") || word === "-")) return word;
  const hint = word === undefined
    ? `Write --${name} ${flag.value}`
    : `Write --${name}=${word} if "${word}" is the value`;
  throw new CommandError(`Flag "--${name}" needs a value`, { hint });
}
