/**
 * A directory, and its files, that show the same on every machine.
 *
 * @module
 */
import type { Deterministic, Shown } from "../deterministic.ts";
import type { Directory, Entry } from "../directory.ts";
import { replacedBy } from "../entries.ts";
import { Fault } from "../fault.ts";
import { endOfAppend, type File } from "../file.ts";
import type { GuestPath } from "../path.ts";
import type { Stat } from "../stat.ts";

/** All objects are on one device. */
const DEVICE = 1n;

function statShown(stat: Stat, shown: Shown): Stat {
  // Every guest's numbers begin at 1, so limits that hold for several have to know the objects by their own.
  const storage = stat.storage ?? { device: stat.device, inode: stat.inode, links: stat.links };
  // File systems do not agree about what the size of a directory is, or how many names it has.
  const { size, links } = stat.kind === "directory" ? { size: 0, links: 1 } : stat;
  const { accessed, modified } = shown;
  return {
    kind: stat.kind,
    device: DEVICE,
    get inode() {
      return shown.inode;
    },
    links,
    size,
    accessed,
    modified,
    changed: modified,
    storage,
  };
}

function setShown(shown: Shown, accessed: bigint | undefined, modified: bigint | undefined): void {
  shown.accessed = accessed ?? shown.accessed;
  shown.modified = modified ?? shown.modified;
}

/** A directory that shows the same on every machine. Made by {@linkcode Deterministic.directory}. */
export class DeterministicDirectory implements Directory {
  /** Tells it from a file. */
  readonly kind = "directory";
  readonly #inner: Directory;
  readonly #common: Deterministic;
  /** Kept for good: the number stays when the directory has lost its name. */
  #shown: Shown | undefined;

  /**
   * Wraps a directory.
   *
   * @param inner The directory
   * @param common What it has in common with others
   */
  constructor(inner: Directory, common: Deterministic) {
    this.#inner = inner;
    this.#common = common;
  }

  #own(): Shown {
    return this.#shown ??= this.#common.shownOf(this.#inner.stat());
  }

  #wrap(opened: File | Directory): File | Directory {
    if (opened.kind === "directory") return new DeterministicDirectory(opened, this.#common);
    return new DeterministicFile(opened, this.#common.shownOf(opened.stat()));
  }

  /** @inheritdoc */
  stat(): Stat {
    return statShown(this.#inner.stat(), this.#own());
  }

  /** @inheritdoc */
  lookup(name: string): Stat {
    const stat = this.#inner.lookup(name);
    return statShown(stat, this.#common.shownOf(stat));
  }

  /** @inheritdoc */
  open(name: string, how: number): File | Directory {
    return this.#wrap(this.#inner.open(name, how));
  }

  /** @inheritdoc */
  directory(name: string): Directory {
    return new DeterministicDirectory(this.#inner.directory(name), this.#common);
  }

  /** @inheritdoc */
  makeDirectory(name: string): void {
    this.#inner.makeDirectory(name);
  }

  /** @inheritdoc */
  removeDirectory(name: string): void {
    const stat = this.#inner.lookup(name);
    this.#inner.removeDirectory(name);
    this.#common.forget(stat);
  }

  /** @inheritdoc */
  removeFile(name: string): void {
    const stat = this.#inner.lookup(name);
    this.#inner.removeFile(name);
    this.#common.forget(stat);
  }

  /** @inheritdoc */
  rename(name: string, to: Directory, newName: string): void {
    const inner = this.#same(to).#inner;
    const replaced = replacedBy(this.#inner, name, inner, newName);
    this.#inner.rename(name, inner, newName);
    if (replaced !== undefined) this.#common.forget(replaced);
  }

  /** @inheritdoc */
  link(name: string, to: Directory, newName: string): void {
    this.#inner.link(name, this.#same(to).#inner, newName);
  }

  /** @inheritdoc */
  symlink(target: string, name: string): void {
    this.#inner.symlink(target, name);
  }

  /** @inheritdoc */
  readLink(name: string): string {
    return this.#inner.readLink(name);
  }

  /** @inheritdoc */
  list(): Entry[] {
    const { device } = this.#inner.stat();
    const entries = this.#inner.list().sort((a, b) => a.name < b.name ? -1 : 1);
    return entries.map((entry) => {
      const { inode } = this.#common.shownOf({ device, inode: entry.inode });
      return { ...entry, inode };
    });
  }

  /** @inheritdoc */
  hasUnlisted(): boolean {
    return this.#inner.hasUnlisted?.() ?? false;
  }

  /** @inheritdoc */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimes(accessed, modified);
    setShown(this.#own(), accessed, modified);
  }

  /** @inheritdoc */
  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimesOf(name, accessed, modified);
    setShown(this.#common.shownOf(this.#inner.lookup(name)), accessed, modified);
  }

  /** @inheritdoc */
  sync(): void {
    this.#inner.sync();
  }

  /** @inheritdoc */
  close(): void {
    this.#inner.close();
  }

  /** @inheritdoc */
  again(): Directory {
    return new DeterministicDirectory(this.#inner.again(), this.#common);
  }

  /** @inheritdoc */
  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    const opened = this.#inner.openPath?.(path, how, follow);
    return opened && this.#wrap(opened);
  }

  /** @inheritdoc */
  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    const stat = this.#inner.statPath?.(path, follow);
    return stat && statShown(stat, this.#common.shownOf(stat));
  }

  /** @inheritdoc */
  parentOf(path: GuestPath): Directory | undefined {
    const parent = this.#inner.parentOf?.(path);
    return parent && new DeterministicDirectory(parent, this.#common);
  }

  /** Numbers mean something only among directories that are numbered together. */
  #same(to: Directory): DeterministicDirectory {
    if (!(to instanceof DeterministicDirectory) || to.#common !== this.#common) throw Fault.of("EXDEV");
    return to;
  }
}

/** A file that shows the same on every machine. */
class DeterministicFile implements File {
  readonly kind = "file";
  readonly #inner: File;
  readonly #shown: Shown;

  constructor(inner: File, shown: Shown) {
    this.#inner = inner;
    this.#shown = shown;
  }

  stat(): Stat {
    return statShown(this.#inner.stat(), this.#shown);
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    return this.#inner.read(into, start, end, at);
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    return this.#inner.write(from, start, end, at);
  }

  append(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    return this.#inner.append(from, start, end);
  }

  appendedTo(): number {
    return endOfAppend(this.#inner);
  }

  setSize(size: number): void {
    this.#inner.setSize(size);
  }

  allocate(offset: number, length: number): void {
    this.#inner.allocate(offset, length);
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimes(accessed, modified);
    setShown(this.#shown, accessed, modified);
  }

  sync(dataOnly: boolean): void {
    this.#inner.sync(dataOnly);
  }

  close(): void {
    this.#inner.close();
  }
}
