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
import { toldPath } from "../told_path.ts";
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
    this.#move("rename", name, to, newName, (other) => this.#inner.rename(name, other, newName));
  }

  link(name: string, to: Directory, newName: string): void {
    this.#move("link", name, to, newName, (other) => this.#inner.link(name, other, newName));
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
    return this.#child(this.#tell("directory", this.#path, () => this.#inner.again()), this.#path);
  }

  openPath(path: GuestPath, how: number): File | Directory | undefined {
    const opened = this.#shortCut("open", path, (parent, name) => parent.open(name, how));
    return opened && this.#opened(opened, this.#at(path.text), how);
  }

  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    return this.#shortCut("lookup", path, (parent, name) => {
      const stat = parent.lookup(name);
      return follow && stat.kind === "link" ? undefined : stat;
    });
  }

  /** What comes behind dots may be out of reach from further in, so the path counts as beginning in the directory. */
  winding(path: GuestPath): void {
    const names = path.text.split("/");
    // Slashes and dots at the end change nothing about where it begins.
    while (names.length > 1 && (names.at(-1) === "" || names.at(-1) === ".")) names.pop();
    if (!names.some(isDots) || leadsOut(names)) return;
    this.#watcher.called?.("directory", this.#path);
  }

  parentOf(path: GuestPath): Directory | undefined {
    const parent = this.#parentOf(path);
    return parent && this.#child(parent, this.#at(path.text.slice(0, path.text.lastIndexOf("/"))));
  }

  /** Tells of a short cut only if it was taken: else the walk comes by again, step by step. */
  #shortCut<T>(
    call: Call,
    path: GuestPath,
    act: (parent: Directory, name: string) => T | undefined,
  ): T | undefined {
    const parent = path.parentLength < 0 ? this.#inner : this.#parentOf(path);
    if (parent === undefined) return undefined;
    try {
      const result = act(parent, path.lastName);
      if (result !== undefined) this.#watcher.called?.(call, this.#at(path.text));
      return result;
    } catch (error) {
      if (isFault(error)) return undefined;
      throw error;
    } finally {
      if (parent !== this.#inner) parent.close();
    }
  }

  /**
   * The parent of what a plain path means, if no link is on the way there. The short cuts of a backing may take links,
   * and nobody would be told where a path really led.
   */
  #parentOf(path: GuestPath): Directory | undefined {
    let directory = this.#inner;
    try {
      for (const name of path.text.split("/").slice(0, -1)) {
        const here = directory;
        directory = here.directory(name);
        if (here !== this.#inner) here.close();
      }
      return directory;
    } catch (error) {
      if (directory !== this.#inner) directory.close();
      if (isFault(error)) return undefined;
      throw error;
    }
  }

  #tell<T>(call: Call, path: string, act: () => T, to?: string): T {
    this.#watcher.called?.(call, path, to);
    try {
      return act();
    } catch (error) {
      if (isFault(error)) this.#watcher.failed?.(call, path, error.code, to);
      throw error;
    }
  }

  #at(name: string): string {
    return this.#path === "" ? name : toldPath(this.#path, name);
  }

  /** Tells both sides of a move: its own watcher, and another one if the other directory has another. */
  #move(call: Call, name: string, to: Directory, newName: string, act: (other: Directory) => void): void {
    if (!(to instanceof ObservedDirectory)) return this.#tell(call, this.#at(name), () => act(to));
    const path = to.#at(newName);
    const move = (): void => act(to.#inner);
    if (to.#watcher === this.#watcher) return this.#tell(call, this.#at(name), move, path);
    this.#tell(call, this.#at(name), () => to.#tell(call, path, move));
  }

  #opened(opened: File | Directory, path: string, how: number): File | Directory {
    this.#watcher.opened?.(path, how, opened.kind);
    return opened.kind === "file" ? new ObservedFile(opened, this.#watcher, path) : this.#child(opened, path);
  }

  #child(inner: Directory, path: string): ObservedDirectory {
    return new ObservedDirectory(inner, this.#watcher, path);
  }
}

function isDots(name: string): boolean {
  return name === "" || name === "." || name === "..";
}

/** Whether there are more ways up than down: the walk will refuse it. */
function leadsOut(names: readonly string[]): boolean {
  let depth = 0;
  return names.some((name) => (depth += name === ".." ? -1 : isDots(name) ? 0 : 1) < 0);
}
