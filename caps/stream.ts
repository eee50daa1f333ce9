/**
 * Streams of bytes as capabilities: what a guest has as standard input, output and error.
 *
 * A stream can be *ready* or not, and can be waited for. A blocking stream waits inside `read` and `write`; an
 * asynchronous one throws `EAGAIN` there unless it is ready, and the runner waits for it between.
 *
 * @module
 */

/** What a stream is connected to, as a guest may see it: `isatty` of C is true for `"terminal"`. */
export type StreamKind = "terminal" | "pipe" | "file" | "socket" | "null";

/** What both directions have in common. */
export interface Stream {
  /** What the stream is connected to. */
  readonly streamKind: StreamKind;

  /** Whether reads and writes never wait: waiting is done by {@linkcode Stream.wait}, which returns a promise. */
  readonly asynchronous: boolean;

  /**
   * How many bytes can be moved now without waiting, as far as is known.
   *
   * @returns At least 1 when ready; 0 when ready and at the end (a reader) or closed by the other side (a writer);
   * `undefined` when a read or write would wait
   */
  ready(): number | undefined;

  /**
   * Waits until {@linkcode Stream.ready} or until time is up.
   *
   * @param milliseconds How long at the most, `Infinity` for as long as it takes
   * @returns A promise when the stream is asynchronous; otherwise nothing, after waiting
   */
  wait(milliseconds: number): void | Promise<void>;

  /** Gives the stream up; a second call does nothing. */
  close(): void;
}

/** A stream that a guest reads. */
export interface InputStream extends Stream {
  /**
   * Reads what is there, at least one byte unless at the end.
   *
   * @param into The buffer that receives the bytes
   * @param start First index in `into` to fill
   * @param end Index in `into` after the last to fill, more than `start`
   * @returns How many bytes were read; 0 at the end
   * @throws {Fault} `EAGAIN` when asynchronous and not ready, `EIO`, `ECONNRESET`
   */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number;
}

/** A stream that a guest writes. */
export interface OutputStream extends Stream {
  /**
   * Writes bytes, at least one.
   *
   * @param from The buffer that holds them; it may change after the call
   * @param start Index in `from` of the first byte
   * @param end Index in `from` after the last byte, more than `start`
   * @returns How many bytes were taken
   * @throws {Fault} `EAGAIN` when asynchronous and not ready, `EPIPE` when nobody reads, `EIO`, `ENOSPC`
   */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number;

  /**
   * Returns when everything that was taken has been handed on, or never will be. Only where writes do not do that at
   * once; whoever ends a guest waits for it after closing the stream.
   *
   * @returns When nothing is left
   * @throws {unknown} An error of the application's own, where it is the application that takes the bytes
   */
  flush?(): Promise<void>;
}
