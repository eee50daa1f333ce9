/**
 * Output of the guests of a box.
 *
 * @module
 */
import type { OutputStream } from "../../caps/stream.ts";
import { nullOutput } from "../../caps/streams/null.ts";

/**
 * A stream that outlives the guests that write to it, and gets nothing twice.
 *
 * @param stream The stream, which stays open
 * @param silent Whether what is written now was written before, when the box was lived first
 * @returns The stream for a guest
 */
export function boxOutput(stream: OutputStream, silent: () => boolean): OutputStream {
  const nowhere = nullOutput();
  const target = (): OutputStream => silent() ? nowhere : stream;
  return {
    streamKind: stream.streamKind,
    asynchronous: stream.asynchronous,
    ready: () => target().ready(),
    wait: (milliseconds) => target().wait(milliseconds),
    write: (from, start, end) => target().write(from, start, end),
    close: () => {},
  };
}
