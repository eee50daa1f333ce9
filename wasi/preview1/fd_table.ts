/**
 * Closing and moving descriptors.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_close}
 * @module
 */
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** Closes a descriptor; any, also one that the guest was given. */
function fd_close(guest: Guest, fd: number): void {
  guest.descriptors.close(fd);
}

/** Moves a descriptor to the number of another, which is closed. */
function fd_renumber(guest: Guest, from: number, to: number): void {
  guest.descriptors.renumber(from, to);
}

/** The calls about descriptors themselves. */
export const tableCalls: Calls = { fd_close, fd_renumber };
