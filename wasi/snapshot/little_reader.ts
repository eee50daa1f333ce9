/**
 * Reading fixed-width numbers, the lowest byte first, as snapshots, journals and messages hold them.
 *
 * @module
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads what a `LittleWriter` wrote, from bytes that nobody vouches for: never past their end.
 *
 * @example
 * ```ts
 * import { LittleReader } from "./little_reader.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const reader = new LittleReader(new Uint8Array([1, 2, 0, 0, 9]), (message) => new Error(message));
 * assertEquals(reader.u32(), 513);
 * assertThrows(() => reader.u16(), Error, "2 bytes are wanted, 1 is left");
 * ```
 */
export class LittleReader {
  readonly #bytes: Uint8Array<ArrayBufferLike>;
  readonly #view: DataView;
  readonly #fail: (message: string) => Error;
  #offset = 0;

  /**
   * Begins at the first byte.
   *
   * @param bytes What to read
   * @param fail Makes the error to throw when the bytes do not hold what is wanted
   */
  constructor(bytes: Uint8Array<ArrayBufferLike>, fail: (message: string) => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /**
   * Reads a number of 8 bits.
   *
   * @returns A number from 0 to 255
   */
  u8(): number {
    return this.#view.getUint8(this.#move(1));
  }

  /**
   * Reads a number of 16 bits.
   *
   * @returns A number from 0 to 2^16 - 1
   */
  u16(): number {
    return this.#view.getUint16(this.#move(2), true);
  }

  /**
   * Reads a number of 32 bits.
   *
   * @returns A number from 0 to 2^32 - 1
   */
  u32(): number {
    return this.#view.getUint32(this.#move(4), true);
  }

  /**
   * Reads a number of 64 bits.
   *
   * @returns A number from 0 to 2^64 - 1
   */
  u64(): bigint {
    return this.#view.getBigUint64(this.#move(8), true);
  }

  /**
   * Reads a number of 128 bits.
   *
   * @returns A number from 0 to 2^128 - 1
   */
  u128(): bigint {
    const low = this.u64();
    return this.u64() << 64n | low;
  }

  /**
   * Reads a number of 32 bits.
   *
   * @returns A number of 32 bits
   */
  f32(): number {
    return this.#view.getFloat32(this.#move(4), true);
  }

  /**
   * Reads a number of 64 bits.
   *
   * @returns A number
   */
  f64(): number {
    return this.#view.getFloat64(this.#move(8), true);
  }

  /**
   * Reads bytes.
   *
   * @param length How many bytes
   * @returns A view of the next bytes
   */
  raw(length: number): Uint8Array<ArrayBufferLike> {
    const start = this.#move(length);
    return this.#bytes.subarray(start, start + length);
  }

  /**
   * Reads the length of a list, which is refused at once if the bytes that are left cannot hold it.
   *
   * @param size The fewest bytes that one entry takes, at least 1
   * @returns The length, told by 32 bits
   */
  count(size: number): number {
    const count = this.u32();
    if (count > this.left / size) throw this.#fail(`${count} entries are announced, ${bytesLeft(this.left)}`);
    return count;
  }

  /**
   * Reads a length told by 64 bits, which is refused at once if the bytes that are left cannot hold it.
   *
   * @param size The fewest bytes that one entry takes, 0 or more
   * @returns The length
   */
  longCount(size: number): number {
    const count = this.u64();
    if (count * BigInt(size) > BigInt(this.left) || count > Number.MAX_SAFE_INTEGER) {
      throw this.#fail(`${count} entries are announced, ${bytesLeft(this.left)}`);
    }
    return Number(count);
  }

  /**
   * Reads a text.
   *
   * @returns A text, as `LittleWriter.text` wrote it
   */
  text(): string {
    const bytes = this.raw(this.longCount(1));
    try {
      return strictUtf8.decode(bytes.slice());
    } catch {
      throw this.#fail("A text is not UTF-8");
    }
  }

  /** Refuses bytes that are left over. */
  end(): void {
    if (this.left > 0) throw this.#fail(`Nothing more is expected, ${bytesLeft(this.left)}`);
  }

  #move(count: number): number {
    const at = this.#offset;
    if (count > this.left) {
      throw this.#fail(`${count} ${count === 1 ? "byte is" : "bytes are"} wanted, ${bytesLeft(this.left)}`);
    }
    this.#offset = at + count;
    return at;
  }
}

function bytesLeft(left: number): string {
  return left === 1 ? "1 is left" : `${left} are left`;
}
