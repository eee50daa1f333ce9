/**
 * An open file under a quota.
 *
 * @module
 */
import { Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import { endOfAppend, type File } from "../file.ts";
import type { Stat } from "../stat.ts";
import type { Account, Ledger } from "./ledger.ts";
import type { SharedSize } from "./shared_size.ts";

/** An open file under a quota. */
export class QuotaFile implements File {
  readonly kind = "file";
  readonly #inner: File;
  readonly #writable: boolean;
  readonly #ledger: Ledger;
  readonly #account: Account;
  readonly #shared: SharedSize;
  #closed = false;

  /**
   * @param inner The file
   * @param how A sum of {@linkcode Open} values
   * @param ledger The quota
   * @param stat What is known of the file
   */
  constructor(inner: File, how: number, ledger: Ledger, stat: Stat) {
    this.#inner = inner;
    this.#writable = (how & Open.write) !== 0;
    this.#ledger = ledger;
    this.#account = ledger.account(stat);
    this.#shared = this.#account.shared;
    this.#shared.opened();
  }

  stat(): Stat {
    const stat = this.#inner.stat();
    this.#shared.meet(stat.size);
    return stat;
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    return this.#inner.read(into, start, end, at);
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    if (!this.#writable) throw Fault.of("EBADF");
    const before = this.#shared.size;
    const after = at + (end - start);
    if (after <= before || start === end) return this.#inner.write(from, start, end, at);
    return this.#growing(before, after, () => at + this.#inner.write(from, start, end, at)) - at;
  }

  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    if (!this.#writable) throw Fault.of("EBADF");
    if (start === end) return 0;
    const before = this.#shared.size;
    const after = before + (end - start);
    return this.#growing(before, after, () => before + this.#inner.append(from, start, end)) - before;
  }

  appendedTo(): number {
    return endOfAppend(this.#inner);
  }

  setSize(size: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    const before = this.#shared.size;
    if (size <= before) return this.cut(size);
    this.#growing(before, size, () => {
      this.#inner.setSize(size);
      return size;
    });
  }

  /**
   * Cuts the file. Unlike {@linkcode QuotaFile.setSize} it serves `Open.truncate` too, which needs no `Open.write`.
   *
   * @param size The new size, at most the old one
   * @throws {Fault} As {@linkcode File.setSize}
   */
  cut(size: number): void {
    this.#inner.setSize(size);
    this.#shared.shrink(size);
  }

  allocate(offset: number, length: number): void {
    if (!this.#writable) throw Fault.of("EBADF");
    const before = this.#shared.size;
    const after = offset + length;
    if (after <= before) return this.#inner.allocate(offset, length);
    this.#growing(before, after, () => {
      this.#inner.allocate(offset, length);
      return after;
    });
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimes(accessed, modified);
  }

  sync(dataOnly: boolean): void {
    this.#inner.sync(dataOnly);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#inner.close();
    this.#shared.closed();
  }

  /**
   * Lets the file grow, unless that would pass a limit. It is charged first and credited what did not come of it: what is
   * cut off when a guest's time is up, is charged.
   */
  #growing(before: number, after: number, grow: () => number): number {
    const account = this.#account;
    const growth = account.growth(before, after);
    this.#ledger.checkGrowth(growth, after);
    account.charge(growth);
    let size = before;
    try {
      size = grow();
    } finally {
      // From the size before, since a quota below this one has noted the new size already.
      if (size !== after) account.charge(account.growth(before, size) - growth);
    }
    this.#shared.grow(size);
    return size;
  }
}
