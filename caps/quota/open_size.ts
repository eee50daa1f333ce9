/**
 * The sizes of open files, known to all quotas at once.
 *
 * @module
 */
import { ByObject, type Identity } from "./by_object.ts";
import type { Account } from "./ledger.ts";

/**
 * All files that are open through any quota. It has to be one table for all: if each quota had its own, a guest with
 * two could let one cut a file and the other fill it, and neither would see growth.
 */
const openFiles = new ByObject<OpenSize>();

/** The size of one open file, whoever has it open through whichever quota. */
export class OpenSize implements Identity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes in the file. */
  size: number;
  readonly #accounts = new Set<Account>();
  #handles = 0;
  #unlinked = false;

  private constructor({ device, inode }: Identity, size: number) {
    this.device = device;
    this.inode = inode;
    this.size = size;
  }

  /**
   * @param identity A file
   * @returns Its size if it is open
   */
  static find(identity: Identity): OpenSize | undefined {
    return openFiles.get(identity);
  }

  /**
   * Counts a handle that was opened.
   *
   * @param identity The file
   * @param size Its size now
   * @param accountOf Gives the account that the handle is for, by the size
   * @returns The size, to be left when the handle is closed
   */
  static join(identity: Identity, size: number, accountOf: (size: number) => Account): OpenSize {
    let open = openFiles.get(identity);
    if (open === undefined) openFiles.set(identity, open = new OpenSize(identity, size));
    open.meet(size);
    open.#handles++;
    open.#add(accountOf(size));
    return open;
  }

  /** Counts a handle that was closed. The last one takes the file's accounts with it. */
  leave(): void {
    if (--this.#handles > 0) return;
    openFiles.delete(this);
    for (const account of this.#accounts) {
      if (this.#unlinked) account.ledger.drop(account);
      else account.ledger.settle(account, this.size);
    }
  }

  /**
   * Notes that the last name is gone: what the file holds stays charged until the last handle is closed.
   *
   * @param account The account of who removed it, if there is one
   */
  unlink(account: Account | undefined): void {
    this.#unlinked = true;
    if (account !== undefined) this.#add(account);
  }

  #add(account: Account): void {
    if (this.#accounts.has(account)) return;
    account.meet(this.size);
    this.#accounts.add(account);
  }

  /**
   * Takes note of growth.
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
    const cuts = Array.from(this.#accounts, (account) => {
      return { account, base: account.base, credit: account.creditDownTo(size) };
    });
    for (const { account, base } of cuts) {
      for (const other of cuts) {
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
    if (size < this.size) this.shrink(size);
    else if (size > this.size) {
      for (const account of this.#accounts) account.base += size - this.size;
      this.size = size;
    }
  }
}
