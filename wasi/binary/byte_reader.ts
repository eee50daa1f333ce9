import { ModuleError } from "./module_error.ts";

/** Import and export names have to be UTF-8; a byte order mark is part of the name. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the primitive values of the binary format, never past its end.
 *
 * Integers are LEB128 as engines accept it: padded forms are fine up to the longest length that the type allows,
 * longer ones and bits that the type has no room for are refused.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ByteReader } from "./byte_reader.ts";
 * import { ModuleError } from "./module_error.ts";
 *
 * const reader = new ByteReader(new Uint8Array([0xe5, 0x8e, 0x26, 0x80]));
 * assertEquals(reader.u32("a number"), 624485);
 * assertThrows(() => reader.u32("a number"), ModuleError, "Truncated module: a number ends at byte 0x4");
 * ```
 */
export class ByteReader {
  /** The bytes that offsets refer to. */
  readonly bytes: Uint8Array;
  /** Where the next value starts. */
  offset: number;
  /** The first byte that does not belong to this reader any more. */
  readonly end: number;

  /**
   * Reads a range of an array.
   * @param bytes the whole module, so that offsets in messages are right
   * @param start first byte to read
   * @param end first byte not to read
   */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  /** Whether everything was read. */
  get done(): boolean {
    return this.offset >= this.end;
  }

  /**
   * Reads one byte.
   * @param what names the value in an error
   * @returns the next byte
   * @throws {ModuleError} at the end
   */
  u8(what: string): number {
    if (this.offset >= this.end) throw this.#truncated(what);
    return this.bytes[this.offset++];
  }

  /**
   * Reads an unsigned 32-bit number.
   * @param what names the value in an error
   * @returns an unsigned 32-bit LEB128 number
   * @throws {ModuleError} when it is cut, too long or too large
   */
  u32(what: string): number {
    const first = this.u8(what);
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8(what);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8(what);
    if (last > 0x0f) {
      throw new ModuleError(`Number out of range: ${what} has more than 32 bits`, this.offset - 1);
    }
    return (value | last << 28) >>> 0;
  }

  /**
   * Reads an unsigned 64-bit number.
   * @param what names the value in an error
   * @returns an unsigned 64-bit LEB128 number, rounded to a multiple of a power of two above 2**53
   * @throws {ModuleError} when it is cut, too long or too large
   */
  u64(what: string): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 9; count++) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    const last = this.u8(what);
    if (last > 1) {
      throw new ModuleError(`Number out of range: ${what} has more than 64 bits`, this.offset - 1);
    }
    return value + last * scale;
  }

  /**
   * Reads a signed 33-bit number.
   * @param what names the value in an error
   * @returns a signed 33-bit LEB128 number, the form of block types and heap types
   * @throws {ModuleError} when it is cut, too long or too large
   */
  s33(what: string): number {
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= 5; count++) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        // The fifth byte holds four value bits and the sign, and two bits that have to repeat the sign.
        const spare = byte & 0x70;
        if (count === 5 && spare !== 0 && spare !== 0x70) break;
        return byte & 0x40 ? value - scale : value;
      }
    }
    throw new ModuleError(`Number out of range: ${what} has more than 33 bits`, this.offset - 1);
  }

  /**
   * Skips a LEB128 number whose value does not matter.
   * @param most how many bytes its type allows
   * @param what names the value in an error
   * @throws {ModuleError} when it is cut or too long
   */
  skipNumber(most: number, what: string): void {
    for (let count = 0; count < most; count++) {
      if (this.u8(what) < 0x80) return;
    }
    throw new ModuleError(`Number out of range: ${what} is longer than ${most} bytes`, this.offset - 1);
  }

  /**
   * Reads bytes as they are.
   * @param length how many bytes
   * @param what names them in an error
   * @returns a view of the next bytes
   * @throws {ModuleError} when fewer are left
   */
  take(length: number, what: string): Uint8Array {
    this.skip(length, what);
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /**
   * Moves forward without looking.
   * @param length how many bytes
   * @param what names them in an error
   * @throws {ModuleError} when fewer are left
   */
  skip(length: number, what: string): void {
    if (length > this.end - this.offset) {
      const left = this.end - this.offset;
      throw new ModuleError(
        `Truncated module: ${what} says ${length} bytes`,
        this.offset,
        `, ${left} are left`,
      );
    }
    this.offset += length;
  }

  /**
   * Reads the length of a vector.
   * @param what names the vector in an error
   * @returns the length of a vector, which is at most the number of bytes left: no element is shorter than a byte
   * @throws {ModuleError} when there cannot be so many
   */
  count(what: string): number {
    const at = this.offset;
    const count = this.u32(what);
    const left = this.end - this.offset;
    if (count > left) {
      throw new ModuleError(`Truncated module: ${what} says ${count}`, at, `, ${left} bytes are left`);
    }
    return count;
  }

  /**
   * Reads a name.
   * @param what names the value in an error
   * @returns a name, which has to be UTF-8
   * @throws {ModuleError} when it is cut or not UTF-8
   */
  name(what: string): string {
    const at = this.offset;
    const bytes = this.take(this.u32(what), what);
    try {
      return strictUtf8.decode(bytes);
    } catch {
      throw new ModuleError(`Invalid name: ${what} is not UTF-8`, at);
    }
  }

  /**
   * Reads a name that engines do not check.
   * @param what names the value in an error
   * @returns a name that engines do not check, with replacement characters where it is not UTF-8
   * @throws {ModuleError} when it is cut
   */
  looseName(what: string): string {
    return lenientUtf8.decode(this.take(this.u32(what), what));
  }

  #truncated(what: string): ModuleError {
    return new ModuleError(`Truncated module: ${what} ends`, this.offset);
  }
}
