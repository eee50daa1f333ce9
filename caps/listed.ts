/**
 * Lists in sentences.
 *
 * @module
 */

/**
 * Words as a sentence lists them.
 *
 * @param words The words
 * @param conjunction What stands before the last
 * @returns Commas between them, and the conjunction before the last; a single word as it is
 *
 * @example
 * ```ts
 * import { listed } from "./listed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(listed(["bash", "zsh", "fish"]), "bash, zsh or fish");
 * assertEquals([listed(["run", "box"], "and"), listed(["run"], "and")], ["run and box", "run"]);
 * ```
 */
export function listed(words: readonly string[], conjunction: "or" | "and" = "or"): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}
