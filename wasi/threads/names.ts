/**
 * The names by which modules have threads.
 *
 * @see {@link https://github.com/WebAssembly/wasi-threads}
 * @module
 */

/** The module that the call is imported from. */
export const THREADS_MODULE = "wasi";

/** The call that starts a thread. */
export const SPAWN = "thread-spawn";

/** The export that a thread runs. */
export const THREAD_ENTRY = "wasi_thread_start";

/**
 * Whether an import is the call that starts a thread.
 *
 * @param module The module that it names
 * @param name The name in it
 * @returns `true` if it is
 *
 * @example
 * ```ts
 * import { isSpawn } from "./names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isSpawn("wasi", "thread-spawn"), isSpawn("env", "thread-spawn")], [true, false]);
 * ```
 */
export function isSpawn(module: string, name: string): boolean {
  return module === THREADS_MODULE && name === SPAWN;
}
