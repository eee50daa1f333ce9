/**
 * What JSON allows and nobody means.
 *
 * @module
 */
import { placeOf, type Problem } from "./validate.ts";

/** An object or a list that the text is in. */
interface Level {
  /** The names of an object so far; a list has none. */
  readonly names: Set<string> | undefined;
  /** Where the text is in it: behind this name, or at this index. */
  at: string | number;
  /** Whether the next text is a name. */
  named: boolean;
}

/**
 * Finds a name that an object has twice, of which parsers drop all but one, so that people and programs read different
 * things; and a text with half of a surrogate pair, which nothing outside of JavaScript can be given.
 *
 * @param text JSON without mistakes
 * @returns The first slip; nothing when there is none
 *
 * @example
 * ```ts
 * import { findSlip } from "./slip.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(findSlip('{ "mounts": [{ "dir": "a", "access": "ro" }] }'), undefined);
 * assertEquals(findSlip('{ "mounts": [{ "dir": "a", "dir": "b" }] }')?.place, "mounts[0].dir");
 * ```
 */
export function findSlip(text: string): Problem | undefined {
  const levels: Level[] = [];
  const place = (): string =>
    levels.reduce((outer, { at }) => typeof at === "number" ? `${outer}[${at}]` : placeOf(outer, at), "");
  for (let i = 0; i < text.length; i++) {
    const level = levels.at(-1);
    const sign = text[i];
    if (sign === "{") levels.push({ names: new Set(), at: "", named: true });
    else if (sign === "[") levels.push({ names: undefined, at: 0, named: false });
    else if (sign === "}" || sign === "]") levels.pop();
    else if (sign === ",") goOn(level!);
    if (sign !== '"') continue;
    const start = i++;
    while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
    const said: string = JSON.parse(text.slice(start, i + 1));
    if (level?.named) {
      level.at = said;
      level.named = false;
      if (level.names!.has(said)) return { place: place(), message: "is given twice" };
      level.names!.add(said);
    }
    if (!said.isWellFormed()) return { place: place(), message: "has half of a surrogate pair in it" };
  }
  return undefined;
}

/** Steps over a comma. */
function goOn(level: Level): void {
  if (level.names !== undefined) level.named = true;
  else level.at = Number(level.at) + 1;
}
