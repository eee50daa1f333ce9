/**
 * The program's arguments.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#args_get}
 * @module
 */
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** Writes the arguments, and pointers to them. */
function args_get(guest: Guest, tablePointer: number, bytesPointer: number): void {
  guest.args.write(guest.memory, tablePointer, bytesPointer);
}

/** Tells how many arguments there are and how much room they take. */
function args_sizes_get(guest: Guest, countPointer: number, sizePointer: number): void {
  guest.args.writeSizes(guest.memory, countPointer, sizePointer);
}

/** The calls about arguments. */
export const argsCalls: Calls = { args_get, args_sizes_get };
