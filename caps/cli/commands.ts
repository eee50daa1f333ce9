/**
 * The commands of keyhole, as data.
 *
 * @module
 */

import type { CommandName } from "./command_names.ts";

/** What is known of a command. */
export interface Command {
  /** What follows its name, as help shows it. */
  readonly operands: string;
  /** The fewest and the most operands it takes. */
  readonly operandCount: readonly [number, number];
  /** What it does, in one line. */
  readonly summary: string;
  /** Whether flags end at the first operand, so that the rest is somebody else's. */
  readonly flagsEndAtOperand?: true;
  /** What completions offer for an operand: names of files, or these words. */
  readonly completes: "file" | readonly string[];
  /** A command line that shows it at work. */
  readonly example: string;
}

/** Shells that completions can be printed for. */
export const SHELLS: readonly string[] = ["bash", "zsh", "fish"];

/** All commands, in the order of the help. */
export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  run: {
    operands: "MODULE [args...]",
    operandCount: [1, Infinity],
    summary: "Run a program (what happens without a command too)",
    flagsEndAtOperand: true,
    completes: "file",
    example: "keyhole run --dir . tool.wasm in.txt",
  },
  serve: {
    operands: "--listen ADDRESS MODULE [args...]",
    operandCount: [1, Infinity],
    summary: "Give each client that connects a program of its own",
    flagsEndAtOperand: true,
    completes: "file",
    example: "keyhole serve --listen unix:shell.sock --host host.ts shell.wasm",
  },
  box: {
    operands: "MODULE",
    operandCount: [1, 1],
    summary: "Keep a guest that lives on messages: save it, bring it back, replay it",
    completes: "file",
    example: "keyhole box --journal counter.journal counter.wasm",
  },
  snapshot: {
    operands: "MODULE -o FILE",
    operandCount: [1, 1],
    summary: "Initialize a module once, and write one that begins there",
    completes: "file",
    example: "keyhole snapshot --dir lib:ro python.wasm -o ready.wasm",
  },
  inspect: {
    operands: "MODULE",
    operandCount: [1, 1],
    summary: "Show what a module imports and exports, and what it needs",
    completes: "file",
    example: "keyhole inspect --json tool.wasm",
  },
  policy: {
    operands: "--from REPORT [-o FILE]",
    operandCount: [0, 0],
    summary: "Make the smallest policy that would have sufficed for a run",
    completes: [],
    example: "keyhole policy --from report.json -o tool.json",
  },
  wat: {
    operands: "FILE -o FILE",
    operandCount: [1, 1],
    summary: "Turn a module's text format into a binary module",
    completes: "file",
    example: "keyhole wat hello.wat -o hello.wasm",
  },
  completions: {
    operands: "SHELL",
    operandCount: [1, 1],
    summary: "Print completions for bash, zsh or fish",
    completes: SHELLS,
    example: 'eval "$(keyhole completions bash)"',
  },
  help: {
    operands: "[COMMAND]",
    operandCount: [0, 1],
    summary: "Show this, or the help of one command",
    completes: ["run", "serve", "box", "snapshot", "inspect", "policy", "wat", "completions"],
    example: "keyhole help inspect",
  },
};
