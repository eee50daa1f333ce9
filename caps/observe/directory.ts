/**
 * A directory that is observed.
 *
 * @module
 */
import type { Directory, Entry } from "../directory.ts";
import { isFault } from "../fault.ts";
import type { File } from "../file.ts";
import type { Call, Watcher } from "../observe.ts";
import type { GuestPath } from "../path.ts";
import type { Stat } from "../stat.ts";
import { ObservedFile } from "./file.ts";

/** A directory that is observed. */
export class ObservedDirectory implements Directory {
  readonly kind = "directory";
  readonly #inner: Directory;
  readonly #watcher: Watcher;
  readonly #path: string;

  /**
   * @param inner The directory
   * @param watcher Who is told
   * @param path How it was reached
   */
  constructor(inner: Directory, watcher: Watcher, path: string) {
    this.#inner = inner;
    this.#watcher = watcher;
    this.#path = path;
  }

  stat(): Stat {
    return this.#tell("stat", this.#path, () => this.#inner.stat());
  }

  lookup(name: string): Stat {
    return this.#tell("lookup", this.#at(name), () => this.#inner.lookup(name));
  }

  open(name: string, how: number): File | Directory {
    const path = this.#at(name);
    return this.#opened(this.#tell("open", path, () => this.#inner.open(name, how)), path, how);
  }

  directory(name: string): Directory {
    const path = this.#at(name);
    return this.#child(this.#tell("directory", path, () => this.#inner.directory(name)), path);
  }

  makeDirectory(name: string): void {
    this.#tell("makeDirectory", this.#at(name), () => this.#inner.makeDirectory(name));
  }

  removeDirectory(name: string): void {
    this.#tell("removeDirectory", this.#at(name), () => this.#inner.removeDirectory(name));
  }

  removeFile(name: string): void {
    this.#tell("removeFile", this.#at(name), () => this.#inner.removeFile(name));
  }

  rename(name: string, to: Directory, newName: string): void {
    const [inner, path] = this.#other("rename", to, newName);
    this.#tell("rename", this.#at(name), () => this.#inner.rename(name, inner, newName), path);
  }

  link(name: string, to: Directory, newName: string): void {
    const [inner, path] = this.#other("link", to, newName);
    this.#tell("link", this.#at(name), () => this.#inner.link(name, inner, newName), path);
  }

  symlink(target: string, name: string): void {
    this.#tell("symlink", this.#at(name), () => this.#inner.symlink(target, name));
  }

  readLink(name: string): string {
    return this.#tell("readLink", this.#at(name), () => this.#inner.readLink(name));
  }

  list(): Entry[] {
    return this.#tell("list", this.#path, () => this.#inner.list());
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#tell("setTimes", this.#path, () => this.#inner.setTimes(accessed, modified));
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#tell("setTimes", this.#at(name), () => this.#inner.setTimesOf(name, accessed, modified));
  }

  sync(): void {
    this.#tell("sync", this.#path, () => this.#inner.sync());
  }

  close(): void {
    this.#inner.close();
  }

  again(): Directory {
    return this.#child(this.#inner.again(), this.#path);
  }

  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    const opened = this.#shortCut("open", path, () => this.#inner.openPath?.(path, how, follow));
    return opened && this.#opened(opened, this.#at(path.text), how);
  }

  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    return this.#shortCut("lookup", path, () => this.#inner.statPath?.(path, follow));
  }

  parentOf(path: GuestPath): Directory | undefined {
    const parent = this.#inner.parentOf?.(path);
    return parent && this.#child(parent, this.#at(path.text.slice(0, path.text.lastIndexOf("/"))));
  }

  /** Tells of a short cut only if it was taken: else the walk comes by again, step by step. */
  #shortCut<T>(call: Call, path: GuestPath, act: () => T | undefined): T | undefined {
    try {
      const result = act();
      if (result !== undefined) this.#watcher.called?.(call, this.#at(path.text));
      return result;
    } catch (error) {
      this.#watcher.called?.(call, this.#at(path.text));
      throw this.#failed(call, this.#at(path.text), error);
    }
  }

  #tell<T>(call: Call, path: string, act: () => T, to?: string): T {
    this.#watcher.called?.(call, path, to);
    try {
      return act();
    } catch (error) {
      throw this.#failed(call, path, error);
    }
  }

  #failed(call: Call, path: string, error: unknown): unknown {
    if (isFault(error)) this.#watcher.failed?.(call, path, error.code);
    return error;
  }

  #at(name: string): string {
    return this.#path === "" ? name : `${this.#path}/${name}`;
  }

  /**
   * The other side of a move, as the directory below has to see it, and its path if this watcher knows it. Another
   * watcher is told of its own.
   */
  #other(call: Call, to: Directory, newName: string): [Directory, string | undefined] {
    if (!(to instanceof ObservedDirectory)) return [to, undefined];
    if (to.#watcher === this.#watcher) return [to.#inner, to.#at(newName)];
    to.#watcher.called?.(call, to.#at(newName));
    return [to.#inner, undefined];
  }

  #opened(opened: File | Directory, path: string, how: number): File | Directory {
    this.#watcher.opened?.(path, how);
    return opened.kind === "file" ? new ObservedFile(opened, this.#watcher, path) : this.#child(opened, path);
  }

  #child(inner: Directory, path: string): ObservedDirectory {
    return new ObservedDirectory(inner, this.#watcher, path);
  }
}
