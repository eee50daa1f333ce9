/**
 * A directory under a quota.
 *
 * @module
 */
import { type Directory, type Entry, type EntryVisitor, Open } from "../directory.ts";
import { findEntry, replacedBy } from "../entries.ts";
import { Fault, isFault } from "../fault.ts";
import type { File } from "../file.ts";
import type { GuestPath } from "../path.ts";
import type { Stat } from "../stat.ts";
import { QuotaFile } from "./file.ts";
import type { Ledger } from "./ledger.ts";

const encoder = new TextEncoder();

/** A directory under a quota. */
export class QuotaDirectory implements Directory {
  readonly kind = "directory";
  readonly #inner: Directory;
  readonly #ledger: Ledger;

  /**
   * @param inner The directory
   * @param ledger The quota
   */
  constructor(inner: Directory, ledger: Ledger) {
    this.#inner = inner;
    this.#ledger = ledger;
  }

  stat(): Stat {
    return this.#inner.stat();
  }

  lookup(name: string): Stat {
    return this.#inner.lookup(name);
  }

  open(name: string, how: number): File | Directory {
    // Cutting is left to the wrapper, which knows whom to credit.
    const plain = (how & Open.truncate) === 0 ? how : (how & ~Open.truncate) | Open.write;
    if ((how & Open.create) === 0) return this.#wrap(this.#inner.open(name, plain), how);
    if (this.#ledger.isFull) {
      if (!exists(this.#inner, name)) this.#ledger.refuseName();
      return this.#wrap(this.#inner.open(name, plain), how);
    }
    try {
      const made = this.#inner.open(name, plain | Open.exclusive);
      this.#ledger.made(made.stat());
      return this.#wrap(made, how);
    } catch (error) {
      if (!isFault(error, "EEXIST") || (how & Open.exclusive) !== 0) throw error;
      // It is there, so this makes nothing.
      return this.#wrap(this.#inner.open(name, plain), how);
    }
  }

  #wrap(opened: File | Directory, how: number): File | Directory {
    if (opened.kind === "directory") return new QuotaDirectory(opened, this.#ledger);
    let file: File = opened;
    try {
      const limited = new QuotaFile(opened, how, this.#ledger, opened.stat());
      file = limited;
      if ((how & Open.truncate) !== 0) limited.cut(0);
      return limited;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  directory(name: string): Directory {
    return new QuotaDirectory(this.#inner.directory(name), this.#ledger);
  }

  makeDirectory(name: string): void {
    this.#checkRoom(name);
    this.#inner.makeDirectory(name);
    this.#ledger.made(this.#inner.lookup(name));
  }

  removeDirectory(name: string): void {
    const stat = this.#inner.lookup(name);
    this.#inner.removeDirectory(name);
    this.#ledger.removed(stat);
  }

  removeFile(name: string): void {
    const stat = this.#inner.lookup(name);
    this.#inner.removeFile(name);
    this.#ledger.removed(stat);
  }

  rename(name: string, to: Directory, newName: string): void {
    const inner = this.#same(to).#inner;
    const replaced = replacedBy(this.#inner, name, inner, newName);
    this.#inner.rename(name, inner, newName);
    if (replaced !== undefined) this.#ledger.removed(replaced);
  }

  link(name: string, to: Directory, newName: string): void {
    const other = this.#same(to);
    other.#checkRoom(newName);
    this.#inner.link(name, other.#inner, newName);
    this.#ledger.named(other.#inner.lookup(newName));
  }

  symlink(target: string, name: string): void {
    this.#checkRoom(name);
    if (!exists(this.#inner, name)) {
      const size = encoder.encode(target).length;
      this.#ledger.checkGrowth(size, size);
    }
    this.#inner.symlink(target, name);
    this.#ledger.made(this.#inner.lookup(name));
  }

  readLink(name: string): string {
    return this.#inner.readLink(name);
  }

  list(): Entry[] {
    return this.#inner.list();
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimes(accessed, modified);
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimesOf(name, accessed, modified);
  }

  sync(): void {
    this.#inner.sync();
  }

  close(): void {
    this.#inner.close();
  }

  again(): Directory {
    return new QuotaDirectory(this.#inner.again(), this.#ledger);
  }

  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    if ((how & (Open.create | Open.truncate)) !== 0) return undefined;
    const opened = this.#inner.openPath?.(path, how, follow);
    return opened && this.#wrap(opened, how);
  }

  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    return this.#inner.statPath?.(path, follow);
  }

  visitEntries(visit: EntryVisitor): boolean {
    return this.#inner.visitEntries?.(visit) ?? false;
  }

  hasUnlisted(): boolean {
    return this.#inner.hasUnlisted?.() ?? false;
  }

  parentOf(path: GuestPath): Directory | undefined {
    const parent = this.#inner.parentOf?.(path);
    return parent && new QuotaDirectory(parent, this.#ledger);
  }

  /** The other side of a move, which must be under the same quota: else growth would change hands uncounted. */
  #same(to: Directory): QuotaDirectory {
    if (!(to instanceof QuotaDirectory) || to.#ledger !== this.#ledger) throw Fault.of("EXDEV");
    return to;
  }

  #checkRoom(name: string): void {
    if (!this.#ledger.isFull) return;
    if (exists(this.#inner, name)) throw Fault.of("EEXIST");
    this.#ledger.refuseName();
  }
}

function exists(directory: Directory, name: string): boolean {
  return findEntry(directory, name) !== undefined;
}
