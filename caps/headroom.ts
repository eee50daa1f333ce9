/**
 * Room on the stack, which a guest that recurses leaves little of.
 *
 * @module
 */

/** Levels of {@linkcode deeper} that are room for some calls, and for compiling them. */
const ROOM_TO_COMPILE = 480;

/**
 * Sees to it that there is room on the stack for what must not be cut off half-way, also where the engine has yet to
 * compile some of it, which it does on this stack.
 *
 * @throws {RangeError} That of a full stack, when there is not
 *
 * @example
 * ```ts
 * import { mustHaveHeadroom } from "./headroom.ts";
 * import { assertThrows } from "@std/assert";
 *
 * function dive(): void {
 *   mustHaveHeadroom();
 *   dive();
 * }
 * assertThrows(dive, RangeError);
 * ```
 */
export function mustHaveHeadroom(): void {
  deeper(ROOM_TO_COMPILE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** Goes down some levels and comes back. The parameters are only there to take room: 170 bytes a level, or more. */
function deeper(
  levels: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
  j: number,
  k: number,
  l: number,
): number {
  return levels === 0 ? 0 : deeper(levels - 1, a, b, c, d, e, f, g, h, i, j, k, l) + 1;
}
