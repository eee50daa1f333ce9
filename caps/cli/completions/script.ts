/**
 * Completions for shells, printed from the same tables as everything else.
 *
 * @module
 */
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

/**
 * The completion script for a shell.
 *
 * @param shell `bash`, `zsh` or `fish`
 * @returns The script, or `undefined` for another shell
 *
 * @example
 * ```ts
 * import { completionScript } from "./script.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * assert(completionScript("bash")!.includes("--mapdir"));
 * assertEquals(completionScript("cmd"), undefined);
 * ```
 */
export function completionScript(shell: string): string | undefined {
  return Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell]!() : undefined;
}

const SCRIPTS: Readonly<Record<string, () => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};
