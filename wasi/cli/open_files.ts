/**
 * `--max-open-files`, and what a program finds open.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";

/** The descriptors of the streams. */
const STREAMS = 3;

/**
 * Refuses to start a program that would have more open than it may.
 *
 * @param most How many descriptors it may have at once
 * @param preopened How many directories and sockets it finds open beside the streams
 * @throws {CommandError} When they are more, which says how many are needed
 *
 * @example
 * ```ts
 * import { mustHold } from "./open_files.ts";
 * import { assertThrows } from "@std/assert";
 *
 * mustHold(4, 1);
 * assertThrows(() => mustHold(3, 1), Error, "The program would start with 4 open files, and the limit is 3");
 * ```
 */
export function mustHold(most: number, preopened: number): void {
  const needed = STREAMS + preopened;
  if (needed <= most) return;
  throw new CommandError(`The program would start with ${needed} open files, and the limit is ${most}`, {
    hint: `Write --max-open-files ${needed}, or more for files that it opens itself`,
  });
}
