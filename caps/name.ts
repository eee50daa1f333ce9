/**
 * The names that a directory may hold.
 *
 * @module
 */
import { Fault } from "./fault.ts";

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
  if (name.includes("\0") || !name.isWellFormed()) throw Fault.of("EILSEQ");
  // One UTF-16 unit is at most three bytes, so most names need not be encoded to be measured.
  if (name.length * 3 > LONGEST_NAME && encoder.encode(name).length > LONGEST_NAME) {
    throw Fault.of("ENAMETOOLONG");
  }
}
