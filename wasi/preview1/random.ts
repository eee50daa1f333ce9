/**
 * Random bytes.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#random_get}
 * @module
 */
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** How many bytes are made before the time is looked at again. */
const PIECE = 65536;

/** Fills a buffer with random bytes. */
function random_get(guest: Guest, pointer: number, length: number): void {
  const { memory, random } = guest;
  const start = memory.range(pointer, length);
  const end = start + (length >>> 0);
  for (let at = start; at < end; at += PIECE) {
    random.fill(memory.bytes, at, Math.min(at + PIECE, end));
    guest.mayGoOn();
  }
}

/** The call for random bytes. */
export const randomCalls: Calls = { random_get };
