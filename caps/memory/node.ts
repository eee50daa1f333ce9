/**
 * What a name in memory can stand for.
 *
 * @module
 */
import type { Kind, Stat } from "../stat.ts";
import { Pages } from "./pages.ts";
import type { Tree } from "./tree.ts";

/** What files, links and directories have in common. */
export abstract class Node {
  /** What it is. */
  abstract readonly kind: Kind;
  /** The tree it belongs to. */
  readonly tree: Tree;
  /** Its number in the tree. */
  readonly inode: bigint;
  /** How many names it has. */
  links = 0;
  /** Last read, in nanoseconds since 1970 began. */
  accessed: bigint;
  /** Last change of contents. */
  modified: bigint;
  /** Last change of anything. */
  changed: bigint;

  /**
   * @param tree The tree it belongs to
   */
  constructor(tree: Tree) {
    this.tree = tree;
    this.inode = tree.nextInode();
    this.accessed = this.modified = this.changed = tree.now();
  }

  /** Its size as a stat tells it. */
  abstract get size(): number;

  /**
   * Tells what is known of it.
   *
   * @returns A new object
   */
  stat(): Stat {
    return {
      kind: this.kind,
      device: this.tree.device,
      inode: this.inode,
      links: this.links,
      size: this.size,
      accessed: this.accessed,
      modified: this.modified,
      changed: this.changed,
    };
  }

  /**
   * Sets its times.
   *
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    if (accessed !== undefined) this.accessed = accessed;
    if (modified !== undefined) this.modified = modified;
    this.changed = this.tree.now();
  }

  /** Notes that its contents changed just now. */
  noteChange(): void {
    this.modified = this.changed = this.tree.now();
  }
}

/** A file, whoever has it open and however many names it has. */
export class FileNode extends Node {
  override readonly kind = "file";
  /** What is in it. */
  readonly pages: Pages;
  #handles = 0;

  /**
   * @param tree The tree it belongs to
   */
  constructor(tree: Tree) {
    super(tree);
    this.pages = new Pages(tree);
  }

  /** Bytes in it. */
  override get size(): number {
    return this.pages.size;
  }

  /** Counts one more open handle. */
  opened(): void {
    this.#handles++;
  }

  /** Counts one open handle less. */
  closed(): void {
    this.#handles--;
    this.freeUnlessUsed();
  }

  /** Frees the contents once nothing names the file and nothing has it open. */
  freeUnlessUsed(): void {
    if (this.links === 0 && this.#handles === 0) this.pages.resize(0);
  }
}

/** A symbolic link. */
export class LinkNode extends Node {
  override readonly kind = "link";
  /** What it says. */
  readonly target: string;
  /** Bytes in what it says. */
  override readonly size: number;

  /**
   * @param tree The tree it belongs to
   * @param target What it says
   * @param size Bytes in what it says
   */
  constructor(tree: Tree, target: string, size: number) {
    super(tree);
    this.target = target;
    this.size = size;
  }
}
