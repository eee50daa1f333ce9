/**
 * A path as a guest says it: checked, but not yet taken apart.
 *
 * @module
 */
import { Fault } from "./fault.ts";

/** The longest path in bytes, as on Linux (where its 4096 count the final NUL). */
export const LONGEST_PATH = 4095;

const SLASH = 0x2f;
const DOT = 0x2e;

/** Made when first needed: the first decoder of a process costs more than a short program's whole run. */
let decoder: TextDecoder | undefined;
const strict = (): TextDecoder => decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A guest's path. One object is filled again and again, so that a call costs no allocation.
 *
 * @example
 * ```ts
 * import { GuestPath } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const path = GuestPath.of("notes/../secret");
 * assertEquals([path.text, path.length, path.plain], ["notes/../secret", 15, false]);
 * ```
 */
export class GuestPath {
  /** The path in UTF-8 and a NUL behind it. Only the first {@linkcode GuestPath.length} bytes count. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(LONGEST_PATH + 1);
  /** Bytes in the path, 0 to {@linkcode LONGEST_PATH}. */
  length = 0;
  /**
   * Whether the path is names with single slashes between them and nothing else: relative, not empty, no slash at
   * the end, no `.` and no `..`. The kernel and the walk read such a path alike.
   */
  plain = false;
  /** How many bytes lie before the last slash; -1 when there is none. */
  parentLength: number = -1;
  #text: string | undefined;

  /**
   * A path from a string.
   *
   * @param text The path
   * @returns A new object
   * @throws {Fault} `EILSEQ` for a NUL or a lone surrogate, `ENAMETOOLONG`
   */
  static of(text: string): GuestPath {
    if (!text.isWellFormed()) throw Fault.of("EILSEQ");
    const bytes = new TextEncoder().encode(text);
    const path = new GuestPath();
    path.set(bytes, 0, bytes.length);
    return path;
  }

  /**
   * Takes the path from a range of bytes, which must be UTF-8 without a NUL.
   *
   * @param from The buffer that holds it
   * @param start Index in `from` of its first byte; the range must lie inside
   * @param length Its length in bytes
   * @throws {Fault} `EILSEQ` for bytes that are not UTF-8 or a NUL among them, `ENAMETOOLONG`
   */
  set(from: Uint8Array<ArrayBufferLike>, start: number, length: number): void {
    if (length > LONGEST_PATH) throw Fault.of("ENAMETOOLONG");
    const bytes = this.bytes;
    let plain = length > 0;
    let ascii = true;
    let lastSlash = -1;
    for (let i = 0; i < length; i++) {
      const byte = bytes[i] = from[start + i]!;
      if (byte === SLASH) {
        if (isEmptyOrDots(bytes, lastSlash + 1, i)) plain = false;
        lastSlash = i;
      } else if (byte === 0) {
        throw Fault.of("EILSEQ");
      } else if (byte > 0x7f) {
        ascii = false;
      }
    }
    if (isEmptyOrDots(bytes, lastSlash + 1, length)) plain = false;
    bytes[length] = 0;
    this.length = length;
    this.plain = plain;
    this.parentLength = lastSlash;
    this.#text = undefined;
    if (!ascii) this.#text = decodeStrictly(bytes.subarray(0, length));
  }

  /** The path as a string. */
  get text(): string {
    // What is not ASCII was decoded when it was taken.
    return this.#text ??= textOfAscii(this.bytes, 0, this.length);
  }

  /** The last name of a plain path. */
  get lastName(): string {
    return this.text.slice(this.text.lastIndexOf("/") + 1);
  }
}

/**
 * Makes a string of ASCII. For names and paths this takes a quarter of the time of a decoder.
 *
 * @param bytes The buffer
 * @param start Index in it of the first byte
 * @param end Index after the last byte; all between are below 0x80
 * @returns The text
 *
 * @example
 * ```ts
 * import { textOfAscii } from "./path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(textOfAscii(new Uint8Array([0x2f, 0x68, 0x69]), 1, 3), "hi");
 * ```
 */
export function textOfAscii(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/**
 * Decodes UTF-8, refusing what no path may hold: replacing a bad byte would let two names mean one file.
 *
 * @param bytes The bytes
 * @returns The text
 * @throws {Fault} `EILSEQ` for bytes that are not UTF-8
 *
 * @example
 * ```ts
 * import { decodeStrictly } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(decodeStrictly(new Uint8Array([0xc3, 0xa9])), "é");
 * assertThrows(() => decodeStrictly(new Uint8Array([0xc3])), Error, "EILSEQ");
 * ```
 */
export function decodeStrictly(bytes: Uint8Array<ArrayBufferLike>): string {
  try {
    // A decoder does not take shared memory, so bytes of a guest with threads are copied first.
    return strict().decode(
      bytes.buffer instanceof ArrayBuffer ? bytes as Uint8Array<ArrayBuffer> : bytes.slice(),
    );
  } catch {
    throw Fault.of("EILSEQ");
  }
}

function isEmptyOrDots(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return length === 0 ||
    (bytes[start] === DOT && (length === 1 || (length === 2 && bytes[start + 1] === DOT)));
}
