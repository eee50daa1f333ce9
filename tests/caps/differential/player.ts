/** Someone who plays a script of operations on one directory and tells what came of each. */
import {
  linkAt,
  makeDirectoryAt,
  openAt,
  readLinkAt,
  removeDirectoryAt,
  removeFileAt,
  renameAt,
  statAt,
  symlinkAt,
} from "../../../caps/paths.ts";
import { type Directory, type File, GuestPath, isFault, Open, type Stat } from "../../../mod.ts";
import { names, tree } from "../outcome.ts";
import type { Step } from "./script.ts";

/** What two backings must agree on. */
export type Told = (stat: Stat) => string;

/** Of files and links, what does not depend on where they lie. */
export function plainly({ kind, size, links }: Stat): string {
  return kind === "directory" ? kind : `${kind} of ${size} x${links}`;
}

/** All that a guest is told. */
export function exactly({ storage: _, ...stat }: Stat): string {
  return Object.values(stat).join();
}

export class Player {
  readonly #told: Told;
  readonly #root: Directory;
  readonly #files = new Map<number, File>();
  readonly #directories = new Map<number, Directory>();

  constructor(root: Directory, told: Told = plainly) {
    this.#root = root;
    this.#told = told;
  }

  /** Does one step and tells the fault or what was seen. */
  play(step: Step): string {
    try {
      return String(this.#act(step) ?? "done");
    } catch (error) {
      if (isFault(error)) return error.code;
      throw error;
    }
  }

  /** Everything in the directory. */
  tree(): string[] {
    return tree(this.#root);
  }

  close(): void {
    for (const opened of [...this.#files.values(), ...this.#directories.values()]) opened.close();
  }

  #act(step: Step): unknown {
    const from = this.#directories.get(step.base) ?? this.#root;
    const to = this.#directories.get(step.otherBase) ?? this.#root;
    const path = GuestPath.of(step.path);
    const other = GuestPath.of(step.other);
    switch (step.does) {
      case "open":
        return this.#open(step.slot, openAt(from, path, step.how, step.follow));
      case "stat":
        return this.#told(statAt(from, path, step.follow));
      case "make directory":
        return makeDirectoryAt(from, path);
      case "remove directory":
        return removeDirectoryAt(from, path);
      case "remove file":
        return removeFileAt(from, path);
      case "rename":
        return renameAt(from, path, to, other);
      case "link":
        return linkAt(from, path, step.follow, to, other);
      case "symlink":
        return symlinkAt(GuestPath.of(step.target), from, path);
      case "read link":
        return readLinkAt(from, path);
      case "list":
        return this.#list(from, path);
      default:
        return this.#useFile(step, this.#files.get(step.slot));
    }
  }

  #open(slot: number, opened: File | Directory): string {
    if (opened.kind === "directory") {
      this.#directories.get(slot)?.close();
      this.#directories.set(slot, opened);
      return "directory";
    }
    this.#files.get(slot)?.close();
    this.#files.set(slot, opened);
    return this.#told(opened.stat());
  }

  #list(from: Directory, path: GuestPath): string {
    const opened = openAt(from, path, Open.directory, true);
    try {
      return opened.kind === "directory" ? names(opened).join() : "";
    } finally {
      opened.close();
    }
  }

  #useFile(step: Step, opened: File | undefined): unknown {
    if (opened === undefined) return "no file";
    const bytes = new Uint8Array(step.length).fill(step.at % 251 + 1);
    switch (step.does) {
      case "read":
        return `${opened.read(bytes, 0, bytes.length, step.at)} ${digest(bytes)}`;
      case "write":
        return opened.write(bytes, 0, bytes.length, step.at);
      case "append":
        return opened.append(bytes, 0, bytes.length);
      case "set size":
        return opened.setSize(step.at);
      case "allocate":
        return opened.allocate(step.at, step.length + 1);
      case "file stat":
        return this.#told(opened.stat());
      case "close":
        opened.close();
        return void this.#files.delete(step.slot);
      default:
        throw new Error(`No such step: "${step.does}"`);
    }
  }
}

function digest(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
}
