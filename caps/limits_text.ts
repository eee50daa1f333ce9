/**
 * Sizes, times and counts as people write them: `64M`, `300ms`, `100`.
 *
 * @module
 */

/**
 * What the readers of this module throw: a text that is no such quantity. Its message says what would be.
 *
 * @example
 * ```ts
 * import { parseSize, QuantityError } from "./limits_text.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseSize("much"), QuantityError, "64K, 64M or 1G");
 * ```
 */
export class QuantityError extends Error {
  /** The name of the class, `"QuantityError"`. */
  override readonly name = "QuantityError";
}

/**
 * Reads a number of bytes: digits, then nothing, `K`, `M`, `G` or `T` (powers of 1024), with or without `B` or `iB`.
 *
 * @param text What the user wrote
 * @returns Bytes, 0 to 2^53 - 1
 * @throws {QuantityError} For anything else
 *
 * @example
 * ```ts
 * import { parseSize } from "./limits_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSize("64K"), 65536);
 * assertEquals(parseSize("1GiB"), 1024 ** 3);
 * ```
 */
export function parseSize(text: string): number {
  const match = /^(\d+)(?:([KMGT])(?:i?B)?|B)?$/i.exec(text);
  const bytes = match === null
    ? NaN
    : Number(match[1]) * 1024 ** " KMGT".indexOf(match[2]?.toUpperCase() ?? " ");
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new QuantityError(`"${text}" is not a size: write bytes, or 64K, 64M or 1G`);
}

/**
 * Reads a length of time: a number, with a fraction if need be, and `ms`, `s`, `m` or `h`.
 *
 * @param text What the user wrote
 * @returns Milliseconds, more than 0
 * @throws {QuantityError} For anything else, and for no time at all
 *
 * @example
 * ```ts
 * import { parseDuration } from "./limits_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("300ms"), 300);
 * assertEquals(parseDuration("1.5s"), 1500);
 * ```
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const milliseconds = match === null
    ? NaN
    : Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
  if (milliseconds > 0 && milliseconds <= Number.MAX_SAFE_INTEGER) return milliseconds;
  throw new QuantityError(`"${text}" is not a time: write 300ms, 2s or 1m`);
}

/**
 * Reads a count.
 *
 * @param text What the user wrote
 * @returns A whole number, 0 to 2^53 - 1
 * @throws {QuantityError} For anything but digits
 *
 * @example
 * ```ts
 * import { parseCount } from "./limits_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCount("100"), 100);
 * ```
 */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new QuantityError(`"${text}" is not a count: write a whole number`);
}

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * A number of bytes as people read it.
 *
 * @param bytes Bytes, 0 or more
 * @returns The number with a unit, to one decimal
 *
 * @example
 * ```ts
 * import { sizeText } from "./limits_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([sizeText(0), sizeText(1536), sizeText(64 << 20)], ["0 bytes", "1.5 KiB", "64 MiB"]);
 * ```
 */
export function sizeText(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 4);
  if (unit === 0) return `${bytes} bytes`;
  const amount = (bytes / 1024 ** unit).toFixed(1).replace(/\.0$/, "");
  return `${amount} ${["", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

/**
 * A length of time as people read it.
 *
 * @param milliseconds Milliseconds, 0 or more
 * @returns The number with a unit
 *
 * @example
 * ```ts
 * import { durationText } from "./limits_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([durationText(0.25), durationText(12.34), durationText(61_000)], ["0.3 ms", "12 ms", "1 m 1 s"]);
 * ```
 */
export function durationText(milliseconds: number): string {
  if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${Number((milliseconds / 1000).toFixed(2))} s`;
  return `${Math.floor(milliseconds / 60_000)} m ${Math.round(milliseconds % 60_000 / 1000)} s`;
}
