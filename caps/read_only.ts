/**
 * A directory that can be looked at and not changed.
 *
 * @module
 */
import { mustBeDirectory } from "./checks.ts";
import { CHANGES, type Directory, type Entry, type EntryVisitor, Open } from "./directory.ts";
import { findEntry } from "./entries.ts";
import { Fault } from "./fault.ts";
import type { File } from "./file.ts";
import type { GuestPath } from "./path.ts";
import type { Stat } from "./stat.ts";

/**
 * Takes the right to change anything away: contents, names, times. What is reached through it is read-only too, and
 * there is no way back from it to the directory it was made of.
 *
 * @param directory The directory; closed with the one returned
 * @returns A directory whose changes all fail: with `EEXIST` where what is to be made is there, else with `EROFS`
 * @throws {TypeError} For something else than a directory
 *
 * @example
 * ```ts
 * import { memoryDirectory, readOnly } from "keyhole";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const directory = readOnly(memoryDirectory({ "notes/a.txt": "hello" }));
 * assertEquals(directory.directory("notes").lookup("a.txt").size, 5);
 * assertThrows(() => directory.directory("notes").removeFile("a.txt"), "EROFS");
 * ```
 */
export function readOnly(directory: Directory): Directory {
  mustBeDirectory(directory, "directory");
  return new ReadOnlyDirectory(directory);
}

function wrap(opened: File | Directory): File | Directory {
  return opened.kind === "file" ? new ReadOnlyFile(opened) : new ReadOnlyDirectory(opened);
}

function refuse(): never {
  throw Fault.of("EROFS");
}

/** Programs make what they need and take it for done when it is there, as `mkdir -p` does: that comes first. */
function refuseNew(directory: Directory, name: string): never {
  throw Fault.of(findEntry(directory, name) === undefined ? "EROFS" : "EEXIST");
}

class ReadOnlyDirectory implements Directory {
  readonly kind = "directory";
  readonly #inner: Directory;

  constructor(inner: Directory) {
    this.#inner = inner;
  }

  stat(): Stat {
    return this.#inner.stat();
  }

  lookup(name: string): Stat {
    return this.#inner.lookup(name);
  }

  open(name: string, how: number): File | Directory {
    if ((how & CHANGES) !== 0) this.#checkUnchanged(name, how);
    return wrap(this.#inner.open(name, how & ~(CHANGES | Open.exclusive)));
  }

  /** Lets through what asks for a change and needs none: `create` of a file that is there. */
  #checkUnchanged(name: string, how: number): void {
    const kind = findEntry(this.#inner, name)?.kind;
    if (kind === undefined) throw Fault.of((how & Open.create) !== 0 ? "EROFS" : "ENOENT");
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if (kind === "link") throw Fault.of("ELOOP");
    if (kind === "directory") throw Fault.of("EISDIR");
    if ((how & ~(Open.read | Open.create)) !== 0) refuse();
  }

  directory(name: string): Directory {
    return new ReadOnlyDirectory(this.#inner.directory(name));
  }

  makeDirectory(name: string): void {
    refuseNew(this.#inner, name);
  }

  removeDirectory(): void {
    refuse();
  }

  removeFile(): void {
    refuse();
  }

  rename(): void {
    refuse();
  }

  link(name: string, to: Directory, newName: string): void {
    this.#inner.lookup(name);
    refuseNew(to, newName);
  }

  symlink(_target: string, name: string): void {
    refuseNew(this.#inner, name);
  }

  readLink(name: string): string {
    return this.#inner.readLink(name);
  }

  list(): Entry[] {
    return this.#inner.list();
  }

  setTimes(): void {
    refuse();
  }

  setTimesOf(): void {
    refuse();
  }

  sync(): void {
    this.#inner.sync();
  }

  close(): void {
    this.#inner.close();
  }

  again(): Directory {
    return new ReadOnlyDirectory(this.#inner.again());
  }

  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    if ((how & CHANGES) !== 0) return undefined;
    const opened = this.#inner.openPath?.(path, how, follow);
    return opened && wrap(opened);
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
    return parent && new ReadOnlyDirectory(parent);
  }
}

class ReadOnlyFile implements File {
  readonly kind = "file";
  readonly #inner: File;

  constructor(inner: File) {
    this.#inner = inner;
  }

  stat(): Stat {
    return this.#inner.stat();
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
    return this.#inner.read(into, start, end, at);
  }

  write(): number {
    refuse();
  }

  append(): number {
    refuse();
  }

  setSize(): void {
    refuse();
  }

  allocate(): void {
    refuse();
  }

  setTimes(): void {
    refuse();
  }

  sync(dataOnly: boolean): void {
    this.#inner.sync(dataOnly);
  }

  close(): void {
    this.#inner.close();
  }
}
