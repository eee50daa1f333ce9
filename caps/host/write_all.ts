/**
 * Writing all of some bytes, where one call may take only a part of them.
 *
 * @module
 */

/**
 * Writes all of some bytes.
 *
 * @param to Where to
 * @param bytes The bytes
 * @returns When all have been taken
 *
 * @example
 * ```ts
 * import { writeAll } from "./write_all.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const taken: number[] = [];
 * const slow = { write: (bytes: Uint8Array) => Promise.resolve(taken.push(bytes[0])).then(() => 1) };
 * await writeAll(slow, new Uint8Array([1, 2, 3]));
 * assertEquals(taken, [1, 2, 3]);
 * ```
 */
export async function writeAll(to: Pick<Deno.FsFile, "write">, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/**
 * Writes all of some bytes before it returns.
 *
 * @param to Where to
 * @param bytes The bytes
 *
 * @example
 * ```ts
 * import { writeAllSync } from "./write_all.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const taken: number[] = [];
 * const slow = { writeSync: (bytes: Uint8Array) => Math.min(1, taken.push(bytes[0])) };
 * writeAllSync(slow, new Uint8Array([1, 2, 3]));
 * assertEquals(taken, [1, 2, 3]);
 * ```
 */
export function writeAllSync(to: Pick<Deno.FsFile, "writeSync">, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}
