/**
 * Input from memory.
 *
 * @module
 */
import { wrongValue } from "../record.ts";
import type { InputStream } from "../stream.ts";

/**
 * An input that gives some bytes and then ends.
 *
 * @param bytes The bytes, not copied; or a text, as UTF-8
 * @returns The stream
 * @throws {TypeError} For anything else
 *
 * @example
 * ```ts
 * import { bytesInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const input = bytesInput("hello");
 * const buffer = new Uint8Array(4);
 * assertEquals([input.read(buffer, 0, 4), input.read(buffer, 0, 4), input.read(buffer, 0, 4)], [4, 1, 0]);
 * ```
 */
export function bytesInput(bytes: Uint8Array<ArrayBufferLike> | string): InputStream {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  if (!(all instanceof Uint8Array)) throw wrongValue(bytes, "bytes", "a Uint8Array or a text");
  let position = 0;
  return {
    streamKind: "pipe",
    asynchronous: false,
    ready: () => all.length - position,
    wait: () => {},
    read(into, start, end): number {
      const count = Math.min(end - start, all.length - position);
      into.set(all.subarray(position, position + count), start);
      position += count;
      return count;
    },
    close: () => {},
  };
}
