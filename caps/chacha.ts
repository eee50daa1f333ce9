/**
 * The ChaCha stream cipher's key stream, as a source of numbers that depend on a seed alone.
 *
 * @see {@link https://cr.yp.to/chacha/chacha-20080128.pdf}
 * @module
 */

/** 32-bit words in one block. */
const WORDS = 16;

/** Positions count words and wrap where the 64-bit block counter does. */
const POSITIONS = (1n << 64n) * BigInt(WORDS);

/** "expand 32-byte k" */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/**
 * ChaCha with twelve rounds, a 64-bit block counter and a 64-bit stream number, read in whole 32-bit words.
 *
 * @example
 * ```ts
 * import { ChaCha12 } from "./chacha.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const numbers = new ChaCha12(new Uint8Array(32));
 * const bytes = new Uint8Array(3);
 * numbers.fill(bytes, 0, 3);
 * assertEquals(numbers.position, 1n);
 * ```
 */
export class ChaCha12 {
  readonly #input = new Uint32Array(WORDS);
  readonly #output = new Uint32Array(WORDS);
  readonly #block = new Uint8Array(WORDS * 4);
  /** The block that `#block` holds is the one before this. */
  #counter = 0n;
  /** Words of `#block` that are used up. */
  #used = WORDS;

  /**
   * Begins a stream of numbers.
   *
   * @param key The seed, 32 bytes
   * @param stream Which of the seed's streams, 0 to 2^64 - 1
   * @throws {RangeError} For a key of another length or a stream out of range
   */
  constructor(key: Uint8Array<ArrayBufferLike>, stream: bigint = 0n) {
    if (key.length !== 32) throw new RangeError(`Cannot use a seed of ${key.length} bytes: give 32`);
    if (stream < 0n || stream >= 1n << 64n) {
      throw new RangeError(`Cannot use stream ${stream}: give 0 to 2^64 - 1`);
    }
    const view = new DataView(key.buffer, key.byteOffset, 32);
    this.#input.set(CONSTANTS);
    for (let i = 0; i < 8; i++) this.#input[4 + i] = view.getUint32(4 * i, true);
    this.#input[14] = Number(stream & 0xffffffffn);
    this.#input[15] = Number(stream >> 32n);
  }

  /** How many words were read so far: 0 to 2^68 - 1. Can be set to read some of them again, or to leave some out. */
  get position(): bigint {
    return (this.#counter * BigInt(WORDS) + BigInt(this.#used - WORDS) + POSITIONS) % POSITIONS;
  }

  set position(words: bigint) {
    if (words < 0n || words >= POSITIONS) {
      throw new RangeError(`Cannot go to word ${words}: give 0 to 2^68 - 1`);
    }
    this.#counter = words / BigInt(WORDS);
    this.#used = WORDS;
    const within = Number(words % BigInt(WORDS));
    if (within === 0) return;
    this.#nextBlock();
    this.#used = within;
  }

  /**
   * Fills a range with the next bytes. The word that the last byte comes from is used up whole.
   *
   * @param into The buffer
   * @param start First index to fill
   * @param end Index after the last to fill
   */
  fill(into: Uint8Array<ArrayBufferLike>, start: number, end: number): void {
    while (start < end) {
      if (this.#used === WORDS) this.#nextBlock();
      const from = this.#used * 4;
      const count = Math.min(end - start, this.#block.length - from);
      into.set(this.#block.subarray(from, from + count), start);
      this.#used += Math.ceil(count / 4);
      start += count;
    }
  }

  #nextBlock(): void {
    const input = this.#input, output = this.#output;
    input[12] = Number(this.#counter & 0xffffffffn);
    input[13] = Number(this.#counter >> 32n);
    output.set(input);
    for (let round = 0; round < 12; round += 2) doubleRound(output);
    const view = new DataView(this.#block.buffer);
    for (let i = 0; i < WORDS; i++) view.setUint32(4 * i, output[i]! + input[i]!, true);
    this.#counter = BigInt.asUintN(64, this.#counter + 1n);
    this.#used = 0;
  }
}

function doubleRound(x: Uint32Array): void {
  quarterRound(x, 0, 4, 8, 12);
  quarterRound(x, 1, 5, 9, 13);
  quarterRound(x, 2, 6, 10, 14);
  quarterRound(x, 3, 7, 11, 15);
  quarterRound(x, 0, 5, 10, 15);
  quarterRound(x, 1, 6, 11, 12);
  quarterRound(x, 2, 7, 8, 13);
  quarterRound(x, 3, 4, 9, 14);
}

function quarterRound(x: Uint32Array, a: number, b: number, c: number, d: number): void {
  x[a]! += x[b]!;
  x[d] = rotate(x[d]! ^ x[a]!, 16);
  x[c]! += x[d]!;
  x[b] = rotate(x[b]! ^ x[c]!, 12);
  x[a]! += x[b]!;
  x[d] = rotate(x[d]! ^ x[a]!, 8);
  x[c]! += x[d]!;
  x[b] = rotate(x[b]! ^ x[c]!, 7);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
