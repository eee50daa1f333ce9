/**
 * Where bytes lie in this process, for calls of libc.
 *
 * @module
 */

/** The buffer that was used last and where it lies: nearly always a guest's whole memory. */
let buffer: Uint8Array<ArrayBufferLike> = new Uint8Array(1);
let base = 0n;

/**
 * The address of a range of a buffer. Good for the next call of libc and no longer, since a memory that grows may move.
 *
 * @param bytes The buffer
 * @param start Index of the first byte
 * @param end Index after the last byte
 * @returns The address of the first byte
 * @throws {RangeError} For a range that is not wholly inside, since the kernel would read or write there
 *
 * @example
 * ```ts
 * import { addressOf } from "./address_of.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(100);
 * assertEquals(addressOf(bytes, 10, 20) - addressOf(bytes, 0, 100), 10n);
 * ```
 */
export function addressOf(bytes: Uint8Array<ArrayBufferLike>, start: number, end: number): bigint {
  if (!(start >= 0 && start <= end && end <= bytes.length)) throw new RangeError("Range outside the buffer");
  if (bytes !== buffer) {
    base = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes as Uint8Array<ArrayBuffer>)));
    buffer = bytes;
  }
  return base + BigInt(start);
}
