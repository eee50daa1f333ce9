/**
 * Streams that look the same whatever they are connected to.
 *
 * @module
 */
import type { InputStream, OutputStream } from "../stream.ts";

/** What a stream that takes everything says it has room for: a pipe's worth. */
const ROOM = 65536;

/**
 * An input that looks like a pipe whatever it is, and gives as much as it is asked for until its end, however its bytes
 * arrive.
 *
 * @param input The stream, one that blocks; closed with the one returned
 * @returns The stream
 *
 * @example
 * ```ts
 * import { bytesInput, steadyInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const input = steadyInput(bytesInput(new Uint8Array(10)));
 * assertEquals([input.streamKind, input.read(new Uint8Array(8), 0, 8)], ["pipe", 8]);
 * ```
 */
export function steadyInput(input: InputStream): InputStream {
  return {
    streamKind: "pipe",
    asynchronous: false,
    // What has arrived by now depends on who sends it; a read waits for the rest.
    ready: () => 1,
    wait: () => {},
    read: (into, start, end): number => {
      let at = start;
      for (let count = 1; at < end && count > 0; at += count) count = input.read(into, at, end);
      return at - start;
    },
    close: () => input.close(),
  };
}

/**
 * An output that looks like a pipe whatever it is, and takes all that it is given.
 *
 * @param output The stream, one that blocks; closed with the one returned
 * @returns The stream
 *
 * @example
 * ```ts
 * import { nullOutput, steadyOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(steadyOutput(nullOutput()).streamKind, "pipe");
 * ```
 */
export function steadyOutput(output: OutputStream): OutputStream {
  return {
    streamKind: "pipe",
    asynchronous: false,
    ready: () => ROOM,
    wait: () => {},
    write: (from, start, end): number => {
      for (let at = start; at < end;) at += output.write(from, at, end);
      return end - start;
    },
    close: () => output.close(),
  };
}
