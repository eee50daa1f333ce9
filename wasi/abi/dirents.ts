/**
 * Listings of directories as guests read them.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#dirent}
 * @module
 */
import type { Directory } from "../../caps/directory.ts";
import type { Kind } from "../../caps/stat.ts";
import { filetypeOf } from "./filetype.ts";

/** Bytes in a `dirent`, in front of its name. */
export const DIRENT_SIZE = 24;

/** Made when first needed: the first encoder of a process costs as much as a short program's whole run. */
let encoder: TextEncoder | undefined;

const DOTS = new Uint8Array([0x2e, 0x2e]);

/**
 * A listing in the form in which `fd_readdir` hands it out: every `dirent` with its name, one behind the other. The
 * cookie of an entry is its place in the listing, so that one listing answers all calls with a single copy each.
 *
 * @example
 * ```ts
 * import { memoryDirectory } from "keyhole";
 * import { DIRENT_SIZE, Dirents } from "./dirents.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const listing = Dirents.of(memoryDirectory({ "note.txt": "text" }));
 * assertEquals(listing.from(2, 4096).length, DIRENT_SIZE + "note.txt".length);
 * ```
 */
export class Dirents {
  /** All bytes, and more of them than are used while entries are added. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  #view: DataView<ArrayBuffer> = new DataView(this.#bytes.buffer);
  /** Where each entry begins. */
  #offsets: Uint32Array<ArrayBuffer> = new Uint32Array(32);
  #count = 0;
  #size = 0;

  private constructor() {}

  /**
   * Lists a directory.
   *
   * @param directory The directory. Its inode number is told for `..` too: it does not know what is above it
   * @returns Its listing as it is now
   * @throws {Fault} As {@linkcode Directory.list}
   */
  static of(directory: Directory): Dirents {
    const listing = new Dirents();
    const { inode } = directory.stat();
    listing.#add(DOTS, 0, 1, inode, "directory");
    listing.#add(DOTS, 0, 2, inode, "directory");
    const visited = directory.visitEntries?.((bytes, start, end, inode, kind) =>
      listing.#add(bytes, start, end, inode, kind)
    );
    if (visited !== true) {
      encoder ??= new TextEncoder();
      for (const { name, inode, kind } of directory.list()) {
        const bytes = encoder.encode(name);
        listing.#add(bytes, 0, bytes.length, inode, kind);
      }
    }
    listing.#bytes = listing.#bytes.slice(0, listing.#size);
    return listing;
  }

  /** Bytes in all of it. */
  get size(): number {
    return this.#size;
  }

  /**
   * The entries from one on.
   *
   * @param cookie The place of the first one, 0 to 2^53 - 1; behind the last there is nothing
   * @param length How many bytes at the most, which may cut the last entry
   * @returns A part of the listing, to be copied at once
   */
  from(cookie: number, length: number): Uint8Array<ArrayBuffer> {
    const start = cookie < this.#count ? this.#offsets[cookie]! : this.#size;
    return this.#bytes.subarray(start, start + length);
  }

  #add(name: Uint8Array<ArrayBuffer>, start: number, end: number, inode: bigint, kind: Kind): void {
    const at = this.#size;
    const length = end - start;
    this.#makeRoom(at + DIRENT_SIZE + length);
    const bytes = this.#bytes;
    const view = this.#view;
    this.#offsets[this.#count++] = at;
    view.setUint32(at, this.#count, true);
    view.setBigUint64(at + 8, inode, true);
    view.setUint32(at + 16, length, true);
    view.setUint8(at + 20, filetypeOf(kind));
    const to = at + DIRENT_SIZE - start;
    for (let i = start; i < end; i++) bytes[to + i] = name[i]!;
    this.#size = at + DIRENT_SIZE + length;
  }

  #makeRoom(size: number): void {
    if (size > this.#bytes.length) {
      const more = new Uint8Array(Math.max(size, this.#bytes.length * 2));
      more.set(this.#bytes);
      this.#bytes = more;
      this.#view = new DataView(more.buffer);
    }
    if (this.#count === this.#offsets.length) {
      const more = new Uint32Array(this.#count * 2);
      more.set(this.#offsets);
      this.#offsets = more;
    }
  }
}
