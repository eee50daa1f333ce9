/**
 * What the system does to a process that makes a file longer than it may (`ulimit -f`).
 *
 * @module
 */
import { libc, loadLibC } from "./libc.ts";

const SIGXFSZ = 25;
const SIG_IGN = 1n;

/**
 * Lets a write that the system's limit of a file's size forbids fail with `EFBIG`, as others do. Without it the process
 * is ended by a signal, and all that it serves with it. Deno's own listeners for signals come too late.
 *
 * @returns Whether that could be done: Linux, and FFI is permitted
 *
 * @example
 * ```ts
 * import { surviveFileSizeLimit } from "./file_size_signal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(surviveFileSizeLimit(), Deno.build.os === "linux");
 * ```
 */
export function surviveFileSizeLimit(): boolean {
  if (!loadLibC()) return false;
  libc.signal(SIGXFSZ, SIG_IGN);
  return true;
}
