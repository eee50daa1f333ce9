/**
 * Descriptors: the numbers by which a guest names what it has open.
 *
 * @module
 */
import { Fault } from "../caps/fault.ts";
import type { Descriptor } from "./descriptor.ts";

/** How many descriptors a guest may have at once, unless said otherwise. */
export const DEFAULT_MAX_OPEN_FILES = 4096;

/** The most that can be asked for as a limit. */
export const MOST_OPEN_FILES: number = 1 << 20;

/**
 * All descriptors of a guest. A new one gets the lowest number that is free, as everywhere in Unix; finding it takes
 * no more than one step for 32 numbers of the limit. The table is never larger than what is open needs.
 *
 * @example
 * ```ts
 * import { Descriptor, DescriptorTable, memoryDirectory } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const table = new DescriptorTable();
 * const fd = table.add(Descriptor.ofGrant(memoryDirectory(), new TextEncoder().encode("/")));
 * assertEquals(fd, 0);
 * table.close(fd);
 * assertThrows(() => table.get(fd), "EBADF");
 * ```
 */
export class DescriptorTable {
  /** How many descriptors there can be at once. */
  readonly limit: number;
  readonly #slots: (Descriptor | undefined)[] = [];
  /** One bit for each number below the limit, set when it is free. */
  readonly #free: Uint32Array<ArrayBuffer>;
  /** No number below 32 times this is free. */
  #firstFree = 0;
  #count = 0;

  /**
   * Makes an empty table.
   *
   * @param limit How many descriptors there can be at once, 1 to 1,048,576
   * @throws {RangeError} For any other limit
   */
  constructor(limit: number = DEFAULT_MAX_OPEN_FILES) {
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_OPEN_FILES) {
      throw new RangeError(`Cannot limit open files to ${limit}: give 1 to ${MOST_OPEN_FILES}`);
    }
    this.limit = limit;
    this.#free = new Uint32Array(Math.ceil(limit / 32)).fill(0xffff_ffff);
  }

  /** How many descriptors there are. */
  get count(): number {
    return this.#count;
  }

  /** Whether there is none left. */
  get isFull(): boolean {
    return this.#count >= this.limit;
  }

  /**
   * Finds a descriptor.
   *
   * @param fd Its number, as the guest gave it
   * @returns The descriptor
   * @throws {Fault} `EBADF` for any number that is not open
   */
  get(fd: number): Descriptor {
    const descriptor = fd >= 0 && fd < this.#slots.length ? this.#slots[fd] : undefined;
    if (descriptor === undefined) throw Fault.of("EBADF");
    return descriptor;
  }

  /**
   * Makes sure that one more can be added. To be asked before anything is opened or made.
   *
   * @throws {Fault} `EMFILE` when the limit is reached
   */
  mustHaveRoom(): void {
    if (this.isFull) throw Fault.of("EMFILE");
  }

  /**
   * Adds a descriptor.
   *
   * @param descriptor The descriptor, owned by the table from here on
   * @returns Its number, the lowest that was free
   * @throws {Fault} `EMFILE` when the limit is reached
   */
  add(descriptor: Descriptor): number {
    this.mustHaveRoom();
    while (this.#free[this.#firstFree] === 0) this.#firstFree++;
    const bits = this.#free[this.#firstFree]!;
    const lowest = bits & -bits;
    this.#free[this.#firstFree] = bits ^ lowest;
    const fd = this.#firstFree * 32 + 31 - Math.clz32(lowest);
    this.#slots[fd] = descriptor;
    this.#count++;
    return fd;
  }

  /**
   * Closes a descriptor. Its number is free afterwards.
   *
   * @param fd Its number, as the guest gave it
   * @throws {Fault} `EBADF`
   */
  close(fd: number): void {
    this.#give(this.#take(fd));
  }

  /**
   * Moves a descriptor to a number that is open, closing what that number named.
   *
   * @param from Its number, free afterwards
   * @param to The number that it gets
   * @throws {Fault} `EBADF` when one of the numbers is not open
   */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    const replaced = this.get(to);
    if (moved === replaced) return;
    this.#take(from);
    this.#slots[to] = moved;
    this.#give(replaced);
  }

  /**
   * All descriptors.
   *
   * @returns Each number with its descriptor, the lowest first
   */
  entries(): [fd: number, descriptor: Descriptor][] {
    return this.#slots.flatMap((descriptor, fd) => descriptor === undefined ? [] : [[fd, descriptor]]);
  }

  /**
   * Gives all descriptors other numbers. Those that get none are closed.
   *
   * @param descriptors The descriptors by the numbers that they get, below the limit
   */
  arrange(descriptors: ReadonlyMap<number, Descriptor>): void {
    const before = this.entries();
    for (const [fd] of before) this.#take(fd);
    for (const [fd, descriptor] of descriptors) {
      this.#slots[fd] = descriptor;
      this.#free[fd >>> 5] = this.#free[fd >>> 5]! & ~(1 << (fd & 31));
      this.#count++;
    }
    const kept = new Set(descriptors.values());
    for (const [, descriptor] of before) if (!kept.has(descriptor)) this.#give(descriptor);
  }

  /**
   * Closes all descriptors, also those behind one that cannot be closed.
   *
   * @throws {unknown} What the first close threw that failed
   */
  closeAll(): void {
    const failures: unknown[] = [];
    for (let fd = this.#slots.length - 1; fd >= 0; fd--) {
      if (this.#slots[fd] === undefined) continue;
      try {
        this.close(fd);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #take(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#slots[fd] = undefined;
    this.#count--;
    const word = fd >>> 5;
    this.#free[word] = this.#free[word]! | (1 << (fd & 31));
    if (word < this.#firstFree) this.#firstFree = word;
    return descriptor;
  }

  #give(descriptor: Descriptor): void {
    const { stream } = descriptor;
    // Standard output and standard error are often one stream, which closes with the last of them.
    if (stream !== undefined && this.#slots.some((other) => other?.stream === stream)) return;
    descriptor.close();
  }
}
