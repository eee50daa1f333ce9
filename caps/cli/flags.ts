/**
 * The flags of keyhole, as data: parsing, help, "did you mean" and completions all come from this table.
 *
 * @module
 */
import type { CommandName } from "./commands.ts";

/** The names of the flags, without the dashes. */
export type FlagName =
  | "dir"
  | "mapdir"
  | "file"
  | "tmp"
  | "env"
  | "inherit-env"
  | "argv0"
  | "allow-read"
  | "allow-write"
  | "allow-env"
  | "stdin"
  | "stdout"
  | "stderr"
  | "invoke"
  | "backend"
  | "trace"
  | "quiet"
  | "verbose"
  | "json"
  | "output"
  | "help"
  | "version";

/** What is known of a flag. */
export interface Flag {
  /** What its value looks like, as help shows it; a flag without one is a switch. */
  readonly value?: string;
  /** Whether the value can be left out; it then has to be given after `=`. */
  readonly valueOptional?: true;
  /** A one-letter form. */
  readonly short?: string;
  /** Whether it can be given more than once. */
  readonly repeatable?: true;
  /** The commands that know it. */
  readonly commands: readonly CommandName[];
  /** What it does, in a sentence without a full stop. */
  readonly help: string;
  /** What completions offer for its value. */
  readonly completes?: "file" | "directory" | readonly string[];
  /** Other tools' names for the very same thing. */
  readonly spellings?: readonly string[];
}

/** Flags that belong together in the help. */
export interface FlagGroup {
  /** What they are about. */
  readonly title: string;
  /** A command line that shows them at work. */
  readonly example?: string;
  /** The flags. */
  readonly flags: readonly FlagName[];
}

const RUN: readonly CommandName[] = ["run"];
const EVERY: readonly CommandName[] = ["run", "inspect", "wat", "completions", "help"];

/** All flags. */
export const FLAGS: Readonly<Record<FlagName, Flag>> = {
  dir: {
    value: "HOST[::GUEST][:ro]",
    repeatable: true,
    commands: RUN,
    help:
      "Grant a directory. The program knows it as GUEST, or as HOST the way you wrote it. With :ro it can only read",
    completes: "directory",
  },
  mapdir: {
    value: "GUEST::HOST[:ro]",
    repeatable: true,
    commands: RUN,
    help: "The same, the program's name for it first",
    spellings: ["map-dir"],
  },
  file: {
    value: "HOST[::GUEST][:ro]",
    repeatable: true,
    commands: RUN,
    help: "Grant one file and nothing beside it",
    completes: "file",
  },
  tmp: {
    value: "GUEST",
    repeatable: true,
    commands: RUN,
    help: "Give an empty directory in memory, gone when the program ends",
    spellings: ["tmpfs"],
  },
  "allow-read": {
    value: "DIR",
    repeatable: true,
    commands: RUN,
    help: "As --dir DIR:ro, in Deno's words",
    completes: "directory",
  },
  "allow-write": {
    value: "DIR",
    repeatable: true,
    commands: RUN,
    help: "As --dir DIR, in Deno's words",
    completes: "directory",
  },
  env: {
    value: "NAME[=VALUE]",
    repeatable: true,
    commands: RUN,
    help: "Set a variable, or pass on yours of that name",
  },
  "inherit-env": {
    commands: RUN,
    help: "Pass on all your variables",
    spellings: ["env-inherit", "forward-host-env"],
  },
  "allow-env": {
    value: "A,B",
    valueOptional: true,
    repeatable: true,
    commands: RUN,
    help: "Pass on these variables, or all, in Deno's words",
  },
  argv0: {
    value: "NAME",
    commands: RUN,
    help: "What the program finds as its own name (the module as you wrote it)",
  },
  stdin: {
    value: "FILE|null|inherit",
    commands: RUN,
    help: "What it reads: a file, nothing, or what keyhole reads",
    completes: "file",
  },
  stdout: {
    value: "FILE|null|inherit",
    commands: RUN,
    help: "Where its output goes. A file is replaced",
    completes: "file",
  },
  stderr: {
    value: "FILE|null|inherit",
    commands: RUN,
    help: "The same for its error output",
    completes: "file",
  },
  invoke: {
    value: "NAME",
    commands: RUN,
    help: "Call this export with the arguments and print what it returns",
    spellings: ["entrypoint"],
  },
  backend: {
    value: "auto|kernel|portable",
    commands: RUN,
    help:
      "Who guards granted directories: the Linux kernel, or Deno's own calls, which work everywhere. auto takes the kernel where it can",
    completes: ["auto", "kernel", "portable"],
  },
  trace: {
    value: "FAMILY,...|FILE",
    valueOptional: true,
    repeatable: true,
    commands: RUN,
    help:
      "Show every call of the program, or only those of some families (fd, path, clock, ...), on stderr or in a file",
  },
  quiet: { commands: RUN, help: "Say nothing unless something is wrong" },
  verbose: { commands: RUN, help: "Say what was granted, and how it is guarded" },
  json: { commands: ["inspect"], help: "Print JSON, for programs to read" },
  output: {
    value: "FILE",
    short: "o",
    commands: ["wat"],
    help: "Where the binary module goes; - for standard output",
    completes: "file",
  },
  help: { short: "h", commands: EVERY, help: "Show help" },
  version: { short: "V", commands: ["run"], help: "Show keyhole's version and Deno's" },
};

/** The flags in the order of the help. */
export const FLAG_GROUPS: readonly FlagGroup[] = [
  {
    title: "Files: a program sees none until you grant them",
    example: "keyhole --dir docs:ro --tmp /tmp convert.wasm docs/a.md /tmp/a.html",
    flags: ["dir", "mapdir", "file", "tmp", "allow-read", "allow-write"],
  },
  {
    title: "Variables and arguments: none but those you name",
    example: "keyhole --env LANG --env DEBUG=1 tool.wasm --its-own-flag",
    flags: ["env", "inherit-env", "allow-env", "argv0"],
  },
  {
    title: "Streams: inherited unless you say otherwise",
    example: "keyhole --stdin words.txt --stderr null sort.wasm > sorted.txt",
    flags: ["stdin", "stdout", "stderr"],
  },
  {
    title: "Running",
    example: "keyhole --invoke add math.wasm 2 3",
    flags: ["invoke", "backend"],
  },
  {
    title: "Watching",
    example: "keyhole --trace=fd,path --dir . tool.wasm",
    flags: ["trace", "quiet", "verbose"],
  },
  { title: "Output", flags: ["json", "output"] },
  { title: "Help", flags: ["help", "version"] },
];

/**
 * The flags that a command knows.
 *
 * @param command The command
 * @returns Their names, in the order of the table
 *
 * @example
 * ```ts
 * import { flagsOf } from "./flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flagsOf("inspect"), ["json", "help"]);
 * ```
 */
export function flagsOf(command: CommandName): FlagName[] {
  return (Object.keys(FLAGS) as FlagName[]).filter((name) => FLAGS[name].commands.includes(command));
}
