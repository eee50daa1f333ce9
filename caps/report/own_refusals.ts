/**
 * Noticing what a guest's own library refused without asking the host.
 *
 * @module
 */
import type { OutputStream } from "../stream.ts";
import { wrappedOutput } from "../streams/wrapped.ts";

/** How C, Rust and Go name the error that their libraries make up when no directory covers a path. */
const WORDS = "apabilities insufficient";
/** How much of one write is looked at, in bytes. */
const MOST = 4096;

/**
 * Looks through what a guest says for the error of a path that begins nowhere.
 *
 * @param stream Where it says it; closed with the one returned
 * @param noticed Called once, when the error is there
 * @returns The same output
 *
 * @example
 * ```ts
 * import { noticeOwnRefusals } from "./own_refusals.ts";
 * import { captureOutput } from "../streams/capture.ts";
 * import { assert } from "@std/assert";
 *
 * let noticed = false;
 * const stderr = noticeOwnRefusals(captureOutput(), () => noticed = true);
 * const words = new TextEncoder().encode("cannot open /x: Capabilities insufficient\n");
 * stderr.write(words, 0, words.length);
 * assert(noticed);
 * ```
 */
export function noticeOwnRefusals(stream: OutputStream, noticed: () => void): OutputStream {
  let looking = true;
  return wrappedOutput(stream, (from, start, end) => {
    if (looking && holds(from.subarray(start, Math.min(end, start + MOST)))) {
      looking = false;
      noticed();
    }
    return stream.write(from, start, end);
  });
}

function holds(bytes: Uint8Array): boolean {
  const first = WORDS.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < WORDS.length && bytes[at + same] === WORDS.charCodeAt(same)) same++;
    if (same === WORDS.length) return true;
  }
  return false;
}
