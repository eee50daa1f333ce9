/**
 * Output that is handed on by promises.
 *
 * @module
 */
import { joined } from "../bytes.ts";
import { Fault } from "../fault.ts";
import type { OutputStream, StreamKind } from "../stream.ts";
import { Waiters } from "./waiters.ts";

/** How much a {@linkcode PushedOutput} holds unless it is told otherwise, in bytes: as much as a pipe of Linux. */
export const USUAL_BUFFER = 65536;

/** Where a {@linkcode PushedOutput} hands its bytes on to. */
export interface Sink {
  /**
   * Takes some bytes. Called again only after the last call has settled.
   *
   * @param bytes The bytes, which the sink may keep
   * @returns When there may be more
   * @throws {Fault} What the next write should end with; anything else becomes `EPIPE`
   */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;

  /**
   * Called once, after the last write, when there will be no more; not after a failure.
   *
   * @returns When the end has been told
   */
  end(): Promise<void>;
}

/**
 * An asynchronous output over promises, with a bounded buffer: while it is full the guest waits.
 *
 * @example
 * ```ts
 * import { PushedOutput } from "./pushed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const taken: number[] = [];
 * const sink = { write: async (bytes: Uint8Array) => void taken.push(...bytes), end: async () => {} };
 * const output = new PushedOutput(sink, "pipe", 2);
 * assertEquals(output.write(new Uint8Array([1, 2, 3]), 0, 3), 2);
 * assertEquals(output.ready(), undefined);
 * await output.flush();
 * assertEquals(taken, [1, 2]);
 * ```
 */
export class PushedOutput implements OutputStream {
  /** Never waits inside a write. */
  readonly asynchronous = true;
  /** What it is connected to. */
  readonly streamKind: StreamKind;
  readonly #sink: Sink;
  readonly #limit: number;
  readonly #waiters = new Waiters();
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes taken and not yet handed on, those that the sink is busy with too. */
  #held = 0;
  #pushing: Promise<void> | undefined;
  #fault: Fault | undefined;
  #ending: Promise<void> | undefined;

  /**
   * Makes an output that holds nothing yet.
   *
   * @param sink Where the bytes go
   * @param streamKind What it is connected to, as a guest may see it
   * @param limit The most that is held, in bytes, at least 1
   */
  constructor(sink: Sink, streamKind: StreamKind, limit: number = USUAL_BUFFER) {
    this.#sink = sink;
    this.streamKind = streamKind;
    this.#limit = limit;
  }

  /** @inheritdoc */
  ready(): number | undefined {
    if (this.#fault !== undefined || this.#ending !== undefined) return 0;
    return this.#held < this.#limit ? this.#limit - this.#held : undefined;
  }

  /** @inheritdoc */
  async wait(milliseconds: number): Promise<void> {
    if (this.ready() === undefined) await this.#waiters.wait(milliseconds);
  }

  /** @inheritdoc */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const room = this.ready();
    if (room === undefined) throw Fault.of("EAGAIN");
    if (room === 0) throw this.#fault ?? Fault.of("EPIPE");
    const piece = new Uint8Array(Math.min(end - start, room));
    piece.set(from.subarray(start, start + piece.length));
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.#pushing ??= this.#push();
    return piece.length;
  }

  /** @inheritdoc */
  async flush(): Promise<void> {
    await this.#pushing;
    await this.#ending;
  }

  /** Takes no more. What was taken is still handed on, and then the end is told. */
  close(): void {
    if (this.#ending !== undefined) return;
    this.#ending = this.#end();
    this.#waiters.wake();
  }

  async #push(): Promise<void> {
    while (this.#pieces.length > 0) {
      const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : joined(this.#pieces);
      this.#pieces = [];
      try {
        await this.#sink.write(bytes);
        this.#held -= bytes.length;
      } catch (error) {
        this.#fault = error instanceof Fault ? error : new Fault("EPIPE", "EPIPE", { cause: error });
        this.#pieces = [];
      }
      this.#waiters.wake();
    }
    this.#pushing = undefined;
  }

  async #end(): Promise<void> {
    await this.#pushing;
    if (this.#fault !== undefined) return;
    // Nobody is left to be told that the other side did not want the end.
    await this.#sink.end().catch(() => {});
  }
}
