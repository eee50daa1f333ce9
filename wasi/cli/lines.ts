/**
 * Input line by line.
 *
 * @module
 */
import type { InputStream } from "../../caps/stream.ts";

const NEWLINE = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The lines of a stream, as they come; the thread waits for each.
 *
 * @param input The stream, one that blocks
 * @returns The lines without what ends them, `\n` or `\r\n`; bytes that are not UTF-8 become U+FFFD
 *
 * @example
 * ```ts
 * import { bytesInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 * import { linesOf } from "./lines.ts";
 *
 * const input = bytesInput(new TextEncoder().encode("up\r\ndown\n\nlast"));
 * assertEquals([...linesOf(input)], ["up", "down", "", "last"]);
 * ```
 */
export function* linesOf(input: InputStream): Generator<string, void> {
  const piece = new Uint8Array(65536);
  let rest = new Uint8Array(0);
  for (let count: number; (count = input.read(piece, 0, piece.length)) > 0;) {
    const before = rest.length;
    const bytes = new Uint8Array(before + count);
    bytes.set(rest);
    bytes.set(piece.subarray(0, count), before);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE, before); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield decoder.decode(bytes.subarray(start, end)).replace(/\r$/, "");
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield decoder.decode(rest);
}
