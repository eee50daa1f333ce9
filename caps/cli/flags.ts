/**
 * The flags of keyhole, as data: parsing, help, "did you mean" and completions all come from this table.
 *
 * @module
 */
import { COMMAND_NAMES, type CommandName } from "./command_names.ts";
import { SERVE_FLAGS } from "./serve_flags.ts";

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

const RUN: readonly CommandName[] = ["run"];
const BOX: readonly CommandName[] = ["box"];
const RUN_AND_SERVE: readonly CommandName[] = ["run", "serve"];
const RUN_AND_BOX: readonly CommandName[] = ["run", "box"];
const GUESTS: readonly CommandName[] = ["run", "serve", "box", "snapshot"];

const TABLE = {
  dir: {
    value: "HOST[::GUEST][:ro]",
    repeatable: true,
    commands: GUESTS,
    help:
      "Grant a directory. The program knows it as GUEST, or as HOST the way you wrote it. With :ro it can only read",
    completes: "directory",
  },
  mapdir: {
    value: "GUEST::HOST[:ro]",
    repeatable: true,
    commands: GUESTS,
    help: "The same, the program's name for it first",
    spellings: ["map-dir"],
  },
  file: {
    value: "HOST[::GUEST][:ro]",
    repeatable: true,
    commands: GUESTS,
    help: "Grant one file and nothing beside it",
    completes: "file",
  },
  tmp: {
    value: "GUEST",
    repeatable: true,
    commands: GUESTS,
    help: "Give an empty directory in memory, gone when the program ends",
    spellings: ["tmpfs"],
  },
  overlay: {
    value: "HOST[::GUEST]",
    repeatable: true,
    commands: GUESTS,
    help: "Grant a directory whose changes stay in memory: on the disk nothing is changed",
    completes: "directory",
  },
  "read-only": { commands: GUESTS, help: "Let no mount be changed, whatever was granted" },
  "allow-read": {
    value: "DIR",
    repeatable: true,
    commands: RUN_AND_SERVE,
    help: "As --dir DIR:ro, in Deno's words",
    completes: "directory",
  },
  "allow-write": {
    value: "DIR",
    repeatable: true,
    commands: RUN_AND_SERVE,
    help: "As --dir DIR, in Deno's words",
    completes: "directory",
  },
  env: {
    value: "NAME[=VALUE]",
    repeatable: true,
    commands: GUESTS,
    help: "Set a variable, or pass on yours of that name",
  },
  "inherit-env": {
    commands: RUN_AND_SERVE,
    help: "Pass on all your variables",
    spellings: ["env-inherit", "forward-host-env"],
  },
  "allow-env": {
    value: "A,B",
    valueOptional: true,
    repeatable: true,
    commands: RUN_AND_SERVE,
    help: "Pass on these variables, or all, in Deno's words",
  },
  argv0: {
    value: "NAME",
    commands: RUN_AND_SERVE,
    help: "What the program finds as its own name (the name of the module's file)",
  },
  listen: {
    value: "HOST:PORT|unix:PATH",
    repeatable: true,
    commands: RUN_AND_SERVE,
    help:
      "Listen there, for the program to accept (sock_accept): its descriptors after the directories, in this " +
      "order. For serve: where clients connect. A socket file is its owner's alone",
  },
  "allow-net": {
    value: "HOST:PORT",
    valueOptional: true,
    repeatable: true,
    commands: RUN,
    help: "As --listen HOST:PORT, in Deno's words: a program cannot connect to anything",
  },
  stdin: {
    value: "FILE|null|inherit",
    commands: RUN,
    help: "What it reads: a file, nothing, or what keyhole reads",
    completes: "file",
  },
  stdout: {
    value: "FILE|null|inherit",
    commands: RUN_AND_BOX,
    help: "Where its output goes. A file is replaced",
    completes: "file",
  },
  stderr: {
    value: "FILE|null|inherit",
    commands: RUN_AND_BOX,
    help: "The same for its error output",
    completes: "file",
  },
  "max-file-size": { value: "SIZE", commands: RUN_AND_SERVE, help: "No file grows beyond this (EFBIG)" },
  "max-disk": {
    value: "SIZE",
    commands: RUN_AND_SERVE,
    help: "All files together grow by no more than this, what an overlay copies included (EDQUOT)",
  },
  "max-entries": {
    value: "COUNT",
    commands: RUN_AND_SERVE,
    help: "No more files, directories and links are made (ENOSPC)",
  },
  "max-open-files": {
    value: "COUNT",
    commands: RUN_AND_SERVE,
    help: "No more descriptors at once, the streams included (EMFILE)",
  },
  "max-memory": { value: "SIZE", commands: GUESTS, help: "The program's memory grows no further" },
  "max-output": {
    value: "SIZE",
    commands: RUN,
    help: "Standard output and error together; then the program ends with 125",
  },
  fuel: {
    value: "COUNT",
    commands: ["run", "serve", "box"],
    help: "The program computes no more than this, about one unit for an instruction",
  },
  timeout: {
    value: "TIME",
    commands: GUESTS,
    help: "The program ends with 124 after 300ms, 2s, 1m ...",
    spellings: ["time-limit"],
  },
  clock: {
    value: "system|fixed:T|step:T",
    commands: RUN_AND_SERVE,
    help: "Which time it is: this machine's; always T (2026-01-31T12:00:00Z, or seconds since 1970); " +
      "or 1970 and T later at each look. Unless it is the machine's, sleeping takes no time",
  },
  seed: { value: "NUMBER", commands: GUESTS, help: "The same random numbers for the same seed" },
  deterministic: {
    commands: RUN,
    help:
      "The same input gives the same run, on any machine: --clock step:1ms from 1980 on, --seed 0, and files are " +
      "listed in order, with numbers and times of their own",
  },
  "freeze-time": { commands: BOX, help: "The clock stands at 0 until !!clock sets it" },
  journal: {
    value: "FILE",
    commands: BOX,
    help: "Write down every message and clock change. If FILE has been begun, the box goes on where it was",
    completes: "file",
  },
  replay: {
    value: "FILE",
    commands: BOX,
    help: "Live through a journal again, print the messages and the hash of the state, and end",
    completes: "file",
  },
  entries: { value: "COUNT", commands: BOX, help: "Replay only so much of the journal" },
  "roll-back": { commands: BOX, help: "A message that the guest fails over is undone" },
  raw: { commands: BOX, help: "Write and read snapshots as other runners of such guests do, unchecked" },
  init: {
    value: "NAME",
    commands: ["snapshot"],
    help: "The export that initializes, after _initialize (wizer.initialize, if there is one)",
  },
  threads: {
    value: "COUNT",
    valueOptional: true,
    commands: RUN,
    help: "Let the program start threads, so many at once (64 unless given)",
  },
  invoke: {
    value: "NAME",
    commands: RUN,
    help: "Call this export with the arguments and print what it returns",
    spellings: ["entrypoint"],
  },
  backend: {
    value: "auto|kernel|portable",
    commands: GUESTS,
    help:
      "Who guards granted directories: the Linux kernel, or Deno's own calls, which work everywhere. auto takes the kernel where it can",
    completes: ["auto", "kernel", "portable"],
  },
  lockdown: {
    value: "auto|off|require",
    commands: RUN,
    help:
      "Whether the kernel (Landlock) confines keyhole itself to the granted directories while a program runs",
    completes: ["auto", "off", "require"],
  },
  policy: {
    value: "FILE",
    commands: RUN_AND_SERVE,
    help: "Grant what this file says (JSON, its paths relative to it). Other flags add to it and win over it",
    completes: "file",
  },
  "print-policy": { commands: RUN, help: "Print what is granted as such a file, and run nothing" },
  "print-permissions": {
    commands: RUN,
    help: "Print the permissions that Deno needs for what is granted, and run nothing",
  },
  prompt: {
    commands: RUN,
    help: "On a terminal: ask about each access that nothing was granted for",
  },
  "save-policy": {
    value: "FILE",
    commands: RUN,
    help: "Keep what was granted, answers included, as a policy",
    completes: "file",
  },
  explain: {
    commands: RUN,
    help:
      "Let the program ask for everything, so that what it lacks can be told: its own library often does not even ask",
  },
  report: {
    value: "FILE|-",
    commands: RUN,
    help: "Tell what was granted, used and refused: as JSON, as a page if FILE ends in .html, " +
      "with - on standard output (a table on a terminal)",
    completes: "file",
  },
  from: {
    value: "REPORT",
    commands: ["policy"],
    help: "The report (JSON) of a run for which the policy is to suffice",
    completes: "file",
  },
  schema: { commands: ["policy"], help: "Print the JSON schema of policies, for editors" },
  trace: {
    value: "FAMILY,...|FILE",
    valueOptional: true,
    repeatable: true,
    commands: RUN,
    help:
      "Show every call of the program, or only those of some families (fd, path, clock, ...), on stderr or in a file",
  },
  quiet: { commands: RUN_AND_SERVE, help: "Say nothing unless something is wrong" },
  verbose: { commands: RUN, help: "Say what was granted, and how it is guarded" },
  json: { commands: ["inspect"], help: "Print JSON, for programs to read" },
  output: {
    value: "FILE",
    short: "o",
    commands: ["wat", "policy", "snapshot"],
    help: "Where the result goes; - for standard output",
    completes: "file",
  },
  help: { short: "h", commands: COMMAND_NAMES, help: "Show help" },
  version: { short: "V", commands: ["run"], help: "Show keyhole's version and Deno's" },
  ...SERVE_FLAGS,
} satisfies Record<string, Flag>;

/** The name of a flag, without the dashes. */
export type FlagName = keyof typeof TABLE;

/** All flags. */
export const FLAGS: Readonly<Record<FlagName, Flag>> = TABLE;

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
