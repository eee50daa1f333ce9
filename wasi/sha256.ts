/**
 * SHA-256 of several pieces.
 *
 * @module
 */
import { joined } from "../caps/bytes.ts";

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
