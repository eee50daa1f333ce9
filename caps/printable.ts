/**
 * Text from strangers.
 *
 * @module
 */

/**
 * Text from a stranger (names in a module, paths of a guest) that a terminal shows and does not obey.
 *
 * @param text Any text
 * @returns The text with control characters, and those that change the direction of writing, spelled out
 *
 * @example
 * ```ts
 * import { printable } from "./printable.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("a\x1b[2Jb\nc"), "a\\u{1b}[2Jb\\u{a}c");
 * ```
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (it) => `\\u{${it.codePointAt(0)!.toString(16)}}`);
}
