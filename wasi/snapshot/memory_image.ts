/**
 * The contents of a memory without its empty parts: most of a guest's memory is zeros.
 *
 * @module
 */
import { GUEST_PAGE } from "../binary/module_types.ts";
import { SnapshotError } from "./error.ts";
import type { LittleReader } from "./little_reader.ts";
import type { LittleWriter } from "./little_writer.ts";

/** Bytes in a page of an image; smaller than a page of a guest, so that little of what is kept is empty. */
export const IMAGE_PAGE = 4096;

/** A range of pages that are not empty. */
export interface PageRun {
  /** The first page. */
  readonly first: number;
  /** How many pages, at least 1. */
  readonly count: number;
}

/** The contents of a memory. */
export interface MemoryImage {
  /** The size of the memory in bytes, a multiple of {@linkcode GUEST_PAGE}. */
  readonly length: number;
  /** Which pages are not empty, in ascending order and with gaps between them. */
  readonly runs: readonly PageRun[];
  /** The contents of these pages, one behind the other. */
  readonly data: Uint8Array<ArrayBufferLike>;
}

/**
 * Copies the contents of a memory.
 *
 * @param buffer The memory
 * @returns The image, which does not change any more
 *
 * @example
 * ```ts
 * import { imageOf } from "./memory_image.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const memory = new Uint8Array(65536);
 * memory[5000] = 1;
 * const image = imageOf(memory.buffer);
 * assertEquals(image.runs, [{ first: 1, count: 1 }]);
 * assertEquals(image.data.length, 4096);
 * ```
 */
export function imageOf(buffer: ArrayBufferLike): MemoryImage {
  const words = new Int32Array(buffer);
  const runs: { first: number; count: number }[] = [];
  let total = 0;
  for (let page = 0; page * IMAGE_PAGE < buffer.byteLength; page++) {
    if (isEmpty(words, page * (IMAGE_PAGE / 4))) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === page) last.count++;
    else runs.push({ first: page, count: 1 });
    total++;
  }
  const data = new Uint8Array(total * IMAGE_PAGE);
  const bytes = new Uint8Array(buffer);
  let at = 0;
  for (const { first, count } of runs) {
    data.set(bytes.subarray(first * IMAGE_PAGE, (first + count) * IMAGE_PAGE), at);
    at += count * IMAGE_PAGE;
  }
  return { length: buffer.byteLength, runs, data };
}

/** Branching on every word would take twice as long. */
function isEmpty(words: Int32Array<ArrayBufferLike>, start: number): boolean {
  for (let at = start; at < start + IMAGE_PAGE / 4; at += 64) {
    let any = 0;
    for (let word = at; word < at + 64; word += 4) {
      any |= words[word]! | words[word + 1]! | words[word + 2]! | words[word + 3]!;
    }
    if (any !== 0) return false;
  }
  return true;
}

/**
 * Gives a memory the contents of an image. What is empty in both is not touched: the system gives a page to what is
 * only written zeros, too.
 *
 * @param image The image
 * @param buffer A memory of the image's size
 * @param filled The pages of the memory that are not empty
 */
export function applyImage(
  { runs, data }: MemoryImage,
  buffer: ArrayBufferLike,
  filled: readonly PageRun[],
): void {
  const bytes = new Uint8Array(buffer);
  for (const { first, count } of filled) bytes.fill(0, first * IMAGE_PAGE, (first + count) * IMAGE_PAGE);
  let at = 0;
  for (const { first, count } of runs) {
    const length = count * IMAGE_PAGE;
    bytes.set(data.subarray(at, at + length), first * IMAGE_PAGE);
    at += length;
  }
}

/**
 * Writes an image: its size, its runs, its pages.
 *
 * @param writer Gets the image
 * @param image The image
 */
export function writeImage(writer: LittleWriter, { length, runs, data }: MemoryImage): void {
  writer.u64(BigInt(length));
  writer.u32(runs.length);
  for (const { first, count } of runs) {
    writer.u32(first);
    writer.u32(count);
  }
  writer.raw(data);
}

/**
 * Reads an image, from bytes that nobody vouches for.
 *
 * @param reader At an image
 * @returns The image
 * @throws {SnapshotError} When its runs do not lie one behind the other within its size, or its pages are not all there
 */
export function readImage(reader: LittleReader): MemoryImage {
  const length = reader.longCount(0);
  if (length % GUEST_PAGE !== 0) throw damaged(`a memory of ${length} bytes`);
  const runs: PageRun[] = [];
  let end = -1;
  let total = 0;
  for (let left = reader.count(8); left > 0; left--) {
    const first = reader.u32();
    const count = reader.u32();
    // A run that starts where the last one ended would be a second way to write the same image.
    if (first <= end || count === 0 || (first + count) * IMAGE_PAGE > length) {
      throw damaged(`a run of ${count} pages from page ${first} on`);
    }
    runs.push({ first, count });
    end = first + count;
    total += count;
  }
  return { length, runs, data: reader.raw(total * IMAGE_PAGE) };
}

function damaged(what: string): SnapshotError {
  return new SnapshotError("damaged", `The snapshot is damaged: it has ${what}`);
}
