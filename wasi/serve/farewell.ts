/**
 * How sessions end, and what their clients are told.
 *
 * @module
 */

/** How a session ended. */
export interface SessionEnd {
  /**
   * Why: its guest exited, trapped, reached a limit or its time; nobody said anything for too long; the client has gone;
   * the server was closed; the guest could not be started.
   */
  readonly reason: "exit" | "trap" | "limit" | "timeout" | "idle" | "gone" | "closed" | "failed" | "aborted";
  /** The guest's exit code, when it exited. */
  readonly code?: number;
  /** What happened, for a person. */
  readonly message?: string;
}

/**
 * What a client is told when its session has ended: one line, which no guest can be mistaken for by a person who knows
 * that it is the last.
 *
 * @param end How the session ended
 * @returns The line with its end
 *
 * @example
 * ```ts
 * import { farewell } from "./farewell.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(farewell({ reason: "exit", code: 0 }), "keyhole: session ended\n");
 * assertEquals(farewell({ reason: "trap", message: "unreachable" }), "keyhole: session ended: trap: unreachable\n");
 * ```
 */
export function farewell(end: SessionEnd): string {
  const why = describeEnd(end);
  return `keyhole: session ended${why === "" ? "" : `: ${why}`}\n`;
}

/**
 * How a session ended, in a few words.
 *
 * @param end How it ended
 * @returns The words; empty when its guest exited with 0
 */
export function describeEnd({ reason, code, message }: SessionEnd): string {
  if (reason === "exit") return code === 0 ? "" : `exit code ${code}`;
  if (reason === "trap") return `trap: ${message}`;
  return message === undefined ? reason : message[0]!.toLowerCase() + message.slice(1);
}

/**
 * What a client is told that is not let in.
 *
 * @param why Why
 * @returns The line with its end
 */
export function refusal(why: string): string {
  return `keyhole: refused: ${why}\n`;
}
