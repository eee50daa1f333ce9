/**
 * Web streams and asynchronous iterables as streams of a guest.
 *
 * @module
 */
import { can, checkSettings, mustBeBoolean } from "../checks.ts";
import { Fault } from "../fault.ts";
import { wrongValue } from "../record.ts";
import type { InputStream, OutputStream } from "../stream.ts";
import { NotBytesError, PulledInput } from "./pulled.ts";
import { PushedOutput } from "./pushed.ts";

const encoder = new TextEncoder();

/** The bytes of what a source of the application gives. */
function bytesOf(piece: unknown): Uint8Array<ArrayBufferLike> {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === "string") return encoder.encode(piece);
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  if (piece instanceof ArrayBuffer || piece instanceof SharedArrayBuffer) return new Uint8Array(piece);
  const kind = Array.isArray(piece) ? "array" : piece === null ? "null" : typeof piece;
  throw new NotBytesError(`Cannot read a piece of input of type "${kind}": give a Uint8Array or a string`);
}

/**
 * An asynchronous input over a web stream. One chunk is held at a time, so a fast source is held back.
 *
 * @param stream The web stream, locked from now on and cancelled, as a broken pipe, when the guest is done with it. Texts
 * in it become UTF-8, buffers and views of any kind their bytes
 * @returns The stream; a read ends with `EIO` when the web stream errors, and throws a `TypeError` for a chunk that is
 * neither bytes nor text
 * @throws {TypeError} For something else than a web stream, and for one that is locked
 *
 * @example
 * ```ts
 * import { readableInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const input = readableInput(new Blob(["hello"]).stream());
 * await input.wait(1000);
 * assertEquals(input.ready(), 5);
 * input.close();
 * ```
 */
export function readableInput(stream: ReadableStream<Uint8Array<ArrayBufferLike>>): InputStream {
  if (!(stream instanceof ReadableStream)) throw wrongValue(stream, "stream", "a ReadableStream");
  const reader = stream.getReader();
  return new PulledInput({
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : bytesOf(value);
    },
    // A stream that errors while it is given up has nobody to tell.
    cancel: () => void reader.cancel(Fault.of("EPIPE")).catch(() => {}),
  }, "pipe");
}

/**
 * An asynchronous input over anything that can be iterated asynchronously.
 *
 * @param iterable Gives bytes, as buffers and views of any kind, or texts that become UTF-8. Its iterator's `return` is
 * called when the guest is done
 * @returns The stream; a read ends with `EIO` when the iterator throws, and throws a `TypeError` for a piece that is
 * neither bytes nor text
 * @throws {TypeError} For what cannot be iterated asynchronously
 *
 * @example
 * ```ts
 * import { iterableInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * async function* lines() {
 *   yield "one\n";
 *   yield "two\n";
 * }
 * const input = iterableInput(lines());
 * await input.wait(1000);
 * assertEquals(input.read(new Uint8Array(16), 0, 16), 4);
 * input.close();
 * ```
 */
export function iterableInput(iterable: AsyncIterable<Uint8Array<ArrayBufferLike> | string>): InputStream {
  if (!can(iterable, Symbol.asyncIterator)) throw wrongValue(iterable, "iterable", "an AsyncIterable");
  const iterator = iterable[Symbol.asyncIterator]();
  return new PulledInput({
    next: async () => {
      const { done, value } = await iterator.next();
      return done ? undefined : bytesOf(value);
    },
    // An iterator that fails while it is given up has nobody to tell, at once or later.
    cancel: () => void Promise.try(() => iterator.return?.()).catch(() => {}),
  }, "pipe");
}

const OUTPUT_CHECKS = { buffer: checkBuffer, preventClose: mustBeBoolean };

/** Into a buffer that holds nothing nothing is ever written. */
function checkBuffer(buffer: unknown, setting: string): void {
  if (typeof buffer === "number" && buffer >= 1) return;
  throw wrongValue(buffer, setting, "a number of bytes, at least 1");
}

/**
 * An asynchronous output over a web stream. Up to `buffer` bytes are held while the web stream is busy; then the
 * guest waits.
 *
 * @param stream The web stream, locked from now on
 * @param options `buffer`: the most that is held, in bytes, at least 1, usually 65,536. `preventClose`: the web stream
 * stays open when the guest is done
 * @returns The stream; a write ends with `EPIPE` once the web stream has errored or was closed
 * @throws {TypeError} For a web stream that is locked, and an option that makes no sense
 *
 * @example
 * ```ts
 * import { writableOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
 * const output = writableOutput(writable);
 * output.write(new TextEncoder().encode("hello"), 0, 5);
 * output.close();
 * assertEquals(await new Response(readable).text(), "hello");
 * ```
 */
export function writableOutput(
  stream: WritableStream<Uint8Array<ArrayBuffer>>,
  options: { readonly buffer?: number; readonly preventClose?: boolean } = {},
): OutputStream {
  checkSettings(options, "options", OUTPUT_CHECKS);
  const writer = stream.getWriter();
  // Told through the writes; without a listener the failure would end the program.
  writer.closed.catch(() => {});
  return new PushedOutput(
    {
      write: (bytes) => writer.write(bytes),
      end: async () => {
        if (!options.preventClose) await writer.close();
        writer.releaseLock();
      },
    },
    "pipe",
    options.buffer,
  );
}
