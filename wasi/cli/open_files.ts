/**
 * `--max-open-files`, and what a program finds open.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";
import { descriptorLimit } from "../../caps/host/descriptor_limit.ts";

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

/** What a thread takes at the most, and what keyhole has open itself. */
const OF_THREAD = 8;
const OWN = 64;

/**
 * How many descriptors a program with threads may have, so that there are some left for them: Deno ends the process when
 * it finds none for a thread.
 *
 * @param threads How many threads it may start
 * @param openFiles How many descriptors were granted
 * @param preopened How many directories and sockets it finds open beside the streams
 * @returns How many there can be, at most as many as were granted
 * @throws {CommandError} When this machine allows too few
 *
 * @example
 * ```ts
 * import { besideThreads } from "./open_files.ts";
 * import { assert } from "@std/assert";
 *
 * assert(besideThreads(1, 10, 0) <= 10);
 * ```
 */
export function besideThreads(threads: number, openFiles: number, preopened: number): number {
  const limit = descriptorLimit() ?? Infinity;
  const room = limit - OWN - OF_THREAD * (threads + 1);
  if (room >= STREAMS + preopened) return Math.min(openFiles, room);
  const fitting = Math.floor((limit - OWN - STREAMS - preopened) / OF_THREAD) - 1;
  throw new CommandError(
    `There is no room for ${threads} threads: this process may have ${limit} open files`,
    {
      hint: fitting >= 1
        ? `Write --threads=${fitting}, or raise the limit with ulimit -n`
        : "Raise the limit with ulimit -n",
    },
  );
}
