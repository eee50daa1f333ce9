/**
 * The program's environment variables.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#environ_get}
 * @module
 */
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** Writes the variables as `NAME=VALUE`, and pointers to them. */
function environ_get(guest: Guest, tablePointer: number, bytesPointer: number): void {
  guest.environ.write(guest.memory, tablePointer, bytesPointer);
}

/** Tells how many variables there are and how much room they take. */
function environ_sizes_get(guest: Guest, countPointer: number, sizePointer: number): void {
  guest.environ.writeSizes(guest.memory, countPointer, sizePointer);
}

/** The calls about environment variables. */
export const environCalls: Calls = { environ_get, environ_sizes_get };
