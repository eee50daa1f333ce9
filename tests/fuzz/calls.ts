/**
 * Calls with arguments that no sane program would pass.
 *
 * @module
 */
import {
  bytesInput,
  captureOutput,
  type Directory,
  memoryDirectory,
  seededRandom,
  virtualClocks,
} from "../../mod.ts";
import { Guest } from "../../wasi/guest.ts";
import { preview1, unstable } from "../../wasi/preview1/mod.ts";
import { isUnwinding } from "../../wasi/unwind.ts";
import type { Numbers } from "./random.ts";

const MOST_ERRNO = 76;
const SIZE = 2 * 65536;
const EDGES = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 16, 24, 63, 64, 255, 256, 4095, 4096, 65535, 65536],
  ...[SIZE - 8, SIZE - 1, SIZE, SIZE + 1, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff],
];
const TEXTS = [
  "a",
  "d",
  "d/..",
  "../x",
  "/a",
  "a/",
  "link",
  "new",
  "d/new",
  "",
  ".",
  "\0",
  "\xff",
  "x".repeat(300),
];

/** The parameters of a call, taken from how it is declared: its width in bits for each. */
const WIDE: Record<string, readonly number[]> = {
  clock_time_get: [1],
  fd_advise: [1, 2],
  fd_allocate: [1, 2],
  fd_fdstat_set_rights: [1, 2],
  fd_filestat_set_size: [1],
  fd_filestat_set_times: [1, 2],
  fd_pread: [3],
  fd_pwrite: [3],
  fd_readdir: [3],
  fd_seek: [1],
  path_filestat_set_times: [4, 5],
  path_open: [5, 6],
};

/** A guest whose calls are made from here, with a memory full of what calls point at. */
export class Victim {
  readonly #numbers: Numbers;
  readonly #root: () => Directory;
  #memory = new WebAssembly.Memory({ initial: 2 });
  #calls: [string, (...values: unknown[]) => unknown][] = [];
  #guest: Guest | undefined;

  /**
   * @param numbers Where chance comes from
   * @param root Makes the directory that the guest gets
   */
  constructor(numbers: Numbers, root: () => Directory = () => memoryDirectory({ a: "text", "d/f": "more" })) {
    this.#numbers = numbers;
    this.#root = root;
  }

  /**
   * Makes one call.
   *
   * @returns The name of the call and its error number, or `ended` for one that ended the guest
   * @throws {Error} For every other outcome, which is a mistake of keyhole's
   */
  call(): string {
    if (this.#guest === undefined || this.#guest.ended) this.#begin();
    const numbers = this.#numbers;
    const [name, call] = numbers.of(this.#calls);
    const wide = WIDE[name] ?? [];
    const values = Array.from({ length: 9 }, (_, index) => {
      const value = this.#value();
      return wide.includes(index) ? this.#wide(value) : value | 0;
    });
    if (numbers.below(50) === 0) this.#fill();
    try {
      const errno = call(...values);
      if (typeof errno === "number" && errno >= 0 && errno <= MOST_ERRNO) return `${name} ${errno}`;
      throw new Error(`${name}(${values.join(", ")}) returned ${String(errno)}`);
    } catch (error) {
      const failure = this.#guest!.failure;
      if (isUnwinding(error) && failure === undefined) return `${name} ended`;
      throw new Error(`${name}(${values.join(", ")}) failed`, { cause: failure ?? error });
    }
  }

  /** Gives up what the guest has open. */
  close(): void {
    this.#guest?.close();
  }

  #value(): number {
    const numbers = this.#numbers;
    switch (numbers.below(4)) {
      case 0:
        return numbers.of(EDGES);
      case 1:
        return numbers.below(8);
      case 2:
        return numbers.below(SIZE);
      default:
        return numbers.below(4096);
    }
  }

  #wide(value: number): bigint {
    const numbers = this.#numbers;
    switch (numbers.below(4)) {
      case 0:
        return -1n;
      case 1:
        return BigInt.asIntN(64, BigInt(value) << BigInt(numbers.below(64)));
      case 2:
        return 0x1fffffffn;
      default:
        return BigInt(value);
    }
  }

  #begin(): void {
    this.#guest?.close();
    this.#memory = new WebAssembly.Memory({ initial: 2 });
    const guest = this.#guest = new Guest({
      args: ["a", "b"],
      env: { A: "1" },
      preopens: [{ name: "/", directory: this.#root() }],
      stdin: bytesInput("input"),
      stdout: captureOutput({ limit: 1 << 16 }),
      stderr: captureOutput({ limit: 1 << 16 }),
      // Virtual, so that nobody sleeps.
      clocks: virtualClocks(),
      random: seededRandom(1),
      maxOpenFiles: 64,
    });
    guest.memory.attach(this.#memory);
    const table = this.#numbers.below(4) === 0 ? unstable(guest, "sync") : preview1(guest, "sync");
    this.#calls = Object.entries(table) as [string, (...values: unknown[]) => unknown][];
    this.#fill();
  }

  /** Paths, lists of buffers, and noise. */
  #fill(): void {
    const numbers = this.#numbers;
    const view = new DataView(this.#memory.buffer);
    for (let at = 0; at < 4096; at += 4) view.setUint32(at, this.#value(), true);
    for (let at = 0; at < 4096; at += 64) {
      const text = numbers.of(TEXTS);
      for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
    }
  }
}
