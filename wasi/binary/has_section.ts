/**
 * Whether a module has a section, found without reading anything else: most modules need no more to be started.
 *
 * @param bytes a core module, whole or damaged
 * @param id one of `SectionId`, not that of custom sections
 * @returns `true` when a section header with that id comes before any damage
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hasSection } from "./has_section.ts";
 *
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2]); // (memory 2)
 * assertEquals([hasSection(bytes, 5), hasSection(bytes, 8)], [true, false]);
 * ```
 */
export function hasSection(bytes: Uint8Array<ArrayBufferLike>, id: number): boolean {
  let at = 8;
  while (at < bytes.length) {
    if (bytes[at++] === id) return true;
    let size = 0;
    for (let shift = 1;; shift *= 128) {
      const byte = bytes[at++];
      // A size that is cut or too long is for the engine to complain about.
      if (byte === undefined || shift > 2 ** 28) return false;
      size += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return false;
}
