/**
 * What a quota counts: bytes that files grew by, and names that were made.
 *
 * @module
 */
import { Fault, type FaultCode } from "../fault.ts";
import type { QuotaLimits } from "../quota.ts";
import type { Stat } from "../stat.ts";
import { ByObject } from "../by_object.ts";
import { SharedSize } from "./shared_size.ts";

/** What one quota knows of one file, link or directory. */
export class Account {
  /** The quota that it belongs to. */
  readonly ledger: Ledger;
  /** What it is about. */
  readonly shared: SharedSize;
  /** Bytes that were there without this quota's doing; up to here, growth is free. */
  base: number;
  /** Bytes charged, at least 0. */
  charged = 0;
  /** Names made and not yet removed. */
  names = 0;

  /**
   * @param ledger The quota that it belongs to
   * @param shared What it is about; its size is free
   */
  constructor(ledger: Ledger, shared: SharedSize) {
    this.ledger = ledger;
    this.shared = shared;
    this.base = shared.size;
  }

  /** Whether nothing is lost when it is made anew from the size. */
  get isIdle(): boolean {
    return this.charged === 0 && this.names === 0 && this.shared.size >= this.base;
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
   * @param bytes How much; less than 0 is a credit
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
    const credit = Math.max(0, this.charged - Math.max(0, size - this.base));
    this.charge(-credit);
    return credit;
  }
}

/** The counters of one quota, shared by every directory and file under it. */
export class Ledger {
  /** Bytes charged. */
  bytes = 0;
  /** Names charged. */
  entries = 0;
  /** The limit for which something was refused last. */
  refused: keyof QuotaLimits | undefined = undefined;
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
    if (size > this.#mostFileSize) throw this.#refusal("fileSize", "EFBIG");
    if (this.bytes + growth > this.#mostBytes) throw this.#refusal("bytes", "EDQUOT");
  }

  /**
   * Refuses one more name.
   *
   * @throws {Fault} `ENOSPC`
   */
  refuseName(): never {
    throw this.#refusal("entries", "ENOSPC");
  }

  /**
   * The account of an object; a new one, to which all that is there is free, if there is none.
   *
   * @param stat What is known of the object now
   * @returns The account
   */
  account(stat: Stat): Account {
    const storage = stat.storage ?? stat;
    const shared = SharedSize.of(storage, stat.size);
    let account = this.#accounts.get(storage);
    if (account === undefined) {
      account = new Account(this, shared);
      this.#accounts.set(storage, account);
      shared.add(account);
    }
    return account;
  }

  /**
   * Charges a name that was made for something new.
   *
   * @param stat What was made
   */
  made(stat: Stat): void {
    const account = this.account(stat);
    account.base = 0;
    if (stat.kind === "link") account.charge(stat.size);
    account.names++;
    this.entries++;
  }

  /**
   * Charges one more name of something.
   *
   * @param stat What it names
   */
  named(stat: Stat): void {
    this.account(stat).names++;
    this.entries++;
  }

  /**
   * Credits a name that was removed, and its contents if it was the last one and nobody has them open.
   *
   * @param stat What it named, as it was before
   */
  removed(stat: Stat): void {
    const storage = stat.storage ?? stat;
    const account = this.#accounts.get(storage);
    if (account !== undefined && account.names > 0) {
      account.names--;
      this.entries--;
    }
    if (stat.kind === "directory" || storage.links <= 1) SharedSize.find(storage)?.unlinked();
  }

  /**
   * Forgets an account and credits what is left on it.
   *
   * @param account The account
   */
  drop(account: Account): void {
    account.charge(-account.charged);
    this.entries -= account.names;
    this.#accounts.delete(account.shared);
  }

  #refusal(limit: keyof QuotaLimits, code: FaultCode): Fault {
    this.refused = limit;
    return Fault.of(code);
  }
}
