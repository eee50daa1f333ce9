/**
 * Lists of strings as guests read them: arguments and variables.
 *
 * @module
 */
import type { GuestMemory } from "./memory.ts";

/**
 * A list of strings, encoded once, when they are first asked for: each in UTF-8 with a NUL behind it.
 *
 * @example
 * ```ts
 * import { StringList } from "./strings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const list = new StringList(["ls", "-l"]);
 * assertEquals([list.count, list.size], [2, 6]);
 * ```
 */
export class StringList {
  /** How many strings there are. */
  readonly count: number;
  readonly #strings: readonly string[];
  #encoded: Encoded | undefined;

  /**
   * Makes a list.
   *
   * @param strings The strings
   * @throws {TypeError} For a string with a NUL in it, which the guest would see cut, or with a lone surrogate, for
   * which it would see another character
   */
  constructor(strings: readonly string[]) {
    for (const string of strings) {
      if (string.includes("\0")) {
        throw new TypeError(`Cannot pass ${JSON.stringify(string)}: it has a NUL in it`);
      }
      if (!string.isWellFormed()) {
        throw new TypeError(`Cannot pass ${JSON.stringify(string)}: it has half of a surrogate pair in it`);
      }
    }
    this.#strings = strings;
    this.count = strings.length;
  }

  /** Bytes in all of them, with their NULs. */
  get size(): number {
    return this.#bytesAndOffsets().bytes.length;
  }

  /**
   * Writes how much room {@linkcode StringList.write} needs.
   *
   * @param memory The guest's memory
   * @param countPointer Where the number of strings goes
   * @param sizePointer Where the number of bytes goes
   * @throws {Fault} `EFAULT`
   */
  writeSizes(memory: GuestMemory, countPointer: number, sizePointer: number): void {
    memory.range(sizePointer, 4);
    memory.writeU32(countPointer, this.count);
    memory.writeU32(sizePointer, this.size);
  }

  /**
   * Writes the strings.
   *
   * @param memory The guest's memory
   * @param tablePointer Where a pointer for each string goes
   * @param bytesPointer Where the strings themselves go
   * @throws {Fault} `EFAULT`
   */
  write(memory: GuestMemory, tablePointer: number, bytesPointer: number): void {
    const table = memory.array(tablePointer, this.count, 4);
    const { bytes, offsets } = this.#bytesAndOffsets();
    const start = memory.range(bytesPointer, bytes.length);
    memory.bytes.set(bytes, start);
    for (let i = 0; i < this.count; i++) {
      memory.view.setUint32(table + i * 4, start + offsets[i]!, true);
    }
  }

  /** Many a program never asks. */
  #bytesAndOffsets(): Encoded {
    return this.#encoded ??= encode(this.#strings);
  }
}

interface Encoded {
  /** All strings, one behind the other. */
  readonly bytes: Uint8Array;
  /** Where each begins. */
  readonly offsets: readonly number[];
}

function encode(strings: readonly string[]): Encoded {
  const bytes = new TextEncoder().encode(strings.map((string) => `${string}\0`).join(""));
  const offsets: number[] = [];
  for (let at = 0; at < bytes.length; at = bytes.indexOf(0, at) + 1) offsets.push(at);
  return { bytes, offsets };
}
