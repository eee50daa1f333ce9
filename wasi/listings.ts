/**
 * What the listings of a guest's directories take of its host's memory.
 *
 * @module
 */
import type { Descriptor } from "./descriptor.ts";

/** Bytes that all listings of a guest together may take, unless a single one takes more. */
const MOST = 1 << 26;

/** What a listing takes besides its bytes. */
const OVERHEAD = 1024;

/**
 * The listings that a guest works through, the oldest first. It may have thousands of directories open and read a
 * little of each, so those that were taken first are forgotten; should it go on with one, it is taken anew.
 *
 * @example
 * ```ts
 * import { memoryDirectory } from "keyhole";
 * import { Dirents } from "./abi/dirents.ts";
 * import { Descriptor } from "./descriptor.ts";
 * import { Listings } from "./listings.ts";
 * import { assert } from "@std/assert";
 *
 * const descriptor = Descriptor.ofGrant(memoryDirectory(), new TextEncoder().encode("/"));
 * descriptor.listing = Dirents.of(memoryDirectory());
 * new Listings().keep(descriptor);
 * assert(descriptor.listing !== undefined);
 * ```
 */
export class Listings {
  readonly #sizes = new Map<Descriptor, number>();
  #total = 0;

  /**
   * Notes that a descriptor has a new listing, and forgets older ones of others where there are too many.
   *
   * @param descriptor The descriptor
   */
  keep(descriptor: Descriptor): void {
    this.#drop(descriptor);
    const size = OVERHEAD + (descriptor.listing?.size ?? 0);
    this.#sizes.set(descriptor, size);
    this.#total += size;
    for (const oldest of this.#sizes.keys()) {
      if (this.#total <= MOST || oldest === descriptor) return;
      oldest.listing = undefined;
      this.#drop(oldest);
    }
  }

  #drop(descriptor: Descriptor): void {
    this.#total -= this.#sizes.get(descriptor) ?? 0;
    this.#sizes.delete(descriptor);
  }
}
