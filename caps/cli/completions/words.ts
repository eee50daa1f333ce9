/**
 * What the completions of every shell are made of.
 *
 * @module
 */
import { type FlagName, FLAGS } from "../flags.ts";

/** The flags whose value may be the word after them. */
export const VALUE_FLAGS: readonly FlagName[] = (Object.keys(FLAGS) as FlagName[])
  .filter((name) => FLAGS[name].value !== undefined && !FLAGS[name].valueOptional);

/**
 * The forms in which a flag can be written.
 *
 * @param name The flag
 * @returns The long form, and the short one if it has one
 *
 * @example
 * ```ts
 * import { spellingsOf } from "./words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spellingsOf("help"), ["--help", "-h"]);
 * ```
 */
export function spellingsOf(name: FlagName): string[] {
  const short = FLAGS[name].short;
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

/**
 * What a flag does in few words, for lists where one line is all there is.
 *
 * @param name The flag
 * @returns The first sentence of its help
 *
 * @example
 * ```ts
 * import { brief } from "./words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(brief("dir"), "Grant a directory");
 * ```
 */
export function brief(name: FlagName): string {
  return FLAGS[name].help.split(". ")[0]!;
}
