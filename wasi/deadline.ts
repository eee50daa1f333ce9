/**
 * Time limits: what stops a guest that does not stop by itself.
 *
 * Terminating a Worker does not stop a loop in WebAssembly; the timeout of `node:vm` does, in the same thread, and the
 * engine can be used afterwards. It acts on code only: waits inside a call of the host have to be clamped to the
 * deadline by whoever waits.
 *
 * @module
 */
import { closingCutOff } from "../caps/closing.ts";

/**
 * How much longer than its time limit a guest may run before it is cut off, in milliseconds. Calls that it makes are not
 * begun any more then, so that those under way come to their end. What takes longer than this has to close what it opens as
 * `closing` does, and to count what it takes before it takes it.
 */
export const GRACE = 50;

/** What is needed of `node:vm`. */
interface VmScript {
  runInThisContext(options: { timeout: number }): unknown;
}

/** Calls a function and stops it when time is up. */
export type Stopwatch = <T>(milliseconds: number, call: () => T) => T;

/** Thrown by a {@linkcode Stopwatch} in place of what the call would have returned. */
export class TimeUp extends Error {
  /** The name of the class, `"TimeUp"`. */
  override readonly name = "TimeUp";
}

/** Where the script finds what it has to call. Named by a symbol, so that nothing else is touched. */
const slot = Symbol("keyhole.call");
type Slotted = { [slot]?: () => void };

/** The longest that the engine's timer can be set for, in milliseconds, some 24 days; a longer limit is cut to it. */
const LONGEST = 2 ** 31 - 1;

let stopwatch: Stopwatch | undefined;

/**
 * Loads what a time limit needs. Only then: it costs more than all the rest of start-up.
 *
 * @returns A function that calls a function with a time limit
 */
export function loadStopwatch(): Stopwatch {
  return stopwatch ??= load();
}

/** What is needed of the global `process`: built-in modules without waiting for an import. */
interface BuiltIns {
  process: { getBuiltinModule(name: "node:vm"): { Script: new (code: string) => VmScript } };
}

function load(): Stopwatch {
  const { Script } = (globalThis as unknown as BuiltIns).process.getBuiltinModule("node:vm");
  const name = "__keyhole_call__";
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: false,
    get: () => (globalThis as Slotted)[slot],
  });
  // The engine traces where time was up, and reads this file's source map for it. Under lockdown it could not any more,
  // and would compile the file anew, which takes longer than a watchdog waits.
  void new TimeUp().stack;
  // The settling call comes after the guest: a timer that fires while a host call runs ends the script there, and
  // does not leak into the caller.
  const script = new Script(`${name}(); (() => { for (let i = 0; i < 10; i++); })();`);
  return (milliseconds, call) => {
    let result: { value: ReturnType<typeof call> } | { error: unknown } | undefined;
    const outer = (globalThis as Slotted)[slot];
    (globalThis as Slotted)[slot] = (): void => {
      try {
        result = { value: call() };
      } catch (error) {
        result = { error };
      }
    };
    try {
      const timeout = Math.min(LONGEST, Math.max(1, Math.ceil(milliseconds)));
      closingCutOff(() => script.runInThisContext({ timeout }));
    } catch (error) {
      // The call may have come to its end in the very moment in which time was up.
      if (result === undefined) throw isTimeout(error) ? new TimeUp() : error;
    } finally {
      (globalThis as Slotted)[slot] = outer;
    }
    if (result === undefined) throw new TimeUp();
    if ("error" in result) throw result.error;
    return result.value;
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
