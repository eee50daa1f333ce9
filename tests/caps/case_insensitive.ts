/**
 * A directory as file systems of Windows and macOS have it, for tests: names differ by more than capitals.
 *
 * @module
 */
import type { Directory, Entry } from "../../caps/directory.ts";
import type { File } from "../../caps/file.ts";
import type { Stat } from "../../caps/stat.ts";

/**
 * Makes a directory, and all below it, find names whatever their capitals.
 *
 * @param directory The directory
 * @returns The same files, by more names
 */
export function caseInsensitive(directory: Directory): Directory {
  return new CaseInsensitive(directory);
}

class CaseInsensitive implements Directory {
  readonly kind = "directory";
  readonly #inner: Directory;

  constructor(inner: Directory) {
    this.#inner = inner;
  }

  stat(): Stat {
    return this.#inner.stat();
  }

  lookup(name: string): Stat {
    return this.#inner.lookup(this.#kept(name));
  }

  open(name: string, how: number): File | Directory {
    const opened = this.#inner.open(this.#kept(name), how);
    return opened.kind === "file" ? opened : new CaseInsensitive(opened);
  }

  directory(name: string): Directory {
    return new CaseInsensitive(this.#inner.directory(this.#kept(name)));
  }

  makeDirectory(name: string): void {
    this.#inner.makeDirectory(this.#kept(name));
  }

  removeDirectory(name: string): void {
    this.#inner.removeDirectory(this.#kept(name));
  }

  removeFile(name: string): void {
    this.#inner.removeFile(this.#kept(name));
  }

  rename(name: string, to: Directory, newName: string): void {
    if (!(to instanceof CaseInsensitive)) throw new TypeError("Another file system");
    this.#inner.rename(this.#kept(name), to.#inner, to.#kept(newName));
  }

  link(name: string, to: Directory, newName: string): void {
    if (!(to instanceof CaseInsensitive)) throw new TypeError("Another file system");
    this.#inner.link(this.#kept(name), to.#inner, to.#kept(newName));
  }

  symlink(target: string, name: string): void {
    this.#inner.symlink(target, this.#kept(name));
  }

  readLink(name: string): string {
    return this.#inner.readLink(this.#kept(name));
  }

  list(): Entry[] {
    return this.#inner.list();
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimes(accessed, modified);
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#inner.setTimesOf(this.#kept(name), accessed, modified);
  }

  sync(): void {
    this.#inner.sync();
  }

  close(): void {
    this.#inner.close();
  }

  again(): Directory {
    return new CaseInsensitive(this.#inner.again());
  }

  /** The name as it was when it was made. */
  #kept(name: string): string {
    const folded = name.toLowerCase();
    return this.#inner.list().find((entry) => entry.name.toLowerCase() === folded)?.name ?? name;
  }
}
