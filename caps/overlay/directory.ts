/**
 * A directory of an overlay, as a guest holds it.
 *
 * @module
 */
import { sameObject } from "../by_object.ts";
import { closing } from "../closing.ts";
import { CHANGES, type Directory, type Entry, Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import { checkName } from "../name.ts";
import type { Stat } from "../stat.ts";
import { touch } from "./copy.ts";
import { Contents, OverlayFile } from "./file.ts";
import type { Merged } from "./merged.ts";

/** A handle on a directory of an overlay. */
export class OverlayDirectory implements Directory {
  readonly kind = "directory";
  readonly #merged: Merged;
  #closed = false;

  /**
   * @param merged The directory, opened for this handle
   */
  constructor(merged: Merged) {
    this.#merged = merged;
  }

  stat(): Stat {
    return this.#merged.stat();
  }

  lookup(name: string): Stat {
    return this.#merged.get(name);
  }

  open(name: string, how: number): File | Directory {
    if ((how & Open.create) !== 0 && (how & Open.directory) !== 0) throw Fault.of("EINVAL");
    const stat = this.#merged.find(name);
    if (stat === undefined) return this.#openNew(name, how);
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if (stat.kind === "link") throw Fault.of("ELOOP");
    if (stat.kind === "directory") {
      if ((how & CHANGES) !== 0) throw Fault.of("EISDIR");
      return this.directory(name);
    }
    if ((how & Open.directory) !== 0) throw Fault.of("ENOTDIR");
    // A pipe or device below has no contents that a copy could have.
    if (stat.kind !== "file") throw Fault.of(stat.kind === "socket" ? "ENXIO" : "ENOTSUP");
    if (this.#merged.above(name) !== undefined) return this.#openAbove(name, how);
    if ((how & Open.truncate) === 0) return new OverlayFile(this.#merged.contents(name), how);
    this.#merged.raiseFile(name, false).close();
    return this.#openAbove(name, how);
  }

  #openNew(name: string, how: number): File {
    checkName(name);
    if ((how & Open.create) === 0) throw Fault.of("ENOENT");
    return this.#openAbove(name, how);
  }

  #openAbove(name: string, how: number): File {
    const opened = this.#merged.raise().open(name, how);
    if (opened.kind === "directory") throw Fault.of("EISDIR");
    const { numbers } = this.#merged.overlay;
    return new OverlayFile(new Contents(numbers, opened, numbers.known(opened.stat())), how);
  }

  directory(name: string): Directory {
    return new OverlayDirectory(this.#merged.enter(name));
  }

  makeDirectory(name: string): void {
    this.#merged.mustBeFree(name);
    this.#merged.raise().makeDirectory(name);
  }

  removeDirectory(name: string): void {
    closing(this.#merged.enter(name), (child) => {
      child.prepareRemoval();
      const above = this.#merged.above(name)!;
      this.#merged.raise().removeDirectory(name);
      this.#merged.overlay.numbers.forget(above);
      this.#merged.hide(name);
      this.#merged.lose(name);
    });
  }

  removeFile(name: string): void {
    if (this.#merged.get(name).kind === "directory") throw Fault.of("EISDIR");
    const upper = this.#merged.raise();
    const above = this.#merged.above(name);
    if (above === undefined) touch(upper);
    else {
      upper.removeFile(name);
      this.#merged.overlay.numbers.forget(above);
    }
    this.#merged.hide(name);
  }

  rename(name: string, to: Directory, newName: string): void {
    const target = this.#same(to);
    const moved = this.#merged.get(name);
    checkName(newName);
    if (moved.kind === "directory" && target.isWithin(name, this.#merged)) throw Fault.of("EINVAL");
    const replaced = target.find(newName);
    if (replaced !== undefined) {
      if (sameObject(replaced, moved)) return;
      this.#checkReplaceable(replaced, moved, target, newName);
    }
    const upper = target.raise();
    const above = target.above(newName);
    const directory = moved.kind === "directory" ? this.#merged.enter(name) : undefined;
    try {
      this.#merged.raiseEntry(name).rename(name, upper, newName);
      if (above !== undefined) target.overlay.numbers.forget(above);
      this.#merged.hide(name);
      target.hide(newName);
      target.lose(newName);
      directory?.move(target, newName);
    } finally {
      directory?.close();
    }
  }

  #checkReplaceable(replaced: Stat, moved: Stat, target: Merged, newName: string): void {
    if (replaced.kind !== "directory") {
      if (moved.kind === "directory") throw Fault.of("ENOTDIR");
      return;
    }
    if (this.#merged.isWithin(newName, target)) throw Fault.of("ENOTEMPTY");
    if (moved.kind !== "directory") throw Fault.of("EISDIR");
    closing(target.enter(newName), (child) => child.prepareRemoval());
  }

  link(name: string, to: Directory, newName: string): void {
    const target = this.#same(to);
    const stat = this.#merged.get(name);
    target.mustBeFree(newName);
    if (stat.kind === "directory") throw Fault.of("EPERM");
    const upper = target.raise();
    this.#merged.raiseEntry(name).link(name, upper, newName);
  }

  symlink(link: string, name: string): void {
    this.#merged.mustBeFree(name);
    this.#merged.raise().symlink(link, name);
  }

  readLink(name: string): string {
    return this.#merged.readLink(name);
  }

  list(): Entry[] {
    return this.#merged.list();
  }

  hasUnlisted(): boolean {
    return this.#merged.hasUnlisted();
  }

  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#merged.setTimes(accessed, modified);
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#merged.get(name);
    this.#merged.raiseEntry(name).setTimesOf(name, accessed, modified);
  }

  sync(): void {
    this.#merged.sync();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#merged.close();
  }

  again(): Directory {
    this.#merged.open();
    return new OverlayDirectory(this.#merged);
  }

  #same(to: Directory): Merged {
    if (!(to instanceof OverlayDirectory) || to.#merged.overlay !== this.#merged.overlay) {
      throw Fault.of("EXDEV");
    }
    return to.#merged;
  }
}
