/**
 * Bytes as a whole.
 *
 * @module
 */

/**
 * Lays pieces one behind the other.
 *
 * @param pieces The pieces
 * @returns Their bytes, in an array of their own
 *
 * @example
 * ```ts
 * import { joined } from "./bytes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(joined([new Uint8Array([1, 2]), new Uint8Array([3])]), new Uint8Array([1, 2, 3]));
 * ```
 */
export function joined(pieces: readonly Uint8Array<ArrayBufferLike>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Tells whether bytes are the same.
 *
 * @param one Some bytes
 * @param other Others
 * @returns Whether there are as many, and each is the same
 *
 * @example
 * ```ts
 * import { sameBytes } from "./bytes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = [new Uint8Array([1, 2]), new Uint8Array([1, 2, 3])];
 * assertEquals([sameBytes(a, b), sameBytes(a, b.subarray(0, 2))], [false, true]);
 * ```
 */
export function sameBytes(one: Uint8Array<ArrayBufferLike>, other: Uint8Array<ArrayBufferLike>): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
