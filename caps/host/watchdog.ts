/**
 * The last resort of a time limit on the command line: a thread that ends the process, whatever the others do.
 *
 * A guest's own thread may be blocked inside a call of the operating system, where nothing in that thread can stop it.
 *
 * @module
 */
import { canEndProcess } from "./permitted.ts";

/**
 * What the thread runs. Kept as text, so that it works the same from a file, a URL and inside a compiled binary.
 * Ending a Worker's own isolate (`Deno.exit`) would leave the process running, so libc is asked.
 */
const source = `
self.onmessage = ({ data: { milliseconds, code, message } }) => {
  const end = performance.now() + milliseconds;
  const look = () => {
    const left = end - performance.now();
    // A timer that is set for longer than it can be set for is due at once.
    if (left > 0) return void setTimeout(look, Math.min(left, 2 ** 31 - 1));
    try {
      Deno.stderr.writeSync(new TextEncoder().encode(message));
    } catch {
      // Nobody to tell.
    }
    try {
      // Deno would ask its user, and wait for the answer.
      if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") throw new Error();
      Deno.dlopen("libc.so.6", { _exit: { parameters: ["i32"], result: "void" } }).symbols._exit(code);
    } catch {
      Deno.kill(Deno.pid, "SIGKILL");
    }
  };
  look();
};
`;

/** A thread that waits to end the process. */
export interface Watchdog {
  /** Calls it off. */
  stop(): void;
}

/**
 * Starts a thread that ends the process after a time.
 *
 * @param milliseconds When, from now
 * @param code The exit code. Where libc cannot be called (no Linux, no `--allow-ffi`) the process is killed instead
 * @param message What is written to standard error just before
 * @returns How to call it off; without the permission for either there is no such thread
 */
export function startWatchdog(milliseconds: number, code: number, message: string): Watchdog {
  if (!canEndProcess()) return { stop: () => {} };
  const url = "data:text/javascript," + encodeURIComponent(source);
  const worker = new Worker(url, { type: "module" });
  worker.postMessage({ milliseconds, code, message });
  return { stop: () => worker.terminate() };
}
