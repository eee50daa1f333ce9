/**
 * An open file that is observed.
 *
 * @module
 */
import { isFault } from "../fault.ts";
import { endOfAppend, type File } from "../file.ts";
import type { Call, Watcher } from "../observe.ts";
import type { Stat } from "../stat.ts";

/** An open file that is observed. */
export class ObservedFile implements File {
  readonly kind = "file";
  readonly #inner: File;
  readonly #watcher: Watcher;
  readonly #path: string;

  /**
   * @param inner The file
   * @param watcher Who is told
   * @param path How it was reached
   */
  constructor(inner: File, watcher: Watcher, path: string) {
    this.#inner = inner;
    this.#watcher = watcher;
    this.#path = path;
  }

  stat(): Stat {
    return this.#tell("stat", () => this.#inner.stat());
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    try {
      const count = this.#inner.read(into, start, end, at);
      this.#watcher.read?.(this.#path, count);
      return count;
    } catch (error) {
      throw this.#failed("read", error);
    }
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    try {
      const count = this.#inner.write(from, start, end, at);
      this.#watcher.wrote?.(this.#path, count);
      return count;
    } catch (error) {
      throw this.#failed("write", error);
    }
  }

  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    try {
      const count = this.#inner.append(from, start, end);
      this.#watcher.wrote?.(this.#path, count);
      return count;
    } catch (error) {
      throw this.#failed("write", error);
    }
  }

  appendedTo(): number {
    return endOfAppend(this.#inner);
  }

  setSize(size: number): void {
    this.#tell("setSize", () => this.#inner.setSize(size));
  }

  allocate(offset: number, length: number): void {
    this.#tell("allocate", () => this.#inner.allocate(offset, length));
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#tell("setTimes", () => this.#inner.setTimes(accessed, modified));
  }

  sync(dataOnly: boolean): void {
    this.#tell("sync", () => this.#inner.sync(dataOnly));
  }

  close(): void {
    this.#inner.close();
  }

  #tell<T>(call: Call, act: () => T): T {
    this.#watcher.called?.(call, this.#path);
    try {
      return act();
    } catch (error) {
      throw this.#failed(call, error);
    }
  }

  #failed(call: Call, error: unknown): unknown {
    if (isFault(error)) this.#watcher.failed?.(call, this.#path, error.code);
    return error;
  }
}
