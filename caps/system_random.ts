/**
 * Randomness of this machine.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** The most that the system gives at once. */
const PIECE = 65536;

/** Up to so many bytes come out of a stock: asking the system costs more than making them. */
const FEW = 64;

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
  const stock = new Stock();
  return {
    fill(into, start, end): void {
      if (end - start <= FEW) return stock.take(into, start, end);
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

/** Bytes that were asked for before they are needed. None is given twice, and none is kept once it was given. */
class Stock {
  readonly #bytes = new Uint8Array(1024);
  #next = this.#bytes.length;

  take(into: Uint8Array<ArrayBufferLike>, start: number, end: number): void {
    if (end - start > this.#bytes.length - this.#next) {
      crypto.getRandomValues(this.#bytes);
      this.#next = 0;
    }
    for (let at = start; at < end; at++) {
      into[at] = this.#bytes[this.#next]!;
      this.#bytes[this.#next++] = 0;
    }
  }
}

function isPrivate(bytes: Uint8Array<ArrayBufferLike>): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
