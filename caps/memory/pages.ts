/**
 * The contents of a file in memory.
 *
 * @module
 */
import { Fault } from "../fault.ts";
import { MOST_IN_MAP, type Tree } from "./tree.ts";

/** Bytes in a page. */
const PAGE = 65536;
/** Bytes that a page has at least; small files are many. */
const SMALLEST = 256;
/** Up to this many bytes, a loop is faster than making a view to copy from. */
const FEW = 64;

/**
 * Bytes in pages. Pages that nothing was written to do not exist, so a file of a terabyte costs nothing until it is
 * filled; a page holds only its written beginning, so a file of ten bytes does not cost 64 KiB.
 */
export class Pages {
  /** The length of the contents in bytes, 0 to 2^53 - 1. */
  size = 0;
  readonly #tree: Tree;
  readonly #pages = new Map<number, Uint8Array<ArrayBuffer>>();

  /**
   * @param tree Where memory is taken from
   */
  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /**
   * Reads bytes.
   *
   * @param into The buffer that receives them
   * @param start First index to fill
   * @param end Index after the last to fill
   * @param at Byte offset in the contents
   * @returns How many bytes were read
   */
  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    const count = Math.min(end - start, this.size - at);
    let done = 0;
    while (done < count) {
      const offset = (at + done) % PAGE;
      const length = Math.min(count - done, PAGE - offset);
      const page = this.#pages.get((at + done - offset) / PAGE);
      const held = page === undefined ? 0 : Math.max(0, Math.min(length, page.length - offset));
      if (held > 0) copy(page!, offset, held, into, start + done);
      if (held < length) into.fill(0, start + done + held, start + done + length);
      done += length;
    }
    return done;
  }

  /**
   * Writes bytes.
   *
   * @param from The buffer that holds them
   * @param start Index of the first byte
   * @param end Index after the last byte
   * @param at Byte offset in the contents
   * @returns How many bytes were written: fewer than asked for when memory ran out on the way
   * @throws {Fault} `EFBIG` for an end past 2^53 - 1, `ENOSPC` when not one byte could be written
   */
  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    const count = end - start;
    if (at + count > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
    let done = 0;
    while (done < count) {
      const offset = (at + done) % PAGE;
      const length = Math.min(count - done, PAGE - offset);
      const index = (at + done - offset) / PAGE;
      let page = this.#pages.get(index);
      if (page === undefined || page.length < offset + length) {
        const grown = this.#grow(index, page, offset + length);
        if (grown === undefined) {
          if (done === 0) throw Fault.of("ENOSPC");
          break;
        }
        page = grown;
      }
      copy(from, start + done, length, page, offset);
      done += length;
      if (at + done > this.size) this.size = at + done;
    }
    return done;
  }

  /** A page that holds at least `needed` bytes, or `undefined` when there is no room for it. */
  #grow(
    index: number,
    old: Uint8Array<ArrayBuffer> | undefined,
    needed: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    let length = old === undefined ? SMALLEST : old.length;
    // Doubling makes appends cost constant time in the average.
    while (length < needed) length *= 2;
    if (this.#pages.size >= MOST_IN_MAP) return undefined;
    try {
      this.#tree.take(length - (old?.length ?? 0));
    } catch {
      return undefined;
    }
    const page = new Uint8Array(length);
    if (old !== undefined) page.set(old);
    this.#pages.set(index, page);
    return page;
  }

  /**
   * Cuts or extends the contents; what is added reads as zeros.
   *
   * @param size The new length in bytes, 0 to 2^53 - 1
   */
  resize(size: number): void {
    if (size < this.size) this.#cut(size);
    this.size = size;
  }

  #cut(size: number): void {
    const offset = size % PAGE;
    const last = (size - offset) / PAGE;
    this.#pages.get(last)?.fill(0, offset);
    const first = offset === 0 ? last : last + 1;
    const end = Math.ceil(this.size / PAGE);
    // Whichever is shorter: the pages that there could be, or those that there are.
    if (end - first < this.#pages.size) {
      for (let index = first; index < end; index++) this.#drop(index);
    } else {
      for (const index of this.#pages.keys()) if (index >= first) this.#drop(index);
    }
  }

  #drop(index: number): void {
    const page = this.#pages.get(index);
    if (page === undefined) return;
    this.#pages.delete(index);
    this.#tree.give(page.length);
  }
}

function copy(
  from: Uint8Array<ArrayBufferLike>,
  start: number,
  length: number,
  into: Uint8Array<ArrayBufferLike>,
  at: number,
): void {
  if (length <= FEW) {
    for (let i = 0; i < length; i++) into[at + i] = from[start + i]!;
  } else {
    into.set(from.subarray(start, start + length), at);
  }
}
