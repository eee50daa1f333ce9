/**
 * The names that a directory may hold, and what links in it may say.
 *
 * @module
 */
import { Fault } from "./fault.ts";
import { LONGEST_PATH } from "./path.ts";

/** The longest name in bytes, as on Linux. */
export const LONGEST_NAME = 255;

const encoder = new TextEncoder();

/**
 * Refuses what is no name. {@linkcode walk} never lets such a thing through, but an application can call a
 * directory without it.
 *
 * @param name What was given as a name
 * @throws {Fault} `ENOENT` for nothing, `ENOTCAPABLE` for `.`, `..` and anything with a slash, `EILSEQ` for a NUL or
 * a lone surrogate, `ENAMETOOLONG` for more than {@linkcode LONGEST_NAME} bytes
 *
 * @example
 * ```ts
 * import { checkName } from "keyhole";
 * import { assertThrows } from "@std/assert";
 *
 * checkName("..data");
 * assertThrows(() => checkName(".."), "ENOTCAPABLE");
 * ```
 */
export function checkName(name: string): void {
  if (name === "") throw Fault.of("ENOENT");
  if (name === "." || name === ".." || name.includes("/")) throw Fault.of("ENOTCAPABLE");
  mustBeText(name);
  mustFit(name, LONGEST_NAME);
}

/**
 * Refuses what no link can say.
 *
 * @param target What was given as the target of a link
 * @throws {Fault} `ENOENT` for nothing, `EILSEQ` for a NUL or a lone surrogate, `ENAMETOOLONG` for more than
 * {@linkcode LONGEST_PATH} bytes
 *
 * @example
 * ```ts
 * import { checkTarget } from "./name.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkTarget("../notes");
 * assertThrows(() => checkTarget("\ud800"), "EILSEQ");
 * ```
 */
export function checkTarget(target: string): void {
  if (target === "") throw Fault.of("ENOENT");
  mustBeText(target);
  mustFit(target, LONGEST_PATH);
}

/** An encoder would put U+FFFD for a lone surrogate, so that two texts meant one thing. */
function mustBeText(text: string): void {
  if (text.includes("\0") || !text.isWellFormed()) throw Fault.of("EILSEQ");
}

function mustFit(text: string, most: number): void {
  // One UTF-16 unit is at most three bytes, so most texts need not be encoded to be measured.
  if (text.length * 3 > most && encoder.encode(text).length > most) throw Fault.of("ENAMETOOLONG");
}
