/**
 * Paths as people are told of them.
 *
 * @module
 */
import { LONGEST_PATH } from "./path.ts";

/**
 * A path from where a directory was found. Directories can lie deeper than any path reaches, and can be opened one from
 * another without end: what is longer than any path is cut, or it would grow with every step.
 *
 * @param start Where the directory was found
 * @param path A path from there
 * @returns Both, in at most 4095 characters and three dots
 *
 * @example
 * ```ts
 * import { toldPath } from "./told_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toldPath("src", "a.txt"), "src/a.txt");
 * assertEquals(toldPath("/", "a.txt"), "/a.txt");
 * assertEquals(toldPath("n/".repeat(2000), "x".repeat(1000)).length, 4098);
 * ```
 */
export function toldPath(start: string, path: string): string {
  const whole = start.endsWith("/") ? start + path : `${start}/${path}`;
  return whole.length > LONGEST_PATH ? `${whole.slice(0, LONGEST_PATH)}...` : whole;
}
