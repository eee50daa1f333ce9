/**
 * An open file in memory.
 *
 * @module
 */
import { Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import type { Stat } from "../stat.ts";
import type { FileNode } from "./node.ts";

/** An open file in memory. */
export class MemoryFile implements File {
  /** Tells a file from a directory. */
  readonly kind = "file";
  readonly #node: FileNode;
  readonly #readable: boolean;
  readonly #writable: boolean;
  #appendedTo = 0;
  #closed = false;

  /**
   * @param node The file
   * @param how A sum of {@linkcode Open} values
   */
  constructor(node: FileNode, how: number) {
    this.#node = node;
    this.#readable = (how & Open.read) !== 0;
    this.#writable = (how & Open.write) !== 0;
    node.opened();
  }

  stat(): Stat {
    return this.#node.stat();
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#readable) throw Fault.of("EBADF");
    const node = this.#node;
    // As Linux's relatime: reading again does not count until something changed.
    if (node.accessed <= node.modified) node.accessed = node.tree.now();
    return node.pages.read(into, start, end, at);
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#writable) throw Fault.of("EBADF");
    if (start === end) return 0;
    const count = this.#node.pages.write(from, start, end, at);
    this.#node.noteChange();
    return count;
  }

  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const at = this.#node.size;
    const count = this.write(from, start, end, at);
    if (count > 0) this.#appendedTo = at + count;
    return count;
  }

  appendedTo(): number {
    return this.#appendedTo;
  }

  setSize(size: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    this.#node.pages.resize(size);
    this.#node.noteChange();
  }

  allocate(offset: number, length: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    const end = offset + length;
    if (end > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
    if (end > this.#node.size) this.#node.pages.resize(end);
    this.#node.noteChange();
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#node.setTimes(accessed, modified);
  }

  sync(): void {
    // Memory is as far as it goes.
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#node.closed();
  }
}
