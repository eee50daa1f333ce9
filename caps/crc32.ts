/**
 * A checksum for records in files.
 *
 * @module
 */

const TABLE: Uint32Array = new Uint32Array(256).map((_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/**
 * CRC-32 as in Ethernet, gzip and PNG.
 *
 * @param bytes What is summed up
 * @param before The checksum of what lies before it; 0 for nothing
 * @returns The checksum of all, 0 to 2^32 - 1
 *
 * @example
 * ```ts
 * import { crc32 } from "./crc32.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
 * ```
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = TABLE[(sum ^ bytes[i]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
