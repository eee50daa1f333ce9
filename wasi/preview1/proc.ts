/**
 * Ending the program.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#proc_exit}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** Ends the program with an exit code, 0 to 2^32 - 1. */
function proc_exit(guest: Guest, code: number): void {
  guest.exit(code);
}

/** Signals that do nothing unless a program handles them: none, `CHLD`, `CONT`, `URG`, `WINCH`. */
const IGNORED: ReadonlySet<number> = new Set([0, 16, 17, 22, 27]);
/** Signals that stop a program until it is continued, which nobody could do here: `STOP`, `TSTP`, `TTIN`, `TTOU`. */
const STOPPING: ReadonlySet<number> = new Set([18, 19, 20, 21]);
/** The highest signal, `SYS`. */
const LAST_SIGNAL = 30;

/**
 * Sends the program a signal that it does not handle (WASI has no handlers), without any real one: those that are
 * fatal end it with 128 and the signal's number, as a shell would report it.
 */
function proc_raise(guest: Guest, signal: number): void {
  if (signal < 0 || signal > LAST_SIGNAL) throw Fault.of("EINVAL");
  if (STOPPING.has(signal)) throw Fault.of("ENOTSUP");
  if (!IGNORED.has(signal)) guest.exit(128 + signal);
}

/** The calls that end the program. */
export const procCalls: Calls = { proc_exit, proc_raise };
