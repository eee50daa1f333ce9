/**
 * Listings of directories as guests read them.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#dirent}
 * @module
 */
import type { Entry } from "../../caps/directory.ts";
import { filetypeOf } from "./filetype.ts";

/** Bytes in a `dirent`, in front of its name. */
export const DIRENT_SIZE = 24;

/** Made when first needed: the first encoder of a process costs as much as a short program's whole run. */
let encoder: TextEncoder | undefined;

/**
 * A listing in the form in which `fd_readdir` hands it out: every `dirent` with its name, one behind the other. The
 * cookie of an entry is its place in the listing, so that one listing answers all calls with a single copy each.
 *
 * @example
 * ```ts
 * import { DIRENT_SIZE, Dirents } from "./dirents.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const listing = new Dirents(1n, [{ name: "note.txt", inode: 2n, kind: "file" }]);
 * assertEquals(listing.from(2, 4096).length, DIRENT_SIZE + "note.txt".length);
 * ```
 */
export class Dirents {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #offsets: Uint32Array<ArrayBuffer>;

  /**
   * Packs a listing.
   *
   * @param inode The inode number of the directory, told for `..` too: a directory does not know what is above it
   * @param entries All entries but `.` and `..`
   */
  constructor(inode: bigint, entries: readonly Entry[]) {
    const all: readonly Entry[] = [
      { name: ".", inode, kind: "directory" },
      { name: "..", inode, kind: "directory" },
      ...entries,
    ];
    // No UTF-16 unit takes more than three bytes of UTF-8.
    const most = all.reduce((sum, { name }) => sum + DIRENT_SIZE + name.length * 3, 0);
    const bytes = new Uint8Array(most);
    const view = new DataView(bytes.buffer);
    this.#offsets = new Uint32Array(all.length + 1);
    let at = 0;
    all.forEach(({ name, inode, kind }, index) => {
      this.#offsets[index] = at;
      const { written } = (encoder ??= new TextEncoder()).encodeInto(name, bytes.subarray(at + DIRENT_SIZE));
      view.setUint32(at, index + 1, true);
      view.setBigUint64(at + 8, inode, true);
      view.setUint32(at + 16, written, true);
      view.setUint8(at + 20, filetypeOf(kind));
      at += DIRENT_SIZE + written;
    });
    this.#offsets[all.length] = at;
    this.#bytes = bytes.slice(0, at);
  }

  /** Bytes in all of it. */
  get size(): number {
    return this.#bytes.length;
  }

  /**
   * The entries from one on.
   *
   * @param cookie The place of the first one, 0 to 2^53 - 1; behind the last there is nothing
   * @param length How many bytes at the most, which may cut the last entry
   * @returns A part of the listing, to be copied at once
   */
  from(cookie: number, length: number): Uint8Array<ArrayBuffer> {
    const start = cookie < this.#offsets.length ? this.#offsets[cookie]! : this.#bytes.length;
    return this.#bytes.subarray(start, start + length);
  }
}
