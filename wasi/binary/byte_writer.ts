const utf8 = new TextEncoder();

/**
 * Collects bytes of the binary format; it grows by doubling.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "./byte_writer.ts";
 *
 * const writer = new ByteWriter();
 * writer.u32(624485);
 * writer.name("hi");
 * assertEquals([...writer.finish()], [0xe5, 0x8e, 0x26, 2, 0x68, 0x69]);
 * ```
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /**
   * Starts empty.
   * @param capacity how many bytes to make room for at once
   */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(16, capacity));
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes one byte.
   * @param byte 0 to 255
   */
  u8(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /**
   * Writes an unsigned 32-bit number.
   * @param value an unsigned 32-bit number, written as LEB128
   */
  u32(value: number): void {
    this.#reserve(5);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = value & 0x7f | 0x80;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  /**
   * Writes an unsigned 64-bit number.
   * @param value a non-negative integer up to 2**53, written as unsigned LEB128
   */
  u64(value: number): void {
    this.#reserve(8);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = value % 0x80 | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  /**
   * Writes a signed 64-bit number.
   * @param value an integer within 2**53 of zero, written as signed LEB128
   */
  s64(value: number): void {
    this.#reserve(8);
    while (value < -0x40 || value >= 0x40) {
      this.#bytes[this.#length++] = value - Math.floor(value / 0x80) * 0x80 | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value & 0x7f;
  }

  /**
   * Writes bytes as they are.
   * @param bytes copied as they are
   */
  raw(bytes: Uint8Array | readonly number[]): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /**
   * Copies a part of another array; short parts are the rule in code, where a view for each would cost more.
   * @param bytes where from
   * @param start first byte
   * @param end first byte not to copy
   */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length);
    if (length > 64) {
      this.#bytes.set(bytes.subarray(start, end), this.#length);
    } else {
      const target = this.#bytes;
      for (let from = start, to = this.#length; from < end; from++, to++) target[to] = bytes[from];
    }
    this.#length += length;
  }

  /**
   * Writes a name.
   * @param text written with its length in UTF-8 bytes before it
   */
  name(text: string): void {
    this.sized(utf8.encode(text));
  }

  /**
   * Writes bytes behind their number.
   * @param bytes written with their length before them
   */
  sized(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /**
   * Leaves room for an unsigned 32-bit number that is known only later.
   * @returns the position to give to {@linkcode ByteWriter.fill}
   */
  hole(): number {
    this.#reserve(5);
    this.#length += 5;
    return this.#length - 5;
  }

  /**
   * Fills a hole with a padded number, the same length whatever its value.
   * @param position what {@linkcode ByteWriter.hole} returned
   * @param value an unsigned 32-bit number
   */
  fill(position: number, value: number): void {
    for (let index = 0; index < 4; index++) {
      this.#bytes[position + index] = value & 0x7f | 0x80;
      value >>>= 7;
    }
    this.#bytes[position + 4] = value;
  }

  /**
   * Ends the writing.
   * @returns a view of everything written; the writer is not to be used afterwards
   */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const need = this.#length + more;
    if (need <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
