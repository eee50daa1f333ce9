/**
 * Output that ends somewhere.
 *
 * @module
 */
import { isFault } from "../fault.ts";
import type { OutputStream } from "../stream.ts";
import { wrappedOutput } from "./wrapped.ts";

/** How many bytes several streams together may still take. */
export interface Allowance {
  /** Bytes left, 0 or more. */
  left: number;
}

/** What happens at the end of a limited output. Both may throw, and the write then throws what they threw. */
export interface OutputEnds {
  /** Called when a write does not fit any more, after what fits was written. */
  readonly exceeded?: () => void;
  /** Called when nobody reads the output any more. */
  readonly closed?: () => void;
}

/**
 * An output that takes a number of bytes and no more, and tells when it has ended.
 *
 * @param stream The output behind it
 * @param allowance How many bytes may pass, shared by all outputs that are given the same object
 * @param ends What happens at the end
 * @returns The output
 *
 * @example
 * ```ts
 * import { captureOutput, limitedOutput } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const output = captureOutput();
 * const limited = limitedOutput(output, { left: 3 }, {
 *   exceeded: () => {
 *     throw new Error("too much");
 *   },
 * });
 * assertThrows(() => limited.write(new TextEncoder().encode("hello"), 0, 5), Error, "too much");
 * assertEquals(output.text(), "hel");
 * ```
 */
export function limitedOutput(stream: OutputStream, allowance: Allowance, ends: OutputEnds): OutputStream {
  return wrappedOutput(stream, (from, start, end) => {
    const most = Math.min(end, start + allowance.left);
    if (most === start) {
      ends.exceeded?.();
      return 0;
    }
    try {
      const written = stream.write(from, start, most);
      allowance.left -= written;
      // All that fits is out; the rest of this very write is what exceeds.
      if (start + written === most && most < end) ends.exceeded?.();
      return written;
    } catch (error) {
      if (isFault(error, "EPIPE")) ends.closed?.();
      throw error;
    }
  });
}
