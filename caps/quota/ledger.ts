/**
 * What a quota counts: bytes that files grew by, and names that were made.
 *
 * @module
 */
import { Fault } from "../fault.ts";
import type { Stat } from "../stat.ts";
import { ByObject, type Identity } from "./by_object.ts";
import { OpenSize } from "./open_size.ts";

/** What one quota knows of one file, link or directory. */
export class Account implements Identity {
  readonly device: bigint;
  readonly inode: bigint;
  /** The quota that it belongs to. */
  readonly ledger: Ledger;
  /** Bytes that were there without this quota's doing; up to here, growth is free. */
  base: number;
  /** The size last seen. */
  size: number;
  /** Bytes charged, at least 0. */
  charged = 0;
  /** Names made and not yet removed. */
  names = 0;

  /**
   * @param ledger The quota that it belongs to
   * @param identity What it is about
   * @param size The size that is free
   */
  constructor(ledger: Ledger, { device, inode }: Identity, size: number) {
    this.ledger = ledger;
    this.device = device;
    this.inode = inode;
    this.base = this.size = size;
  }

  /**
   * What growing from one size to another costs.
   *
   * @param before The size before
   * @param after The size after
   * @returns Bytes
   */
  growth(before: number, after: number): number {
    return Math.max(0, after - Math.max(before, this.base));
  }

  /**
   * Charges growth that has taken place.
   *
   * @param bytes How much, at least 0
   */
  charge(bytes: number): void {
    this.charged += bytes;
    this.ledger.bytes += bytes;
  }

  /**
   * Credits what a file of this size cannot have grown by.
   *
   * @param size The size
   * @returns Bytes credited
   */
  creditDownTo(size: number): number {
    const credit = this.charged - Math.min(this.charged, Math.max(0, size - this.base));
    this.charge(-credit);
    return credit;
  }

  /**
   * Takes note of a change that was made while nobody was looking.
   *
   * @param size The size now
   */
  meet(size: number): void {
    if (size > this.size) this.base += size - this.size;
    else if (size < this.size) {
      this.creditDownTo(size);
      this.base = Math.min(this.base, size);
    }
    this.size = size;
  }
}

/** The counters of one quota, shared by every directory and file under it. */
export class Ledger {
  /** Bytes charged. */
  bytes = 0;
  /** Names charged. */
  entries = 0;
  readonly #mostBytes: number;
  readonly #mostFileSize: number;
  readonly #mostEntries: number;
  readonly #accounts = new ByObject<Account>();

  /**
   * @param mostBytes How much files may grow by, all together
   * @param mostFileSize How large a file may grow
   * @param mostEntries How many names may be made
   */
  constructor(mostBytes: number, mostFileSize: number, mostEntries: number) {
    this.#mostBytes = mostBytes;
    this.#mostFileSize = mostFileSize;
    this.#mostEntries = mostEntries;
  }

  /** Whether not one more name may be made. */
  get isFull(): boolean {
    return this.entries >= this.#mostEntries;
  }

  /**
   * Refuses growth that would pass a limit.
   *
   * @param growth Bytes to be charged
   * @param size Bytes in the file afterwards
   * @throws {Fault} `EFBIG`, `EDQUOT`
   */
  checkGrowth(growth: number, size: number): void {
    if (size > this.#mostFileSize) throw Fault.of("EFBIG");
    if (this.bytes + growth > this.#mostBytes) throw Fault.of("EDQUOT");
  }

  /**
   * The account of an object; a new one if there is none.
   *
   * @param identity The object
   * @param size Its size, which is free in a new account
   * @returns The account
   */
  account(identity: Identity, size: number): Account {
    let account = this.#accounts.get(identity);
    if (account === undefined) {
      account = new Account(this, identity, size);
      this.#accounts.set(identity, account);
    }
    return account;
  }

  /**
   * Charges a name that was made.
   *
   * @param stat What it names
   */
  nameMade(stat: Stat): void {
    this.account(stat, stat.size).names++;
    this.entries++;
  }

  /**
   * Charges a symbolic link that was made: its name, and what it says.
   *
   * @param stat The link
   */
  linkMade(stat: Stat): void {
    const account = this.account(stat, 0);
    account.charge(account.growth(0, stat.size));
    account.size = stat.size;
    this.nameMade(stat);
  }

  /**
   * Credits a name that was removed, and its contents if it was the last one and nobody has them open.
   *
   * @param stat What it named, as it was before
   */
  nameRemoved(stat: Stat): void {
    const account = this.#accounts.get(stat);
    if (account !== undefined && account.names > 0) {
      account.names--;
      this.entries--;
    }
    const gone = stat.kind === "directory" || stat.links <= 1;
    if (!gone) return;
    const open = OpenSize.find(stat);
    open?.unlink(account);
    if (open === undefined && account !== undefined) this.drop(account);
  }

  /**
   * Keeps what has to be known of a file that nobody has open any more.
   *
   * @param account Its account
   * @param size Its size
   */
  settle(account: Account, size: number): void {
    account.size = size;
    if (account.charged === 0 && account.names === 0 && size >= account.base) this.#accounts.delete(account);
  }

  /**
   * Forgets something that is gone.
   *
   * @param account Its account
   */
  drop(account: Account): void {
    account.charge(-account.charged);
    this.entries -= account.names;
    this.#accounts.delete(account);
  }
}
