/**
 * Randomness of this machine.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** The most that the system gives at once. */
const PIECE = 65536;

/**
 * Randomness of the system, fit for keys.
 *
 * @returns The source
 *
 * @example
 * ```ts
 * import { systemRandom } from "keyhole";
 * import { assert } from "@std/assert";
 *
 * const bytes = new Uint8Array(16);
 * systemRandom().fill(bytes, 0, 16);
 * assert(bytes.some((byte) => byte !== 0));
 * ```
 */
export function systemRandom(): Random {
  return {
    fill(into, start, end): void {
      for (let from = start; from < end; from += PIECE) {
        const to = Math.min(from + PIECE, end);
        if (isPrivate(into)) {
          crypto.getRandomValues(into.subarray(from, to));
        } else {
          // The system does not write where other threads can look on.
          into.set(crypto.getRandomValues(new Uint8Array(to - from)), from);
        }
      }
    },
  };
}

function isPrivate(bytes: Uint8Array<ArrayBufferLike>): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
