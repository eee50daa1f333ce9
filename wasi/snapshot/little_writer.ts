/**
 * Writing fixed-width numbers, the lowest byte first: the form of snapshots, journals and messages.
 *
 * @module
 */

const utf8 = new TextEncoder();

/**
 * Collects fixed-width numbers and bytes; it grows by doubling.
 *
 * @example
 * ```ts
 * import { LittleWriter } from "./little_writer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const writer = new LittleWriter();
 * writer.u32(513);
 * writer.raw(new Uint8Array([9]));
 * assertEquals([...writer.finish()], [1, 2, 0, 0, 9]);
 * ```
 */
export class LittleWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length = 0;

  /**
   * Makes room.
   *
   * @param capacity How many bytes to make room for at once
   */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(Math.max(16, capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /**
   * Writes a number of 8 bits.
   *
   * @param value 0 to 255
   */
  u8(value: number): void {
    const at = this.#more(1);
    this.#view.setUint8(at, value);
  }

  /**
   * Writes a number of 16 bits.
   *
   * @param value 0 to 2^16 - 1
   */
  u16(value: number): void {
    const at = this.#more(2);
    this.#view.setUint16(at, value, true);
  }

  /**
   * Writes a number of 32 bits.
   *
   * @param value 0 to 2^32 - 1
   */
  u32(value: number): void {
    const at = this.#more(4);
    this.#view.setUint32(at, value, true);
  }

  /**
   * Writes a number of 64 bits.
   *
   * @param value 0 to 2^64 - 1
   */
  u64(value: bigint): void {
    const at = this.#more(8);
    this.#view.setBigUint64(at, value, true);
  }

  /**
   * Writes a number of 128 bits.
   *
   * @param value 0 to 2^128 - 1
   */
  u128(value: bigint): void {
    this.u64(BigInt.asUintN(64, value));
    this.u64(BigInt.asUintN(64, value >> 64n));
  }

  /**
   * Writes a number of 32 bits.
   *
   * @param value Any number, rounded to the nearest that 32 bits can say
   */
  f32(value: number): void {
    const at = this.#more(4);
    this.#view.setFloat32(at, value, true);
  }

  /**
   * Writes a number of 64 bits.
   *
   * @param value Any number
   */
  f64(value: number): void {
    const at = this.#more(8);
    this.#view.setFloat64(at, value, true);
  }

  /**
   * Writes bytes.
   *
   * @param bytes Copied as they are
   */
  raw(bytes: Uint8Array): void {
    const at = this.#more(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /**
   * Writes a text.
   *
   * @param text Written as its length in UTF-8 bytes (64 bits), then these bytes
   */
  text(text: string): void {
    const bytes = utf8.encode(text);
    this.u64(BigInt(bytes.length));
    this.raw(bytes);
  }

  /**
   * Ends the writing.
   *
   * @returns Everything written; the writer is not to be used afterwards
   */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room, in another buffer perhaps: what was had of the old one before is of no use behind it. */
  #more(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
