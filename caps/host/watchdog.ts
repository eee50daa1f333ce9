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
 * Ending a Worker's own isolate (`Deno.exit`) would leave the process running, so the system is asked.
 */
const source = `
const leave = ({ path, device, inode, bytes }) => {
  const file = Deno.openSync(path, { write: true });
  const { dev, ino } = file.statSync();
  // Another file may have taken the name.
  if (dev !== device || ino !== inode) return;
  file.truncateSync(0);
  while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
};
// A full pipe that nobody reads would keep the process from ending: descriptor 2, POLLOUT.
const STDERR_WRITABLE = new Uint8Array(new Int32Array([2, 4]).buffer);
const openSystem = () => {
  try {
    // Deno would ask its user, and wait for the answer.
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
    if (Deno.build.os === "windows") {
      const { TerminateProcess } = Deno.dlopen("kernel32.dll", {
        TerminateProcess: { parameters: ["isize", "u32"], result: "i32" },
      }).symbols;
      const THIS_PROCESS = -1n;
      return { _exit: (code) => TerminateProcess(THIS_PROCESS, code), poll: () => 1 };
    }
    return Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6", {
      _exit: { parameters: ["i32"], result: "void" },
      poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
    }).symbols;
  } catch {
    return undefined;
  }
};
let end;
self.onmessage = ({ data: { milliseconds, code, message, files } }) => {
  const begun = end !== undefined;
  end = performance.now() + milliseconds;
  if (begun) return;
  const look = () => {
    const left = end - performance.now();
    // A timer that is set for longer than it can be set for is due at once.
    if (left > 0) return void setTimeout(look, Math.min(left, 2 ** 31 - 1));
    for (const file of files) {
      try {
        leave(file);
      } catch {
        // The process ends all the same.
      }
    }
    const system = openSystem();
    try {
      if (system === undefined || system.poll(STDERR_WRITABLE, 1n, 0) > 0) {
        Deno.stderr.writeSync(new TextEncoder().encode(message));
      }
    } catch {
      // Nobody to tell.
    }
    try {
      system._exit(code);
    } catch {
      Deno.kill(Deno.pid, "SIGKILL");
    }
  };
  look();
};
`;

/** What a file says that is left behind by a process which is ended. */
export interface LastWords {
  /** Its path. */
  readonly path: string;
  /** The device that it is on; a file that is on another is left alone. */
  readonly device: number;
  /** Its number there; a file that has another is left alone. */
  readonly inode: number | null;
  /** What it says, in place of what was in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const files: LastWords[] = [];

/**
 * Has watchdogs that are started from now on write a file before they end the process: whoever would write it otherwise
 * is what they end.
 *
 * @param file The file, which exists
 */
export function leaveBehind(file: LastWords): void {
  files.push(file);
}

/** A thread that waits to end the process. */
export interface Watchdog {
  /**
   * Gives the process so much more time from now on.
   *
   * @param milliseconds How long
   */
  extend(milliseconds: number): void;

  /** Calls it off. */
  stop(): void;
}

/**
 * Starts a thread that ends the process after a time.
 *
 * @param milliseconds When, from now
 * @param code The exit code. Where the system cannot be called (no `--allow-ffi`) the process is killed instead
 * @param message What is written to standard error just before
 * @returns How to call it off; without the permission for either there is no such thread
 */
export function startWatchdog(milliseconds: number, code: number, message: string): Watchdog {
  if (!canEndProcess()) return { extend: () => {}, stop: () => {} };
  const url = "data:text/javascript," + encodeURIComponent(source);
  const worker = new Worker(url, { type: "module" });
  worker.postMessage({ milliseconds, code, message, files });
  return {
    extend: (milliseconds) => worker.postMessage({ milliseconds }),
    stop: () => worker.terminate(),
  };
}
