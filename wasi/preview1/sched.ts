/**
 * Letting others run.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#sched_yield}
 * @module
 */
import type { Guest } from "../guest.ts";
import type { Calls, Outcome } from "./call.ts";

/** Lets other guests and timers of the thread run, when this one can be suspended. */
function sched_yield(guest: Guest): Outcome {
  if (guest.suspending) return guest.waiter.wait([], 0).then(() => guest.mayGoOn());
}

/** The call that lets others run. */
export const schedCalls: Calls = { sched_yield };
