/**
 * Input that arrives by promises.
 *
 * @module
 */
import { Fault } from "../fault.ts";
import type { InputStream, StreamKind } from "../stream.ts";
import { Waiters } from "./waiters.ts";

/** Where a {@linkcode PulledInput} has its bytes from. */
export interface Source {
  /**
   * Asks for more. Called again only after the last call has settled.
   *
   * @returns Some bytes, which nobody changes any more; `undefined` at the end
   * @throws {Fault | NotBytesError} What a read should end with; anything else becomes `EIO`
   */
  next(): Promise<Uint8Array<ArrayBufferLike> | undefined>;

  /** Called once, when nobody wants more. */
  cancel(): void;
}

/**
 * Thrown by a read when what arrived was neither bytes nor text: a mistake of the application, which no guest can answer
 * for.
 */
export class NotBytesError extends TypeError {
  /** The name of the class, `"NotBytesError"`. */
  override readonly name = "NotBytesError";
}

/**
 * An asynchronous input over promises. It holds one piece at a time and asks for the next when that one is used up and
 * somebody wants more, so a fast source is held back.
 *
 * @example
 * ```ts
 * import { PulledInput } from "./pulled.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = [new Uint8Array([1, 2]), undefined];
 * const input = new PulledInput({ next: () => Promise.resolve(pieces.shift()), cancel() {} }, "pipe");
 * assertEquals(input.ready(), undefined);
 * await input.wait(1000);
 * assertEquals(input.read(new Uint8Array(8), 0, 8), 2);
 * ```
 */
export class PulledInput implements InputStream {
  /** Never waits inside a read. */
  readonly asynchronous = true;
  /** What it is connected to. */
  readonly streamKind: StreamKind;
  readonly #source: Source;
  readonly #waiters = new Waiters();
  #piece: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #pulling = false;
  #ended = false;
  #closed = false;
  #failure: Fault | NotBytesError | undefined;

  /**
   * Makes an input that has asked for nothing yet.
   *
   * @param source Where the bytes come from
   * @param streamKind What it is connected to, as a guest may see it
   */
  constructor(source: Source, streamKind: StreamKind) {
    this.#source = source;
    this.streamKind = streamKind;
  }

  /** @inheritdoc */
  ready(): number | undefined {
    if (this.#piece.length > 0 || this.#ended) return this.#piece.length;
    this.#pull();
    return undefined;
  }

  /** @inheritdoc */
  async wait(milliseconds: number): Promise<void> {
    if (this.ready() === undefined) await this.#waiters.wait(milliseconds);
  }

  /** @inheritdoc */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const count = this.peek(into, start, end);
    this.#piece = this.#piece.subarray(count);
    return count;
  }

  /**
   * Reads without taking.
   *
   * @param into The buffer that receives the bytes
   * @param start First index in `into` to fill
   * @param end Index in `into` after the last to fill
   * @returns How many bytes were copied; 0 at the end
   * @throws {Fault | NotBytesError} `EAGAIN` when not ready, or what the source ended with
   */
  peek(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const ready = this.ready();
    if (ready === undefined) throw Fault.of("EAGAIN");
    if (ready === 0 && this.#failure !== undefined) throw this.#failure;
    const count = Math.min(end - start, ready);
    into.set(this.#piece.subarray(0, count), start);
    return count;
  }

  /** Drops what has arrived, and ends: nothing more will be read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#piece = new Uint8Array(0);
    this.#failure = undefined;
    this.#end();
    this.#source.cancel();
  }

  #pull(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    this.#next().then((piece) => {
      if (this.#closed) return;
      this.#pulling = false;
      if (piece === undefined) return this.#end();
      this.#piece = piece;
      this.#waiters.wake();
    }, (error) => {
      if (this.#closed) return;
      const told = error instanceof Fault || error instanceof NotBytesError;
      this.#failure = told ? error : new Fault("EIO", "EIO", { cause: error });
      this.#end();
    });
  }

  /** The next piece that is not empty. */
  async #next(): Promise<Uint8Array<ArrayBufferLike> | undefined> {
    for (;;) {
      const piece = await this.#source.next();
      if (piece === undefined || piece.length > 0) return piece;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#waiters.wake();
  }
}
