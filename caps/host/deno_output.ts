/**
 * Output to a standard stream of this process, through Deno.
 *
 * @module
 */
import { pause } from "../clocks/system.ts";
import type { OutputStream, StreamKind } from "../stream.ts";
import { faultFrom } from "./errors.ts";

const NEWLINE = 0x0a;

/** Up to so many bytes a pipe takes whole or not at all. */
const PIPE_BUF = 4096;

/** Fewer bytes than these Deno may keep when it cannot hand them on, unless there is a newline among them. */
const KEPT = 1024;

/** How long to leave a stream alone that is not ready, in milliseconds. */
const A_WHILE = 2;

const nothing = new Uint8Array(0);

/**
 * A blocking output to `Deno.stdout` or `Deno.stderr`.
 *
 * Behind them is a buffer by lines, which matters when the descriptor is non-blocking and full: the error does not say
 * whether the bytes were kept. So each piece is such that it is known: one that ends in a newline and fits a pipe
 * whole was not taken, a short one without a newline was.
 *
 * @param stream `Deno.stdout` or `Deno.stderr`, which stays open
 * @param streamKind What it is connected to, as a guest may see it
 * @returns The stream; always ready, since Deno cannot tell
 *
 * @example
 * ```ts
 * import { denoOutput } from "./deno_output.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(denoOutput(Deno.stderr, "pipe").write(new TextEncoder().encode("\n"), 0, 1), 1);
 * ```
 */
export function denoOutput(
  stream: { writeSync(bytes: Uint8Array): number },
  streamKind: StreamKind,
): OutputStream {
  return {
    streamKind,
    asynchronous: false,
    ready: () => PIPE_BUF,
    wait: () => {},
    write(from, start, end): number {
      for (let at = start; at < end;) {
        const piece = pieceOf(from.subarray(at, Math.min(end, at + PIPE_BUF)));
        const kept = stream === Deno.stdout && piece.length < KEPT && piece.at(-1) !== NEWLINE;
        try {
          at += writeWaiting(stream, piece, kept);
        } catch (error) {
          if (at === start) throw error;
          return at - start;
        }
      }
      return end - start;
    },
    close: () => {},
  };
}

/** The part up to the last newline; all of it when there is none. */
function pieceOf(bytes: Uint8Array): Uint8Array {
  const newline = bytes.lastIndexOf(NEWLINE);
  return newline < 0 ? bytes : bytes.subarray(0, newline + 1);
}

/** Writes a piece, waiting while the stream is full. */
function writeWaiting(
  stream: { writeSync(bytes: Uint8Array): number },
  piece: Uint8Array,
  kept: boolean,
): number {
  let rest = piece;
  for (;;) {
    try {
      const count = stream.writeSync(rest);
      return rest === piece ? count : piece.length;
    } catch (error) {
      const fault = faultFrom(error);
      if (fault.code === "EAGAIN") {
        // Writing nothing makes Deno try again with what it kept.
        if (kept) rest = nothing;
        pause(A_WHILE);
      } else if (fault.code !== "EINTR") throw fault;
    }
  }
}
