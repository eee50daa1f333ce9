/**
 * Output kept in memory.
 *
 * @module
 */
import { type AmountRule, checkAmounts, isWhole } from "../amounts.ts";
import { Fault } from "../fault.ts";
import type { OutputStream } from "../stream.ts";

/** The most that one capture can hold, in bytes: what one buffer can. */
const MOST = 2 ** 31 - 1;

const RULES: Record<"limit", AmountRule> = {
  limit: {
    fits: (bytes) => isWhole(bytes) && bytes >= 0 && bytes <= MOST,
    wanted: `a whole number of bytes from 0 to ${MOST}`,
  },
};

/** An output that keeps what is written. */
export interface Capture extends OutputStream {
  /** Whether a write found no room: what is kept is then only the beginning. */
  readonly full: boolean;

  /**
   * What was written so far.
   *
   * @returns A copy
   */
  bytes(): Uint8Array<ArrayBuffer>;

  /**
   * What was written so far, as a text. Bytes that are not UTF-8 become U+FFFD.
   *
   * @returns The text
   */
  text(): string;
}

/**
 * An output that keeps what is written in memory.
 *
 * @param options `limit`: the most that is kept, in bytes, 0 to 2^31 - 1, which is also the default. A write that
 * would pass it is taken up to it; one that finds no room at all faults `ENOSPC`
 * @returns The stream
 * @throws {TypeError} For a limit that is no number, or anything else than an object with it
 * @throws {RangeError} For a number that makes no sense
 *
 * @example
 * ```ts
 * import { captureOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const output = captureOutput({ limit: 3 });
 * assertEquals(output.write(new TextEncoder().encode("hello"), 0, 5), 3);
 * assertEquals(output.text(), "hel");
 * ```
 */
export function captureOutput(options: { readonly limit?: number } = {}): Capture {
  checkAmounts(options, RULES);
  const limit = options.limit ?? MOST;
  let kept = new Uint8Array(0);
  let length = 0;
  let full = false;
  const grow = (needed: number): void => {
    // Doubling keeps many small writes linear; the limit keeps it from asking for more than can be used.
    const grown = new Uint8Array(Math.min(limit, Math.max(needed, kept.length * 2, 1024)));
    grown.set(kept.subarray(0, length));
    kept = grown;
  };
  return {
    streamKind: "pipe",
    asynchronous: false,
    get full(): boolean {
      return full;
    },
    ready: () => Math.max(limit - length, 1),
    wait: () => {},
    write(from, start, end): number {
      const count = Math.min(end - start, limit - length);
      if (count < end - start) full = true;
      if (count === 0) throw Fault.of("ENOSPC");
      if (length + count > kept.length) grow(length + count);
      kept.set(from.subarray(start, start + count), length);
      length += count;
      return count;
    },
    bytes: () => kept.slice(0, length),
    text: () => new TextDecoder().decode(kept.subarray(0, length)),
    close: () => {},
  };
}
