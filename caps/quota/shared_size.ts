/**
 * Sizes of files, known to all quotas at once.
 *
 * It has to be one table for all: if each quota had its own, a guest with two could let one cut a file and the other
 * fill it, and neither would see growth.
 *
 * @module
 */
import { ByObject, type Identity } from "../by_object.ts";
import type { Account } from "./ledger.ts";

const open = new ByObject<SharedSize>();
/** Not open, but some quota was charged for them. Held weakly: when their quotas are gone, nobody needs them. */
const closed = new ByObject<WeakRef<SharedSize>>();
const collected = new FinalizationRegistry<Identity>((identity) => {
  if (closed.get(identity)?.deref() === undefined) closed.delete(identity);
});

/** The size of one file, link or directory, and the accounts of all quotas that have to do with it. */
export class SharedSize implements Identity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes in it. */
  size: number;
  readonly #accounts = new Set<Account>();
  #handles = 0;
  #unlinked = false;
  #weak: WeakRef<SharedSize> | undefined;

  private constructor({ device, inode }: Identity, size: number) {
    this.device = device;
    this.inode = inode;
    this.size = size;
  }

  /**
   * @param identity An object
   * @returns What is known of it, if anything is
   */
  static find(identity: Identity): SharedSize | undefined {
    return open.get(identity) ?? closed.get(identity)?.deref();
  }

  /**
   * @param identity An object
   * @param size Its size now
   * @returns What is known of it
   */
  static of(identity: Identity, size: number): SharedSize {
    const known = SharedSize.find(identity);
    if (known === undefined) return new SharedSize(identity, size);
    known.meet(size);
    return known;
  }

  /**
   * Adds an account, which keeps this known for as long as it is there.
   *
   * @param account The account
   */
  add(account: Account): void {
    this.#accounts.add(account);
    if (this.#handles === 0) this.#keepClosed();
  }

  /** Counts a handle that was opened. */
  opened(): void {
    if (this.#handles++ > 0) return;
    open.set(this, this);
    closed.delete(this);
  }

  /** Counts a handle that was closed. */
  closed(): void {
    if (--this.#handles > 0) return;
    open.delete(this);
    if (this.#unlinked) return this.#forget();
    for (const account of this.#accounts) {
      if (account.isIdle) this.remove(account);
    }
    if (this.#accounts.size > 0) this.#keepClosed();
  }

  #keepClosed(): void {
    if (this.#weak === undefined) {
      this.#weak = new WeakRef(this);
      collected.register(this, { device: this.device, inode: this.inode });
    }
    closed.set(this, this.#weak);
  }

  /** Notes that the last name is gone: what is in the file stays charged until the last handle is closed. */
  unlinked(): void {
    this.#unlinked = true;
    if (this.#handles === 0) this.#forget();
  }

  #forget(): void {
    for (const account of this.#accounts) this.remove(account);
    closed.delete(this);
  }

  /**
   * Takes an account away and credits what is left on it.
   *
   * @param account The account
   */
  remove(account: Account): void {
    this.#accounts.delete(account);
    account.ledger.drop(account);
  }

  /**
   * Takes note of growth that was charged.
   *
   * @param size The size now, if it is larger
   */
  grow(size: number): void {
    if (size > this.size) this.size = size;
  }

  /**
   * Takes note of a cut: whoever was charged for what is gone is credited.
   *
   * @param size The size now, if it is smaller
   */
  shrink(size: number): void {
    if (size >= this.size) return;
    this.size = size;
    const credits = Array.from(this.#accounts, (account) => {
      return { account, base: account.base, credit: account.creditDownTo(size) };
    });
    for (const { account, base } of credits) {
      for (const other of credits) {
        // What another quota paid for was free to this one only as long as it was there.
        if (other.base < base) account.base -= Math.min(other.credit, base - other.base);
      }
      account.base = Math.max(0, account.base);
    }
  }

  /**
   * Takes note of the size as the host tells it: another program may have changed it.
   *
   * @param size The size now
   */
  meet(size: number): void {
    if (size < this.size) {
      this.shrink(size);
      // What another program took away is no more there to be filled again: a guest could be that program.
      for (const account of this.#accounts) account.base = Math.min(account.base, size);
    } else if (size > this.size) {
      for (const account of this.#accounts) account.base += account.growth(this.size, size);
      this.size = size;
    }
  }
}
