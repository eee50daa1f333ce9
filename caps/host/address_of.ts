/**
 * Where bytes lie in this process, for calls of libc.
 *
 * @module
 */
import type { GuestPath } from "../path.ts";

/** A buffer that stays where it is, for as long as somebody knows it. */
export class NativeBuffer {
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  #address: bigint | undefined;

  /** @param length How many bytes there are */
  constructor(length: number) {
    // The engine moves small arrays about that it makes by itself.
    this.bytes = new Uint8Array(new ArrayBuffer(length));
  }

  /** Where its first byte lies. To be asked only once libc was opened, since Deno tells it to nobody else. */
  get address(): bigint {
    return this.#address ??= placeOf(this.bytes);
  }
}

/** A buffer and where it lies. Asking takes as long as a short read. */
interface Located {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly address: bigint;
}

/** The two buffers that were used last: nearly always a guest's whole memory, and what it gathers pieces in. */
let last: Located = { bytes: new Uint8Array(1), address: 0n };
let other: Located = last;

/** The same for paths, which are kept in few buffers. */
let lastPath: Located = last;

/**
 * The address of a range of a buffer. Good for the next call of libc and no longer, since a memory that grows may move.
 *
 * @param bytes The buffer
 * @param start Index of the first byte
 * @param end Index after the last byte
 * @returns The address of the first byte
 * @throws {RangeError} For a range that is not wholly inside, since the kernel would read or write there
 *
 * @example
 * ```ts
 * import { addressOf } from "./address_of.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(100);
 * assertEquals(addressOf(bytes, 10, 20) - addressOf(bytes, 0, 100), 10n);
 * ```
 */
export function addressOf(bytes: Uint8Array<ArrayBufferLike>, start: number, end: number): bigint {
  if (!(start >= 0 && start <= end && end <= bytes.length)) throw new RangeError("Range outside the buffer");
  if (bytes !== last.bytes) {
    const before = last;
    last = bytes === other.bytes ? other : { bytes, address: placeOf(bytes) };
    other = before;
  }
  return last.address + BigInt(start);
}

/**
 * The address of a path. Good for as long as the path is, and at least for the next call of libc.
 *
 * @param path The path, which ends with a NUL
 * @returns The address of its first byte
 *
 * @example
 * ```ts
 * import { GuestPath } from "../path.ts";
 * import { addressOf, addressOfPath } from "./address_of.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = GuestPath.of("a/b");
 * assertEquals(addressOfPath(path), addressOf(path.bytes, 0, 1));
 * ```
 */
export function addressOfPath({ bytes }: GuestPath): bigint {
  if (bytes !== lastPath.bytes) lastPath = { bytes, address: placeOf(bytes) };
  return lastPath.address;
}

function placeOf(bytes: Uint8Array<ArrayBufferLike>): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes as Uint8Array<ArrayBuffer>)));
}
