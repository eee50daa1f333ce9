/**
 * What one directory of an overlay is made of.
 *
 * @module
 */
import { closing } from "../closing.ts";
import { type Directory, type Entry, Open } from "../directory.ts";
import { findEntry, openFile } from "../entries.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import { mustHaveHeadroom } from "../headroom.ts";
import { checkName } from "../name.ts";
import type { Stat } from "../stat.ts";
import type { Below } from "./below.ts";
import { copyFile, keepingTimes, namelessCopy } from "./copy.ts";
import { Contents } from "./file.ts";
import type { Numbers } from "./numbers.ts";

/** What all directories of one overlay share. */
export interface Overlay {
  /** The upper directory. */
  readonly upper: Directory;
  /** The numbers under which its things are known. */
  readonly numbers: Numbers;
}

/**
 * A directory of an overlay: names above, and names below unless they are hidden. It is one object for all handles.
 * It is forgotten when nobody has it open and it knows nothing that its place does not tell anyway.
 */
export class Merged {
  /** What all directories of the overlay share. */
  readonly overlay: Overlay;
  /** The directory that holds it. */
  parent: Merged | undefined;
  /** Its name there. */
  name: string;
  /** Whether it was removed. */
  removed = false;
  /** Where it lies below; nowhere for a new one. A directory that is renamed keeps this. */
  readonly #below: Below | undefined;
  #lower: Directory | undefined;
  #upper: Directory | undefined;
  /** Its number, once somebody has asked: it stays when the name is gone. */
  #inode: bigint | undefined;
  #users = 0;
  #moved = false;
  readonly #hidden = new Set<string>();
  readonly #children = new Map<string, Merged>();
  readonly #contents = new Map<string, Contents>();

  /**
   * @param overlay What all directories of the overlay share
   * @param below Where it lies below
   * @param parent The directory that holds it
   * @param name Its name there
   */
  constructor(overlay: Overlay, below: Below | undefined, parent?: Merged, name = "") {
    this.overlay = overlay;
    this.#below = below;
    this.parent = parent;
    this.name = name;
  }

  /** Counts one more user; the directories that hold it are its parents' users, however deep that goes. */
  open(): void {
    const closed: Merged[] = [];
    for (const it of outwards(this)) {
      if (it.#users > 0) {
        it.#users++;
        break;
      }
      closed.push(it);
    }
    while (closed.length > 0) {
      const next = closed.pop()!;
      try {
        next.#hold();
      } catch (error) {
        next.parent?.close();
        throw error;
      }
      next.#users++;
    }
  }

  #hold(): void {
    this.#lower = this.#below?.hold();
    try {
      this.#upper = this.parent === undefined ? this.overlay.upper : this.parent.#directoryAbove(this.name);
    } catch (error) {
      if (this.#lower !== undefined) this.#below?.drop();
      this.#lower = undefined;
      throw error;
    }
  }

  #directoryAbove(name: string): Directory | undefined {
    return entryOf(this.#upper, name)?.kind === "directory" ? this.#upper!.directory(name) : undefined;
  }

