/**
 * Random bytes that repeat: the same for the same seed.
 *
 * @module
 */
import { ChaCha12 } from "./chacha.ts";
import type { Random } from "./random.ts";

/** Where a seeded source is, as plain data. */
export interface RandomState {
  /** The seed, 32 bytes. */
  readonly seed: Uint8Array<ArrayBuffer>;
  /** Which of the seed's streams, 0 to 2^64 - 1. */
  readonly stream: bigint;
  /** How many 32-bit words were given so far, 0 to 2^68 - 1. */
  readonly position: bigint;
}

/** What a seed can be said as. */
export type Seed = Uint8Array<ArrayBufferLike> | number | bigint | string;

/**
 * A source that gives the same bytes for the same seed. Made by {@linkcode seededRandom}.
 *
 * @example
 * ```ts
 * import { seededRandom } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
 * const random = seededRandom(42);
 * const state = random.state;
 * random.fill(first, 0, 4);
 * random.restore(state);
 * random.fill(second, 0, 4);
 * assertEquals(first, second);
 * ```
 */
export class SeededRandom implements Random {
  #seed: Uint8Array<ArrayBuffer>;
  #stream = 0n;
  #numbers: ChaCha12;

  /**
   * Makes a source at its beginning.
   *
   * @param seed The seed, 32 bytes
   * @throws {RangeError} For another length
   */
  constructor(seed: Uint8Array<ArrayBufferLike>) {
    this.#seed = new Uint8Array(seed);
    this.#numbers = new ChaCha12(this.#seed);
  }

  /**
   * Fills a range. Each call uses up whole 32-bit words: 3 bytes take as much from the stream as 4.
   *
   * @param into The buffer
   * @param start First index to fill
   * @param end Index after the last to fill
   */
  fill(into: Uint8Array<ArrayBufferLike>, start: number, end: number): void {
    this.#numbers.fill(into, start, end);
  }

  /** Where the source is, as plain data. */
  get state(): RandomState {
    return { seed: this.#seed.slice(), stream: this.#stream, position: this.#numbers.position };
  }

  /**
   * Goes on from where a source was, this one or another.
   *
   * @param state What {@linkcode SeededRandom.state} was
   * @throws {RangeError} For a state that no source can have; the source is then as before
   */
  restore(state: RandomState): void {
    const numbers = new ChaCha12(state.seed, state.stream);
    numbers.position = state.position;
    this.#numbers = numbers;
    this.#seed = state.seed.slice();
    this.#stream = state.stream;
  }
}

/**
 * A source that gives the same bytes for the same seed, everywhere: the key stream of ChaCha12. Not for keys.
 *
 * @param seed 32 bytes; or a whole number from 0 to 2^256 - 1, which is written into 32 bytes with the lowest first; or
 * a text that says either: exactly 64 hexadecimal digits are the bytes, other digits a decimal number
 * @returns The source
 * @throws {RangeError} For anything else
 *
 * @example
 * ```ts
 * import { seededRandom } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const first = new Uint8Array(8), second = new Uint8Array(8);
 * seededRandom(42).fill(first, 0, 8);
 * seededRandom("42").fill(second, 0, 8);
 * assertEquals(first, second);
 * ```
 */
export function seededRandom(seed: Seed): SeededRandom {
  if (seed instanceof Uint8Array) return new SeededRandom(seed);
  if (typeof seed === "string") return new SeededRandom(seedOfText(seed));
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) throw badSeed(seed);
  return new SeededRandom(seedOfNumber(BigInt(seed)));
}

function seedOfText(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.fromHex(text);
  if (/^\d{1,80}$/.test(text)) return seedOfNumber(BigInt(text));
  throw badSeed(text);
}

function seedOfNumber(number: bigint): Uint8Array {
  if (number < 0n || number >= 1n << 256n) throw badSeed(number);
  return Uint8Array.fromHex(number.toString(16).padStart(64, "0")).reverse();
}

function badSeed(seed: unknown): RangeError {
  return new RangeError(
    `Cannot use the seed "${seed}": give a whole number from 0 on, or 64 hexadecimal digits`,
  );
}
