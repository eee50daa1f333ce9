/**
 * The lists of buffers (`iovec`) that reads fill and writes empty.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import type { GuestMemory } from "./memory.ts";

/** How many buffers one call may name, as on Linux. */
export const MOST_BUFFERS = 1024;

/** How many bytes one call moves at the most. The rest is a short transfer, which programs have to expect. */
export const MOST_AT_ONCE: number = 1 << 30;

/** Up to this many bytes in several buffers are moved as one piece. */
const GATHERED = 65536;

/**
 * The buffers of one call, copied out of the guest's memory, because what is read may overwrite the list itself.
 * One object serves all calls of a guest; it forgets the buffers of the call before.
 *
 * @example
 * ```ts
 * import { Buffers } from "./buffers.ts";
 * import { GuestMemory } from "./memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const memory = new GuestMemory();
 * memory.attach(new WebAssembly.Memory({ initial: 1 }));
 * memory.writeU32(0, 1000);
 * memory.writeU32(4, 64);
 * const buffers = new Buffers();
 * buffers.load(memory, 0, 1);
 * assertEquals([buffers.start(0), buffers.end(0), buffers.total], [1000, 1064, 64]);
 * ```
 */
export class Buffers {
  /** How many buffers there are, not counting empty ones. */
  count = 0;
  /** Bytes in all buffers together, 0 to {@linkcode MOST_AT_ONCE}. */
  total = 0;
  #starts = new Uint32Array(8);
  #lengths = new Uint32Array(8);
  #first = 0;
  #scratch: Piece | undefined;

  /**
   * Takes the list of a call.
   *
   * @param memory The guest's memory
   * @param pointer Where the list lies
   * @param count How many buffers it names
   * @throws {Fault} `EFAULT` for a list or buffer that is not wholly inside the memory; `EINVAL` for more than
   * {@linkcode MOST_BUFFERS} buffers, and for 2^32 bytes or more in all
   */
  load(memory: GuestMemory, pointer: number, count: number): void {
    const table = memory.array(pointer, count, 8);
    const named = count >>> 0;
    if (named > MOST_BUFFERS) throw Fault.of("EINVAL");
    if (named > this.#starts.length) {
      this.#starts = new Uint32Array(MOST_BUFFERS);
      this.#lengths = new Uint32Array(MOST_BUFFERS);
    }
    let kept = 0;
    let sum = 0;
    for (let i = 0; i < named; i++) {
      const start = memory.view.getUint32(table + i * 8, true);
      const length = memory.view.getUint32(table + i * 8 + 4, true);
      memory.range(start, length);
      if (length === 0) continue;
      const room = MOST_AT_ONCE - sum;
      sum += length;
      if (sum > 0xffff_ffff) throw Fault.of("EINVAL");
      if (room <= 0) continue;
      this.#starts[kept] = start;
      this.#lengths[kept] = length < room ? length : room;
      kept++;
    }
    this.#first = 0;
    this.count = kept;
    this.total = sum < MOST_AT_ONCE ? sum : MOST_AT_ONCE;
  }

  /**
   * Where a buffer begins.
   *
   * @param index Which one, 0 to {@linkcode Buffers.count} - 1
   * @returns An index in the guest's memory
   */
  start(index: number): number {
    return this.#starts[this.#first + index]!;
  }

  /**
   * Where a buffer ends.
   *
   * @param index Which one, 0 to {@linkcode Buffers.count} - 1
   * @returns An index in the guest's memory, of the byte behind its last
   */
  end(index: number): number {
    return this.#starts[this.#first + index]! + this.#lengths[this.#first + index]!;
  }

  /**
   * Leaves out the first bytes, which were moved before.
   *
   * @param length How many, 0 to {@linkcode Buffers.total}
   */
  skip(length: number): void {
    this.total -= length;
    while (this.count > 0 && length > 0) {
      const first = Math.min(length, this.#lengths[this.#first]!);
      this.#starts[this.#first]! += first;
      this.#lengths[this.#first]! -= first;
      length -= first;
      if (this.#lengths[this.#first] !== 0) break;
      this.#first++;
      this.count--;
    }
  }

  /**
   * A buffer outside the guest's memory in which several of the guest's are moved as one piece: one call of the host,
   * and what is written is not torn apart.
   *
   * @returns The buffer, or `undefined` when there is only one buffer or there are too many bytes
   */
  scratch(): Uint8Array<ArrayBuffer> | undefined {
    if (this.count < 2 || this.total > GATHERED) return undefined;
    return this.#piece().bytes;
  }

  /**
   * Copies all buffers to the scratch buffer, one behind the other.
   *
   * @param memory The guest's memory
   */
  gather(memory: GuestMemory): void {
    const into = this.#piece();
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      at += copy(memory, this.start(i), into, at, this.end(i) - this.start(i));
    }
  }

  /**
   * Copies the first bytes of the scratch buffer to the buffers.
   *
   * @param memory The guest's memory
   * @param length How many bytes of it, 0 to {@linkcode Buffers.total}
   */
  scatter(memory: GuestMemory, length: number): void {
    const from = this.#piece();
    let at = 0;
    for (let i = 0; at < length; i++) {
      const room = this.end(i) - this.start(i);
      at += copy(from, at, memory, this.start(i), Math.min(room, length - at));
    }
  }

  #piece(): Piece {
    if (this.#scratch === undefined) {
      const bytes = new Uint8Array(GATHERED);
      this.#scratch = { bytes, view: new DataView(bytes.buffer) };
    }
    return this.#scratch;
  }
}

/** Up to this many bytes are copied faster by hand than through a view. */
const FEW = 256;

function copy(
  from: Bytes,
  at: number,
  into: Bytes,
  to: number,
  length: number,
): number {
  if (length > FEW) {
    into.bytes.set(from.bytes.subarray(at, at + length), to);
    return length;
  }
  const words = length & ~7;
  for (let i = 0; i < words; i += 8) {
    into.view.setBigUint64(to + i, from.view.getBigUint64(at + i, true), true);
  }
  for (let i = words; i < length; i++) into.bytes[to + i] = from.bytes[at + i]!;
  return length;
}

/** Bytes, and the same as numbers of any size. */
interface Bytes {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly view: DataView<ArrayBufferLike>;
}

/** Bytes that no other thread sees. */
interface Piece extends Bytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
}
