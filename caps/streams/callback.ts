/**
 * Output handed to a function.
 *
 * @module
 */
import { mustBeFunction } from "../checks.ts";
import type { OutputStream } from "../stream.ts";

const ROOM = 65536;

/**
 * An output that calls a function with everything that is written, piece by piece as the guest writes it.
 *
 * @param take Receives the bytes of one write, which are its own to keep. What it throws ends the guest; what a promise
 * that it returns is rejected with does so at the next write, and `flush` waits for it and throws it too
 * @returns The stream
 * @throws {TypeError} For something else than a function
 *
 * @example
 * ```ts
 * import { callbackOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces: Uint8Array[] = [];
 * const output = callbackOutput((bytes) => pieces.push(bytes));
 * output.write(new Uint8Array([1, 2, 3]), 1, 3);
 * assertEquals(pieces, [new Uint8Array([2, 3])]);
 * ```
 */
export function callbackOutput(take: (bytes: Uint8Array<ArrayBuffer>) => unknown): OutputStream {
  mustBeFunction(take, "take");
  const busy = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const follow = (taking: Promise<unknown>): void => {
    const settled = taking.then(() => {}, (error) => void (failure ??= { error })).then(() => {
      busy.delete(settled);
    });
    busy.add(settled);
  };
  return {
    streamKind: "pipe",
    asynchronous: false,
    ready: () => ROOM,
    wait: () => {},
    write(from, start, end): number {
      if (failure !== undefined) throw failure.error;
      // The range is the guest's memory, perhaps shared, and changes after the call.
      const bytes = new Uint8Array(end - start);
      bytes.set(from.subarray(start, end));
      const taken = take(bytes);
      if (taken instanceof Promise) follow(taken);
      return bytes.length;
    },
    flush: async () => {
      await Promise.all(busy);
      if (failure !== undefined) throw failure.error;
    },
    close: () => {},
  };
}
