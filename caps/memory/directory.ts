/**
 * A directory in memory.
 *
 * @module
 */
import { CHANGES, type Directory, type Entry, Open } from "../directory.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import { checkName, checkTarget } from "../name.ts";
import type { Stat } from "../stat.ts";
import { MemoryFile } from "./file.ts";
import { FileNode, LinkNode, Node } from "./node.ts";
import { MOST_IN_MAP, type Tree } from "./tree.ts";

type Child = MemoryDirectory | FileNode | LinkNode;

/** What a directory shows as its size, as ext4 does. */
const SIZE = 4096;
/** More than a name and its node take, with the longest of names. */
const NAME_COST = 1024;

const encoder = new TextEncoder();

/**
 * A directory in memory. It is its own handle: nothing has to be opened, so nothing has to be closed.
 */
export class MemoryDirectory extends Node implements Directory {
  override readonly kind = "directory";
  override readonly size: number = SIZE;
  readonly #entries = new Map<string, Child>();
  #parent: MemoryDirectory | undefined;

  /**
   * @param tree The tree it belongs to
   * @param parent The directory that will hold it; none for the root
   */
  constructor(tree: Tree, parent?: MemoryDirectory) {
    super(tree);
    this.#parent = parent;
    this.links = 2;
  }

  lookup(name: string): Stat {
    return this.#find(name).stat();
  }

  open(name: string, how: number): File | Directory {
    // Linux refuses the two together since 6.4; before, it made a file.
    if ((how & Open.create) !== 0 && (how & Open.directory) !== 0) throw Fault.of("EINVAL");
    const child = this.#entries.get(name);
    if (child === undefined) {
      if ((how & Open.create) === 0) throw absent(name);
      this.#checkFree(name);
      const file = new FileNode(this.tree);
      this.#add(name, file);
      return new MemoryFile(file, how);
    }
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if (child.kind === "link") throw Fault.of("ELOOP");
    if (child.kind === "directory") {
      if ((how & CHANGES) !== 0) throw Fault.of("EISDIR");
      return child;
    }
    if ((how & Open.directory) !== 0) throw Fault.of("ENOTDIR");
    if ((how & Open.truncate) !== 0) {
      child.pages.resize(0);
      child.noteChange();
    }
    return new MemoryFile(child, how);
  }

  directory(name: string): Directory {
    const child = this.#find(name);
    if (child.kind !== "directory") throw Fault.of("ENOTDIR");
    return child;
  }

  makeDirectory(name: string): void {
    this.#checkFree(name);
    this.#add(name, new MemoryDirectory(this.tree, this));
  }

  removeDirectory(name: string): void {
    const child = this.#find(name);
    if (child.kind !== "directory") throw Fault.of("ENOTDIR");
    if (child.#entries.size > 0) throw Fault.of("ENOTEMPTY");
    this.#remove(name, child);
  }

  removeFile(name: string): void {
    const child = this.#find(name);
    if (child.kind === "directory") throw Fault.of("EISDIR");
    this.#remove(name, child);
  }

  rename(name: string, to: Directory, newName: string): void {
    if (!(to instanceof MemoryDirectory) || to.tree !== this.tree) throw Fault.of("EXDEV");
    const child = this.#find(name);
    checkName(newName);
    if (child.kind === "directory" && to.#isWithin(child)) throw Fault.of("EINVAL");
    const replaced = to.#entries.get(newName);
    if (replaced === child) return;
    if (replaced !== undefined) this.#checkReplaceable(replaced, child);
    else if (to.#removed) throw Fault.of("ENOENT");
    if (replaced !== undefined) to.#remove(newName, replaced);
    this.#move(name, child, to, newName);
  }

  #checkReplaceable(replaced: Child, child: Child): void {
    if (replaced.kind !== "directory") {
      if (child.kind === "directory") throw Fault.of("ENOTDIR");
      return;
    }
    // Linux tells of an ancestor before it looks at the kinds.
    if (this.#isWithin(replaced)) throw Fault.of("ENOTEMPTY");
    if (child.kind !== "directory") throw Fault.of("EISDIR");
    if (replaced.#entries.size > 0) throw Fault.of("ENOTEMPTY");
  }

  #move(name: string, child: Child, to: MemoryDirectory, newName: string): void {
    this.#entries.delete(name);
    to.#entries.set(newName, child);
    if (child.kind === "directory") {
      this.links--;
      to.links++;
      child.#parent = to;
    }
    this.noteChange();
    to.noteChange();
    child.changed = this.tree.now();
  }

  link(name: string, to: Directory, newName: string): void {
    if (!(to instanceof MemoryDirectory) || to.tree !== this.tree) throw Fault.of("EXDEV");
    const child = this.#find(name);
    to.#checkFree(newName);
    if (child.kind === "directory") throw Fault.of("EPERM");
    to.#add(newName, child);
    child.changed = this.tree.now();
  }

  symlink(target: string, name: string): void {
    checkTarget(target);
    this.#checkFree(name);
    this.#add(name, new LinkNode(this.tree, target, encoder.encode(target).length));
  }

  readLink(name: string): string {
    const child = this.#find(name);
    if (child.kind !== "link") throw Fault.of("EINVAL");
    return child.target;
  }

  list(): Entry[] {
    if (this.#removed) throw Fault.of("ENOENT");
    return Array.from(this.#entries, ([name, { inode, kind }]) => ({ name, inode, kind }));
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#find(name).setTimes(accessed, modified);
  }

  sync(): void {
    // Memory is as far as it goes.
  }

  close(): void {
    // Nothing was opened.
  }

  again(): Directory {
    return this;
  }

  get #removed(): boolean {
    return this.links === 0;
  }

  /** Whether this is the given directory or lies somewhere below it. */
  #isWithin(ancestor: MemoryDirectory): boolean {
    if (this === ancestor) return true;
    let above = this.#parent;
    while (above !== undefined && above !== ancestor) above = above.#parent;
    return above !== undefined;
  }

  #find(name: string): Child {
    const child = this.#entries.get(name);
    if (child === undefined) throw absent(name);
    return child;
  }

  #checkFree(name: string): void {
    if (this.#entries.has(name)) throw Fault.of("EEXIST");
    checkName(name);
    if (this.#removed) throw Fault.of("ENOENT");
    if (this.#entries.size >= MOST_IN_MAP) throw Fault.of("ENOSPC");
  }

  #add(name: string, child: Child): void {
    this.tree.take(cost(child));
    this.#entries.set(name, child);
    if (child.kind === "directory") this.links++;
    else child.links++;
    this.noteChange();
  }

  #remove(name: string, child: Child): void {
    this.#entries.delete(name);
    this.tree.give(cost(child));
    if (child.kind === "directory") {
      this.links--;
      child.links = 0;
    } else {
      child.links--;
      child.changed = this.tree.now();
      if (child.kind === "file") child.freeUnlessUsed();
    }
    this.noteChange();
  }
}

/** Memory of a name and what it stands for, but for the contents of a file. */
function cost(child: Child): number {
  return child.kind === "link" ? NAME_COST + child.size : NAME_COST;
}

function absent(name: string): Fault {
  checkName(name);
  return Fault.of("ENOENT");
}
