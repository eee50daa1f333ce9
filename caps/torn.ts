/**
 * Files that a crash of the machine has left half written.
 *
 * @module
 */

/** What disks write whole, in bytes. */
const SECTOR = 512;

/**
 * Where bytes begin that can be missing of some that were being written: a file can have been made longer and not
 * written, and then it reads as zeros from some sector on. If there are others than zeros from here on, all was written.
 * Zeros before that say nothing: what was written can end in them.
 *
 * @param start Index in the file of the first byte that was being written
 * @param end Index behind the last
 * @returns The index at which the last sector begins that they reach, or their own first
 *
 * @example
 * ```ts
 * import { lastSector } from "./torn.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([lastSector(100, 1000), lastSector(100, 1024), lastSector(600, 1000)], [512, 512, 600]);
 * ```
 */
export function lastSector(start: number, end: number): number {
  return Math.max(start, end - 1 - (end - 1) % SECTOR);
}
