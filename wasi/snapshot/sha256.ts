/**
 * SHA-256 of several pieces.
 *
 * @module
 */

/**
 * The SHA-256 of pieces laid one behind the other.
 *
 * @param pieces The pieces
 * @returns The hash, 32 bytes
 *
 * @example
 * ```ts
 * import { sha256 } from "./sha256.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const hash = await sha256(new Uint8Array([1]), new Uint8Array([2]));
 * assertEquals(hash, await sha256(new Uint8Array([1, 2])));
 * ```
 */
export async function sha256(
  ...pieces: readonly Uint8Array<ArrayBufferLike>[]
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(pieces)));
}

/**
 * Lays pieces one behind the other.
 *
 * @param pieces The pieces
 * @returns Their bytes, in an array of their own
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
