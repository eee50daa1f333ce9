/**
 * How a run ended.
 *
 * @module
 */

import { isGuestException } from "./engine.ts";

/** Why a run ended. */
export type Reason = "exit" | "trap" | "timeout" | "limit" | "aborted";

/** Exit codes that keyhole itself gives; a guest's own are 0 to 255. */
export const ExitCode = {
  /** The command line makes no sense. */
  usage: 2,
  /** The time limit. */
  timeout: 124,
  /** Another limit, or a fault of keyhole's own. */
  limit: 125,
  /** Not a module that can be run. */
  unusable: 126,
  /** No such module. */
  notFound: 127,
  /** Ctrl-C, or an `AbortSignal`. */
  interrupted: 130,
  /** A trap. */
  trap: 134,
  /** Nobody reads the output any more, as for a program ended by `SIGPIPE`. */
  closedPipe: 141,
} as const;

/** How a run ended. */
export interface Outcome {
  /** Why it ended. */
  readonly reason: Reason;
  /** The guest's exit code (0 to 2^32 - 1) when it exited; else the one of {@linkcode ExitCode}. */
  readonly code: number;
  /** What happened, for a person, unless the guest simply exited. */
  readonly message?: string;
  /** After a trap: the guest's functions that were being called, the innermost first. */
  readonly stack?: readonly string[];
}

/**
 * Tells a trap from everything else that an engine throws out of a guest.
 *
 * @param error What came out of the guest
 * @returns The outcome, or `undefined` when the error is not the guest's
 */
export function outcomeOfTrap(error: unknown): Outcome | undefined {
  const trap = (message: string): Outcome => ({
    reason: "trap",
    code: ExitCode.trap,
    message,
    stack: error instanceof Error ? guestFrames(stackOf(error)) : [],
  });
  if (error instanceof WebAssembly.RuntimeError) return trap(error.message);
  if (error instanceof RangeError && /call stack/i.test(error.message)) return trap("call stack exhausted");
  if (isGuestException(error)) return trap("uncaught exception");
  return undefined;
}

/** The most frames that are told; a recursion has thousands that say the same. */
const MOST_FRAMES = 32;

/** Deno writes every function of a guest as its first one, where the engine's own text has the right number. */
function stackOf(error: Error): string {
  const before = Error.prepareStackTrace;
  // A name may hold a line break, and what comes behind it look like a frame.
  Error.prepareStackTrace = (_error, sites) =>
    sites.map((site) => `at ${site}`.replaceAll("\n", " ")).join("\n");
  try {
    return String(error.stack);
  } finally {
    Error.prepareStackTrace = before;
  }
}

/** The guest's frames of a stack trace: names and numbers of functions. */
function guestFrames(stack: string): string[] {
  const frames: string[] = [];
  for (const line of stack.split("\n")) {
    const frame = guestFrame(line);
    if (frame !== undefined) frames.push(frame);
    if (frames.length === MOST_FRAMES) break;
  }
  return frames;
}

/** The longest name that is told of a function. */
const LONGEST_NAME = 200;
/** More than the number of a function and the place in it take. */
const LONGEST_PLACE = 64;

/**
 * One frame, `at NAME (wasm://URL:wasm-function[NUMBER]:PLACE)`, read from its end: name and address are the guest's words,
 * are as long as it likes, and look like whatever it likes.
 */
function guestFrame(line: string): string | undefined {
  const place = /:wasm-function\[(\d+)\]:(0x[0-9a-f]+)\)?$/.exec(line.slice(-LONGEST_PLACE));
  const address = line.lastIndexOf("wasm://");
  if (place === null || address < 0) return undefined;
  const before = line.slice(0, address).trimStart();
  const name = before.endsWith(" (") ? before.slice("at ".length, -2) : undefined;
  return `${functionName(name)} (wasm-function[${place[1]}]:${place[2]})`;
}

/** V8 writes the module's name in front of the function's when it has one. */
function functionName(name: string | undefined): string {
  if (name === undefined || name === "<anonymous>" || /^wasm-function\[\d+\]$/.test(name)) return "?";
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
}
