/**
 * What guests say on standard error, for a log that they cannot forge or flood.
 *
 * @module
 */
import { printable } from "../../caps/printable.ts";
import type { OutputStream } from "../../caps/stream.ts";

/** The longest line of a log, in bytes; what is longer goes on in the next line. */
const LONGEST_LINE = 1024;

/**
 * An output whose lines go to a log.
 *
 * @param most Bytes that are taken; what comes then is dropped
 * @param log Receives each line, without anything that a terminal would act on
 * @returns The output; closing it logs what had no line end
 *
 * @example
 * ```ts
 * import { logOutput } from "./log.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * const output = logOutput(100, (line) => lines.push(line));
 * const bytes = new TextEncoder().encode("one\n\x1b[31mtwo");
 * output.write(bytes, 0, bytes.length);
 * output.close();
 * assertEquals(lines, ["one", "\\u{1b}[31mtwo"]);
 * ```
 */
export function logOutput(most: number, log: (line: string) => void): OutputStream {
  let taken = 0;
  let told = false;
  let line: number[] = [];
  const flush = (): void => {
    const bytes = new Uint8Array(line);
    line = [];
    log(printable(new TextDecoder().decode(bytes)));
  };
  return {
    streamKind: "pipe",
    asynchronous: false,
    ready: () => LONGEST_LINE,
    wait: () => {},
    write(from, start, end): number {
      const stop = Math.min(end, start + most - taken);
      taken += stop - start;
      for (let i = start; i < stop; i++) {
        const byte = from[i]!;
        if (byte !== 10) line.push(byte);
        if (byte === 10 || line.length === LONGEST_LINE) flush();
      }
      if (stop < end && !told) {
        told = true;
        if (line.length > 0) flush();
        log(`(it said more than the ${most} bytes that are logged)`);
      }
      return end - start;
    },
    close: () => {
      if (line.length > 0) flush();
    },
  };
}

/**
 * Everything about an error that helps whoever reads the log.
 *
 * @param error What was thrown
 * @returns A text, which may have several lines; those behind the first are indented, so that none passes for another
 * line of the log, whatever a guest has brought into the error
 */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.stack ?? String(error) : String(error);
  return text.split("\n").map(printable).join("\n  ");
}
