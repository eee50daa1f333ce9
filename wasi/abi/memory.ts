/**
 * The memory of a guest, seen through pointers that are not to be trusted.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";

/**
 * The memory of a guest. Every pointer and length is taken as unsigned, whatever sign it arrives with, and is checked
 * before anything is read or written. No method allocates.
 *
 * @example
 * ```ts
 * import { GuestMemory } from "./memory.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const memory = new GuestMemory();
 * memory.attach(new WebAssembly.Memory({ initial: 1 }));
 * memory.writeU32(65532, 7);
 * assertEquals(memory.readU32(65532), 7);
 * assertThrows(() => memory.range(-1, 2), "EFAULT");
 * ```
 */
export class GuestMemory {
  /**
   * All of the memory. Good until the guest runs again, since growing replaces it: take it anew after
   * {@linkcode GuestMemory.range}, and keep it nowhere.
   */
  bytes: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  /** The same as numbers of any size. */
  view: DataView<ArrayBufferLike> = new DataView(this.bytes.buffer);
  #memory: WebAssembly.Memory | undefined;

  /**
   * Sets the memory that pointers are pointers into. Until then each of them is out of range.
   *
   * @param memory The memory that the guest exports or imports
   */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#refresh();
  }

  /** Bytes of memory that there are now. */
  get size(): number {
    return this.#memory?.buffer.byteLength ?? 0;
  }

  /**
   * Checks a range. Empty ranges are checked too: a pointer just behind the last byte is the last one that passes.
   *
   * @param pointer Where the range begins
   * @param length Its length in bytes
   * @returns The pointer as an index in {@linkcode GuestMemory.bytes}, 0 to 2^32 - 1
   * @throws {Fault} `EFAULT` for a range that is not wholly inside
   */
  range(pointer: number, length: number): number {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    // Growing detaches the old bytes, whose length is then 0: one comparison finds both.
    if (end > this.bytes.length || this.bytes.length === 0) this.#recheck(end);
    return start;
  }

  /**
   * Checks an array.
   *
   * @param pointer Where it begins
   * @param count How many elements it has
   * @param size Bytes in an element, 1 to 64
   * @returns The pointer as an index in {@linkcode GuestMemory.bytes}
   * @throws {Fault} `EFAULT` for an array that is not wholly inside
   */
  array(pointer: number, count: number, size: number): number {
    const start = pointer >>> 0;
    const end = start + (count >>> 0) * size;
    if (end > this.bytes.length || this.bytes.length === 0) this.#recheck(end);
    return start;
  }

  /**
   * Reads a 32-bit number.
   *
   * @param pointer Where it lies
   * @returns 0 to 2^32 - 1
   * @throws {Fault} `EFAULT`
   */
  readU32(pointer: number): number {
    const at = this.range(pointer, 4);
    return this.view.getUint32(at, true);
  }

  /**
   * Writes a 32-bit number.
   *
   * @param pointer Where it goes
   * @param value The number, taken modulo 2^32
   * @throws {Fault} `EFAULT`
   */
  writeU32(pointer: number, value: number): void {
    const at = this.range(pointer, 4);
    this.view.setUint32(at, value, true);
  }

  /**
   * Writes a 64-bit number that is small enough for a plain one.
   *
   * @param pointer Where it goes
   * @param value The number, 0 to 2^53 - 1
   * @throws {Fault} `EFAULT`
   */
  writeSize(pointer: number, value: number): void {
    const at = this.range(pointer, 8);
    this.view.setUint32(at, value, true);
    this.view.setUint32(at + 4, value / 0x1_0000_0000, true);
  }

  /**
   * Writes a 64-bit number.
   *
   * @param pointer Where it goes
   * @param value The number, taken modulo 2^64
   * @throws {Fault} `EFAULT`
   */
  writeU64(pointer: number, value: bigint): void {
    const at = this.range(pointer, 8);
    this.view.setBigUint64(at, value, true);
  }

  /**
   * Copies bytes into the memory.
   *
   * @param pointer Where they go
   * @param from The buffer that holds them
   * @throws {Fault} `EFAULT`
   */
  write(pointer: number, from: Uint8Array): void {
    const at = this.range(pointer, from.length);
    this.bytes.set(from, at);
  }

  #recheck(end: number): void {
    this.#refresh();
    if (this.#memory === undefined || end > this.bytes.length) throw Fault.of("EFAULT");
  }

  #refresh(): void {
    if (this.#memory === undefined) return;
    const buffer = this.#memory.buffer;
    if (buffer === this.bytes.buffer) return;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }
}
