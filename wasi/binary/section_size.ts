/**
 * How large a section of a module is, found without reading anything else: most modules need no more to be started.
 *
 * @param bytes a core module, whole or damaged
 * @param id one of `SectionId`, not that of custom sections
 * @returns its size in bytes as its header says; -1 when no header with that id comes before any damage
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sectionSize } from "./section_size.ts";
 *
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2]); // (memory 2)
 * assertEquals([sectionSize(bytes, 5), sectionSize(bytes, 8)], [3, -1]);
 * ```
 */
export function sectionSize(bytes: Uint8Array<ArrayBufferLike>, id: number): number {
  let at = 8;
  while (at < bytes.length) {
    const isIt = bytes[at++] === id;
    let size = 0;
    for (let shift = 1;; shift *= 128) {
      const byte = bytes[at++];
      // A size that is cut or too long is for the engine to complain about.
      if (byte === undefined || shift > 2 ** 28) return -1;
      size += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
    }
    if (isIt) return size;
    at += size;
  }
  return -1;
}
