/**
 * Streams around streams: all but the bytes goes straight through.
 *
 * @module
 */
import type { InputStream, OutputStream, StreamKind } from "../stream.ts";

/**
 * An input around another.
 *
 * @param stream The input behind it, closed with this one
 * @param read Takes the place of its `read`
 * @returns The input
 */
export function wrappedInput(stream: InputStream, read: InputStream["read"]): InputStream {
  return {
    // What a stream is connected to may have to be asked of the system, so it is asked only by who wants to know.
    get streamKind(): StreamKind {
      return stream.streamKind;
    },
    asynchronous: stream.asynchronous,
    ready: () => stream.ready(),
    wait: (milliseconds) => stream.wait(milliseconds),
    close: () => stream.close(),
    read,
  };
}

/**
 * An output around another.
 *
 * @param stream The output behind it, closed with this one
 * @param write Takes the place of its `write`
 * @returns The output
 *
 * @example
 * ```ts
 * import { captureOutput } from "./capture.ts";
 * import { wrappedOutput } from "./wrapped.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const capture = captureOutput();
 * const output = wrappedOutput(capture, (from, start, end) => capture.write(from, start, end));
 * output.write(new TextEncoder().encode("hello"), 0, 5);
 * assertEquals([capture.text(), output.streamKind], ["hello", "pipe"]);
 * ```
 */
export function wrappedOutput(stream: OutputStream, write: OutputStream["write"]): OutputStream {
  return {
    get streamKind(): StreamKind {
      return stream.streamKind;
    },
    asynchronous: stream.asynchronous,
    ready: () => stream.ready(),
    wait: (milliseconds) => stream.wait(milliseconds),
    close: () => stream.close(),
    flush: () => stream.flush?.() ?? Promise.resolve(),
    write,
  };
}
