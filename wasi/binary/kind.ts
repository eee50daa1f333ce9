/** What a file may turn out to be: a core module, a component, the text format, or nothing that can be run. */
export type ByteKind = "module" | "component" | "text" | "unknown";

/** How far comments before the first parenthesis are looked through. */
const MOST_TEXT_BYTES = 1 << 20;

/**
 * Tells by its bytes what a file is; its name does not matter.
 *
 * @param bytes the whole file
 * @returns `"module"` and `"component"` by the magic number and the layer field behind it, `"text"` when the first thing
 * after blanks and comments is an opening parenthesis with a keyword, `"unknown"` otherwise
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { kindOfBytes } from "./kind.ts";
 *
 * assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), "module");
 * assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])), "component");
 * assertEquals(kindOfBytes(new TextEncoder().encode(";; hello\n(module)")), "text");
 * assertEquals(kindOfBytes(new TextEncoder().encode("#!/bin/sh")), "unknown");
 * ```
 */
export function kindOfBytes(bytes: Uint8Array): ByteKind {
  const magic = bytes[0] === 0x00 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
  if (magic) return bytes[6] === 1 && bytes[7] === 0 ? "component" : "module";
  return isText(bytes) ? "text" : "unknown";
}

function isText(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, MOST_TEXT_BYTES);
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < end) {
    at = skipBlanks(bytes, at, end);
    if (bytes[at] === 0x3b && bytes[at + 1] === 0x3b) at = skipLine(bytes, at, end);
    else if (bytes[at] === 0x28 && bytes[at + 1] === 0x3b) at = skipBlockComment(bytes, at, end);
    else break;
  }
  if (at >= end || bytes[at] !== 0x28) return false;
  const keyword = bytes[skipBlanks(bytes, at + 1, end)];
  return keyword >= 0x61 && keyword <= 0x7a;
}

function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d)) {
    at++;
  }
  return at;
}

function skipLine(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== 0x0a) at++;
  return at;
}

/** Block comments nest: `(; a (; b ;) c ;)`. */
function skipBlockComment(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  while (at < end) {
    if (bytes[at] === 0x28 && bytes[at + 1] === 0x3b) {
      depth++;
      at += 2;
    } else if (bytes[at] === 0x3b && bytes[at + 1] === 0x29) {
      at += 2;
      if (--depth === 0) return at;
    } else {
      at++;
    }
  }
  return end;
}