  /** Counts one user less. */
  close(): void {
    for (const it of outwards(this)) {
      if (--it.#users > 0) return;
      it.#drop();
    }
  }

  #drop(): void {
    this.#upper?.close();
    if (this.#lower !== undefined) this.#below?.drop();
    this.#upper = this.#lower = this.#inode = undefined;
    const isKnown = this.#moved || this.#hidden.size > 0 || this.#children.size > 0;
    if (isKnown || this.parent === undefined) return;
    const siblings = this.parent.#children;
    if (siblings.get(this.name) === this) siblings.delete(this.name);
  }

  /** What is known of the directory itself. */
  stat(): Stat {
    const { numbers } = this.overlay;
    const above = this.#upper?.stat();
    const stat = above === undefined ? numbers.below(this.#lower!.stat()) : numbers.above(above);
    this.#inode ??= stat.inode;
    return { ...stat, inode: this.#inode };
  }

  /**
   * @param name An entry
   * @returns What is known of it above
   */
  above(name: string): Stat | undefined {
    return entryOf(this.#upper, name);
  }

  /**
   * @param name An entry
   * @returns What is known of it below, as it is shown, unless something hides it
   */
  below(name: string): Stat | undefined {
    const stat = this.#hidden.has(name) ? undefined : entryOf(this.#lower, name);
    return stat && this.overlay.numbers.below(stat, this.#contents.get(name)?.known);
  }

  /**
   * @param name An entry
   * @returns What is known of it
   */
  find(name: string): Stat | undefined {
    const above = this.above(name);
    return above === undefined ? this.below(name) : this.overlay.numbers.above(above);
  }

  /**
   * @param name An entry
   * @returns What is known of it
   * @throws {Fault} `ENOENT`
   */
  get(name: string): Stat {
    const stat = this.find(name);
    if (stat === undefined) {
      checkName(name);
      throw Fault.of("ENOENT");
    }
    return stat;
  }

  /**
   * Makes sure that something can be made under a name.
   *
   * @param name The new entry
   * @throws {Fault} `EEXIST`, `ENOENT` when the directory was removed, `ENAMETOOLONG`
   */
  mustBeFree(name: string): void {
    if (this.find(name) !== undefined) throw Fault.of("EEXIST");
    checkName(name);
    if (this.removed) throw Fault.of("ENOENT");
  }

  /**
   * Steps into a directory.
   *
   * @param name The entry
   * @returns The directory, which has to be closed
   * @throws {Fault} `ENOENT`, `ENOTDIR`
   */
  enter(name: string): Merged {
    let child = this.#children.get(name);
    if (child === undefined) {
      if (this.get(name).kind !== "directory") throw Fault.of("ENOTDIR");
      const below = this.below(name)?.kind === "directory" ? this.#below?.child(name) : undefined;
      child = new Merged(this.overlay, below, this, name);
    }
    child.open();
    this.#children.set(name, child);
    return child;
  }

  /**
   * @returns All entries
   * @throws {Fault} `ENOENT` when it was removed
   */
  list(): Entry[] {
    if (this.removed) throw Fault.of("ENOENT");
    const { numbers } = this.overlay;
    const above = this.#upper === undefined ? [] : numbers.listAbove(this.#upper);
    const below = this.#lower === undefined ? [] : numbers.listBelow(this.#lower);
    const seen = new Set(above.map(({ name }) => name));
    return [...above, ...below.filter(({ name }) => !seen.has(name) && !this.#hidden.has(name))];
  }

  /**
   * @returns Whether it holds entries that its listing leaves out
   */
  hasUnlisted(): boolean {
    return (this.#upper?.hasUnlisted?.() || this.#lower?.hasUnlisted?.()) ?? false;
  }

  /**
   * @param name A link
   * @returns What it says
   * @throws {Fault} `ENOENT`, `EINVAL`
   */
  readLink(name: string): string {
    if (this.get(name).kind !== "link") throw Fault.of("EINVAL");
    return (this.above(name) === undefined ? this.#lower! : this.#upper!).readLink(name);
  }

  /** Returns when what is above is on the disk. */
  sync(): void {
    this.#upper?.sync();
  }

  /**
   * Whether this is a directory or lies in it.
   *
   * @param name A name
   * @param holder The directory that holds the name
   * @returns `false` also when the name is no directory
   */
  isWithin(name: string, holder: Merged): boolean {
    const ancestor = holder.#children.get(name);
    if (ancestor === undefined) return false;
    let here: Merged | undefined = this.parent;
    if (this === ancestor) return true;
    while (here !== undefined && here !== ancestor) here = here.parent;
    return here !== undefined;
  }

  /**
   * Makes this directory above, and those that hold it, unless they are there.
   *
   * @returns The directory above
   * @throws {Fault} `ENOENT` when it was removed, and what the upper directory throws
   */
  raise(): Directory {
    const missing: Merged[] = [];
    let above: Directory | undefined;
    for (const it of outwards(this)) {
      if (it.removed) throw Fault.of("ENOENT");
      above = it.#upper;
      if (above !== undefined) break;
      missing.push(it);
    }
    while (missing.length > 0) above = missing.pop()!.#makeAbove(above!);
    return above!;
  }

  #makeAbove(above: Directory): Directory {
    const original = this.stat();
    keepingTimes(above, () => above.makeDirectory(this.name));
    const made = above.directory(this.name);
    made.setTimes(original.accessed, original.modified);
    this.overlay.numbers.copied(made.stat(), original);
    return this.#upper = made;
  }

  /**
   * Copies an entry up, unless it is above already.
   *
   * @param name The entry, which must be there
   * @returns This directory above, which then holds the entry
   * @throws {Fault} What the upper directory throws; then the entry is as it was
   */
  raiseEntry(name: string): Directory {
    const upper = this.raise();
    if (this.above(name) !== undefined) return upper;
    const original = this.get(name);
    if (original.kind === "directory") this.#raiseDirectory(name);
    else if (original.kind === "link") {
      keepingTimes(upper, () => upper.symlink(this.#lower!.readLink(name), name));
      this.#noteCopy(name, original);
    } else this.raiseFile(name, true).close();
    return upper;
  }

  #raiseDirectory(name: string): void {
    closing(this.enter(name), (child) => child.raise());
  }

  /**
   * Copies a file up.
   *
   * @param name The file, which lies below
   * @param whole Whether its contents are wanted
   * @returns The copy, open for reading and writing
   * @throws {Fault} What the upper directory throws; then nothing has changed
   */
  raiseFile(name: string, whole: boolean): File {
    const copy = this.#copyFile(name, whole);
    const shared = this.#contents.get(name);
    this.#contents.delete(name);
    shared?.replace(openFile(this.#upper!, name, Open.read | Open.write));
    return copy;
  }

  #copyFile(name: string, whole: boolean): File {
    mustHaveHeadroom();
    const upper = this.raise();
    const original = this.get(name);
    const copy = keepingTimes(upper, () => copyFile(this.#lower!, upper, name, whole));
    this.#noteCopy(name, original);
    return copy;
  }

  #noteCopy(name: string, original: Stat): void {
    const upper = this.#upper!;
    upper.setTimesOf(name, original.accessed, original.modified);
    this.overlay.numbers.copied(upper.lookup(name), original);
  }

  /**
   * Opens a file that lies below. It is copied when it is changed first.
   *
   * @param name The file
   * @returns Its contents, shared by all who have it open
   * @throws {Fault} What the lower directory throws
   */
  contents(name: string): Contents {
    let shared = this.#contents.get(name);
    if (shared === undefined) {
      const { numbers } = this.overlay;
      const file = openFile(this.#lower!, name, Open.read);
      // The place is kept open, since it is needed when the copy is made.
      this.open();
      const copy = () => this.raiseCopy(name);
      const made = shared = new Contents(numbers, file, numbers.opened(file.stat()), copy, () => {
        if (this.#contents.get(name) === made) this.#contents.delete(name);
        this.close();
      });
      this.#contents.set(name, shared);
    }
    return shared;
  }

  /** Copies a file up for those who have it open. */
  raiseCopy(name: string): File {
    const copy = this.#copyFile(name, true);
    // They are not told of the copy: they ask for it.
    this.#contents.delete(name);
    return copy;
  }

  /**
   * Notes that a name is no more what it was: what lies below is hidden, and whoever has it open keeps it.
   *
   * @param name The name
   */
  hide(name: string): void {
    const shared = this.#contents.get(name);
    if (shared !== undefined) {
      this.#contents.delete(name);
      const from = shared.file;
      shared.loseName(() => namelessCopy(from, this.overlay.upper));
    }
    if (this.below(name) !== undefined) this.#hidden.add(name);
  }

  /**
   * Sees to it that this can be removed, or replaced, and go on being held.
   *
   * @throws {Fault} `ENOTEMPTY`, and what the upper directory throws
   */
  prepareRemoval(): void {
    if (this.list().length > 0 || this.hasUnlisted()) throw Fault.of("ENOTEMPTY");
    // What is removed above changes the times of what held it, and has some itself for as long as it is open.
    this.raise();
    this.#inode ??= this.stat().inode;
  }

  /**
   * Forgets a directory that was removed or replaced.
   *
   * @param name Its name
   */
  lose(name: string): void {
    const child = this.#children.get(name);
    if (child === undefined) return;
    child.removed = true;
    this.#children.delete(name);
  }

  /**
   * Sets the times of this directory, which may have been removed.
   *
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   * @throws {Fault} What the upper directory throws
   */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    const upper = this.removed ? this.#upper! : this.raise();
    upper.setTimes(accessed, modified);
  }

  /**
   * Takes this directory to another place, after the same was done above. Somebody must have it open.
   *
   * @param to The directory that receives it
   * @param newName Its name there
   */
  move(to: Merged, newName: string): void {
    const from = this.parent!;
    from.#children.delete(this.name);
    // Its place above does not tell any more what it is below.
    this.#moved = this.#below !== undefined;
    this.parent = to;
    this.name = newName;
    to.#children.set(newName, this);
    to.open();
    from.close();
  }
}

/** What is known of an entry of a directory that may not be there either. */
function entryOf(directory: Directory | undefined, name: string): Stat | undefined {
  return directory && findEntry(directory, name);
}

/** A directory and all that hold it. A guest makes them as deep as it likes, so nothing calls itself for each. */
function* outwards(from: Merged): Generator<Merged, void> {
  for (let it: Merged | undefined = from; it !== undefined; it = it.parent) yield it;
}
