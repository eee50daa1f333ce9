/**
 * Asking the user, on the terminal.
 *
 * @module
 */
import { printable } from "../printable.ts";
import type { Access, Answer } from "../prompt/answers.ts";
import type { Terminal } from "./terminal.ts";

/** Asks the user, and waits for the answer. */
export interface Prompt {
  /**
   * Asks whether a program may do something with a path.
   *
   * @param path The path
   * @param access What it wants to do with it
   * @param directory The directory that the path is in
   * @returns The answer; `never` when nobody answers any more
   */
  askAccess(path: string, access: Access, directory: string): Answer;

  /**
   * Asks a question that can only be answered yes or no.
   *
   * @param question The question, as it is to be shown
   * @returns Whether it was answered yes
   */
  askWhether(question: string): boolean;

  /**
   * Asks for a line.
   *
   * @param question The question, as it is to be shown
   * @returns What was answered; empty for nothing
   */
  askLine(question: string): string;
}

/** What the answers mean, by what is typed. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  y: "once",
  r: "run",
  d: "directory",
  n: "never",
};

/** How often it is asked again when the answer means nothing. */
const PATIENCE = 10;

/**
 * Makes what asks the user.
 *
 * @param program The program's name, as it is shown
 * @param terminal Where questions are shown
 * @param readLine Reads a line that was typed, without its end; `undefined` when there will be no more
 * @returns What asks
 *
 * @example
 * ```ts
 * import { makePrompt } from "./prompt.ts";
 * import { processTerminal } from "./terminal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const prompt = makePrompt("tool.wasm", { ...processTerminal(), complain: () => {} }, () => "r");
 * assertEquals(prompt.askAccess("/data/x", "read", "/data"), "run");
 * ```
 */
export function makePrompt(
  program: string,
  terminal: Terminal,
  readLine: () => string | undefined,
): Prompt {
  // A program may have left the line, the colours or the cursor anywhere.
  const show = (text: string): void => terminal.complain(`\r\x1b[0m\x1b[K${text}`);
  return {
    askAccess(path, access, directory): Answer {
      const verb = access === "read" ? "read" : "change";
      show(`keyhole: ${printable(program)} asks to ${verb} "${printable(path)}", which no grant covers\n`);
      for (let turn = 0; turn < PATIENCE; turn++) {
        show(`Allow? [y once, r for this run, d all of "${printable(directory)}" for this run, n never] > `);
        const line = readLine();
        if (line === undefined) return "never";
        const answer = ANSWERS[line.trim().toLowerCase()];
        if (answer !== undefined) return answer;
      }
      return "never";
    },
    askWhether(question): boolean {
      for (let turn = 0; turn < PATIENCE; turn++) {
        show(`${question} [y, n] > `);
        const line = readLine()?.trim().toLowerCase();
        if (line === undefined || line === "n") return false;
        if (line === "y") return true;
      }
      return false;
    },
    askLine(question): string {
      show(`${question} > `);
      return readLine()?.trim() ?? "";
    },
  };
}

/**
 * Opens the terminal for reading answers: standard input if that is one, else the terminal that keyhole was started on.
 *
 * @returns What reads a line, or `undefined` where there is no terminal
 */
export function terminalLines(): (() => string | undefined) | undefined {
  const input = openTerminal();
  if (input === undefined) return undefined;
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(4096);
  return () => {
    let line = "";
    for (;;) {
      const size = input.readSync(chunk);
      if (size === null) return undefined;
      line += decoder.decode(chunk.subarray(0, size), { stream: true });
      // A terminal gives whole lines.
      const end = line.indexOf("\n");
      if (end >= 0) return line.slice(0, end).replace(/\r$/, "");
    }
  };
}

function openTerminal(): { readSync(into: Uint8Array): number | null } | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  if (Deno.stdin.isTerminal()) return Deno.stdin;
  try {
    return Deno.openSync("/dev/tty", { read: true });
  } catch {
    return undefined;
  }
}
