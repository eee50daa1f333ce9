/**
 * Transcripts of a terminal in documentation, run and compared.
 *
 * @module
 */
import { inRepository } from "./repository.ts";

/** One command of a transcript. */
export interface Step {
  /** What was typed, without the `$ `. */
  readonly command: string;
  /** What the terminal showed then. */
  readonly output: string;
}

/**
 * Finds the transcripts in a Markdown text: fenced blocks with lines that begin with `$ `.
 *
 * @param markdown The text
 * @returns Its commands, in their order
 */
export function transcriptsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const [, block] of markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)) {
    if (!block!.startsWith("$ ")) continue;
    for (const part of block!.split(/^\$ /m).slice(1)) {
      const end = part.indexOf("\n");
      steps.push({ command: part.slice(0, end), output: part.slice(end + 1) });
    }
  }
  return steps;
}

/**
 * Runs a command as a terminal would show it. `keyhole` stands for the command line of this checkout.
 *
 * @param command What was typed
 * @param folder Where
 * @returns Standard output and error, in the order in which they were written
 */
export async function typed(command: string, folder: string): Promise<string> {
  const cli = inRepository("cli.ts");
  const keyhole = `keyhole() { '${Deno.execPath()}' run -A --no-check '${cli}' "$@"; }`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `${keyhole}\n{ ${command}\n} 2>&1`],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout);
}
