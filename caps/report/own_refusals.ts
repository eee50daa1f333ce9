/**
 * Noticing what a guest's own library refused without asking the host.
 *
 * @module
 */
import type { OutputStream } from "../stream.ts";
import { wrappedOutput } from "../streams/wrapped.ts";

/** How C, Rust and Go name the error that their libraries make up when no directory covers a path. */
const UNCOVERED = ["apabilities insufficient"];
/** And what newer ones say where there is no directory at all. */
const BARE = [...UNCOVERED, "o such file or directory", "ad file number"];
/** How much of one write is looked at, in bytes. */
const MOST = 4096;

/**
 * Looks through what a guest says for the error of a path that begins nowhere.
 *
 * @param stream Where it says it; closed with the one returned
 * @param bare Whether it was granted no directory: then an error of any path is its library's own
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
 * const stderr = noticeOwnRefusals(captureOutput(), false, () => noticed = true);
 * const words = new TextEncoder().encode("cannot open /x: Capabilities insufficient\n");
 * stderr.write(words, 0, words.length);
 * assert(noticed);
 * ```
 */
export function noticeOwnRefusals(stream: OutputStream, bare: boolean, noticed: () => void): OutputStream {
  const texts = bare ? BARE : UNCOVERED;
  let looking = true;
  return wrappedOutput(stream, (from, start, end) => {
    if (looking) {
      const said = from.subarray(start, Math.min(end, start + MOST));
      if (texts.some((text) => holds(said, text))) {
        looking = false;
        noticed();
      }
    }
    return stream.write(from, start, end);
  });
}

function holds(bytes: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < text.length && bytes[at + same] === text.charCodeAt(same)) same++;
    if (same === text.length) return true;
  }
  return false;
}
