/**
 * "Did you mean": the known word nearest to a mistyped one.
 *
 * @module
 */

/**
 * Finds the known word that somebody most likely meant.
 *
 * @param word What was typed
 * @param known The words that exist
 * @returns The nearest one, or `undefined` when none is near
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nearest("drr", ["dir", "env", "stdin"]), "dir");
 * assertEquals(nearest("inherit", ["env", "inherit-env"]), "inherit-env");
 * assertEquals(nearest("banana", ["dir", "env"]), undefined);
 * ```
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  // A third of the letters may be wrong: enough for slips, too little to find sense in nonsense.
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    if (typed.length >= 3 && candidate.split("-").includes(typed)) return candidate;
    const distance = editDistance(typed, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  if (best !== undefined || typed.length < 3) return best;
  for (const candidate of known) if (candidate.startsWith(typed)) return candidate;
  return undefined;
}

/** How many letters have to be added, dropped, changed or swapped with a neighbour to make one word the other. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length]!;
}
