/**
 * Streams that are connected to nothing.
 *
 * @module
 */
import type { InputStream, OutputStream } from "../stream.ts";

/** What a stream that takes everything says it has room for: a pipe's worth. */
const ROOM = 65536;

const nothing = (): void => {};

/**
 * An input that is at its end from the beginning.
 *
 * @returns The stream
 *
 * @example
 * ```ts
 * import { nullInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nullInput().read(new Uint8Array(8), 0, 8), 0);
 * ```
 */
export function nullInput(): InputStream {
  return {
    streamKind: "null",
    asynchronous: false,
    ready: () => 0,
    wait: nothing,
    read: () => 0,
    close: nothing,
  };
}

/**
 * An output that takes everything and keeps nothing.
 *
 * @returns The stream
 *
 * @example
 * ```ts
 * import { nullOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nullOutput().write(new Uint8Array(8), 2, 8), 6);
 * ```
 */
export function nullOutput(): OutputStream {
  return {
    streamKind: "null",
    asynchronous: false,
    ready: () => ROOM,
    wait: nothing,
    write: (_from, start, end) => end - start,
    close: nothing,
  };
}
