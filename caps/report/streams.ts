/**
 * Counting what passes through streams.
 *
 * @module
 */
import type { StreamUse } from "../report.ts";
import type { InputStream, OutputStream } from "../stream.ts";
import { wrappedInput, wrappedOutput } from "../streams/wrapped.ts";

/** Counts of one stream. */
export class StreamRecorder {
  #calls = 0;
  #bytes = 0;

  /** What passed so far. */
  get use(): StreamUse {
    return { calls: this.#calls, bytes: this.#bytes };
  }

  /**
   * Counts a read or write.
   *
   * @param bytes How many bytes passed
   */
  passed(bytes: number): void {
    this.#calls++;
    this.#bytes += bytes;
  }
}

/**
 * An input that tells how much is read of it.
 *
 * @param stream The input; closed with the one returned
 * @param passed Told of each read, with its bytes
 * @returns The same input
 *
 * @example
 * ```ts
 * import { bytesInput } from "../streams/bytes.ts";
 * import { countedInput } from "./streams.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let read = 0;
 * countedInput(bytesInput("hello"), (bytes) => read += bytes).read(new Uint8Array(4), 0, 4);
 * assertEquals(read, 4);
 * ```
 */
export function countedInput(stream: InputStream, passed: (bytes: number) => void): InputStream {
  return wrappedInput(stream, (into, start, end) => {
    const bytes = stream.read(into, start, end);
    passed(bytes);
    return bytes;
  });
}

/**
 * An output that tells how much is written to it.
 *
 * @param stream The output; closed with the one returned
 * @param passed Told of each write, with its bytes
 * @returns The same output
 *
 * @example
 * ```ts
 * import { nullOutput } from "../streams/null.ts";
 * import { countedOutput } from "./streams.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let written = 0;
 * countedOutput(nullOutput(), (bytes) => written += bytes).write(new Uint8Array(4), 0, 4);
 * assertEquals(written, 4);
 * ```
 */
export function countedOutput(stream: OutputStream, passed: (bytes: number) => void): OutputStream {
  return wrappedOutput(stream, (from, start, end) => {
    const bytes = stream.write(from, start, end);
    passed(bytes);
    return bytes;
  });
}
