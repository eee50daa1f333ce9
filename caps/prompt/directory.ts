/**
 * A directory that asks before it gives anything.
 *
 * @module
 */
import { newDevice } from "../device.ts";
import { CHANGES, type Directory, type Entry } from "../directory.ts";
import { Fault } from "../fault.ts";
import type { File } from "../file.ts";
import { hostDirectory } from "../host/open.ts";
import { checkName } from "../name.ts";
import type { GuestPath } from "../path.ts";
import { parentOf } from "../program_path.ts";
import { readOnly } from "../read_only.ts";
import type { Stat } from "../stat.ts";
import type { Access, Answers, Permission } from "./answers.ts";

/** Who is asked, and what comes of it. */
export interface Gate {
  /** What was answered so far. */
  readonly answers: Answers;

  /**
   * How the program most likely wrote a path, which is the one on this machine too.
   *
   * @param path The path as it arrived here
   * @returns The path
   */
  spelled(path: string): string;

  /**
   * Asks the user about an access that no answer covers, and keeps the answer.
   *
   * @param path The path
   * @param access What the program wants to do with it
   */
  ask(path: string, access: Access): void;

  /**
   * Hears that a name is going to be made, taken away or moved for which the user gave a permission of its own.
   *
   * @param path The path
   */
  changeName(path: string): void;

  /**
   * Takes away what the run is not to have, whatever the user answers: puts it under the limits.
   *
   * @param directory A directory that may be changed
   * @returns The same directory, limited
   */
  limited(directory: Directory): Directory;
}

/**
 * A directory that holds everything of this machine and gives nothing of it unasked. That a program steps through it
 * says nothing and is not asked about; only what it then does is.
 *
 * A permission for a directory is a jail like any mount: a link that leads out of it is asked about anew.
 *
 * @param root The program's name for it: `/` or `.`
 * @param gate Who is asked
 * @returns The directory; what is refused fails with `ENOTCAPABLE`
 *
 * @example
 * ```ts
 * import { Answers } from "./answers.ts";
 * import { askingDirectory } from "./directory.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const answers = new Answers();
 * const asked: string[] = [];
 * const root = askingDirectory("/", {
 *   answers,
 *   spelled: (path) => path,
 *   ask: (path, access) => {
 *     asked.push(`${access} ${path}`);
 *     answers.add(path, access, "never");
 *   },
 *   changeName: () => {},
 *   limited: (directory) => directory,
 * });
 * assertThrows(() => root.directory("etc").lookup("passwd"), "ENOTCAPABLE");
 * assertEquals(asked, ["read /etc/passwd"]);
 * ```
 */
export function askingDirectory(root: "/" | ".", gate: Gate): Directory {
  return new AskingDirectory(root === "/" ? "/" : "", gate);
}

class AskingDirectory implements Directory {
  readonly kind = "directory";
  /** How a program writes it, with a slash behind unless it is empty. */
  readonly #prefix: string;
  readonly #gate: Gate;
  readonly #stat: Stat;

  constructor(prefix: string, gate: Gate) {
    this.#prefix = prefix;
    this.#gate = gate;
    const never = { accessed: 0n, modified: 0n, changed: 0n };
    this.#stat = { kind: "directory", device: newDevice(), inode: 1n, links: 2, size: 0, ...never };
  }

  stat(): Stat {
    return this.#stat;
  }

  lookup(name: string): Stat {
    return this.#within(name, "read", (parent) => parent.lookup(name));
  }

  open(name: string, how: number): File | Directory {
    return this.#within(name, (how & CHANGES) === 0 ? "read" : "change", (parent) => parent.open(name, how));
  }

  directory(name: string): Directory {
    const path = this.#at(name);
    const permission = this.#gate.answers.find(path, "read");
    // Inside of what was granted a link has to be seen as one: it may lead out.
    if (permission !== undefined) {
      this.#withParent(path, permission, (parent) => parent.directory(name).close());
    }
    return new AskingDirectory(`${this.#prefix}${name}/`, this.#gate);
  }

  makeDirectory(name: string): void {
    this.#within(name, "name", (parent) => parent.makeDirectory(name));
  }

  removeDirectory(name: string): void {
    this.#within(name, "name", (parent) => parent.removeDirectory(name));
  }

  removeFile(name: string): void {
    this.#within(name, "name", (parent) => parent.removeFile(name));
  }

  rename(name: string, to: Directory, newName: string): void {
    this.#toOther(name, to, newName, (parent, other) => parent.rename(name, other, newName));
  }

  link(name: string, to: Directory, newName: string): void {
    this.#toOther(name, to, newName, (parent, other) => parent.link(name, other, newName));
  }

  symlink(target: string, name: string): void {
    this.#within(name, "name", (parent) => parent.symlink(target, name));
  }

  readLink(name: string): string {
    return this.#within(name, "read", (parent) => parent.readLink(name));
  }

  list(): Entry[] {
    const path = this.#gate.spelled(this.#prefix === "" ? "." : this.#prefix.replace(/(?<=.)\/$/, ""));
    const directory = this.#opened(path, this.#permitted(path, "read"));
    try {
      return directory.list();
    } finally {
      directory.close();
    }
  }

  setTimes(): void {
    throw Fault.of("ENOTCAPABLE");
  }

  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    this.#within(name, "change", (parent) => parent.setTimesOf(name, accessed, modified));
  }

  sync(): void {
    // Nothing is kept here.
  }

  close(): void {
    // Nothing is kept open.
  }

  again(): Directory {
    return this;
  }

  /** Takes no short cut, but asks at once for all that the open needs: the walk would ask for its parts. */
  openPath(path: GuestPath, how: number): undefined {
    this.#permitted(this.#gate.spelled(this.#prefix + path.text), (how & CHANGES) === 0 ? "read" : "change");
  }

  #at(name: string): string {
    checkName(name);
    return this.#gate.spelled(this.#prefix + name);
  }

  #within<T>(name: string, access: Access | "name", act: (parent: Directory) => T): T {
    const path = this.#at(name);
    const permission = this.#permitted(path, access === "name" ? "change" : access);
    // What a permission for a directory covers, the program may do without end.
    if (access === "name" && permission.path === path) this.#gate.changeName(path);
    return this.#withParent(path, permission, act);
  }

  #toOther(
    name: string,
    to: Directory,
    newName: string,
    act: (parent: Directory, other: Directory) => void,
  ): void {
    if (!(to instanceof AskingDirectory)) throw Fault.of("EXDEV");
    this.#within(name, "name", (parent) => to.#within(newName, "name", (other) => act(parent, other)));
  }

  #permitted(path: string, access: Access): Permission {
    const { answers } = this.#gate;
    if (answers.find(path, access) === undefined && !answers.isRefused(path, access)) {
      this.#gate.ask(path, access);
    }
    const permission = answers.find(path, access);
    if (permission === undefined) throw Fault.of("ENOTCAPABLE");
    return permission;
  }

  #withParent<T>(path: string, permission: Permission, act: (parent: Directory) => T): T {
    // The user named this very path, so the way to it is the user's; below it is the program's.
    const parent = permission.path === path
      ? attenuated(hostDirectory(parentOf(path)), permission, this.#gate)
      : this.#opened(parentOf(path), permission);
    try {
      return act(parent);
    } finally {
      parent.close();
    }
  }

  /** A directory that a permission covers, reached from where the permission begins without following a link. */
  #opened(path: string, permission: Permission): Directory {
    let directory = attenuated(hostDirectory(permission.path), permission, this.#gate);
    const below = permission.path === "." ? path : path.slice(permission.path.length);
    for (const name of below.split("/")) {
      if (name === "" || name === ".") continue;
      const here = directory;
      try {
        directory = here.directory(name);
      } finally {
        here.close();
      }
    }
    return directory;
  }
}

function attenuated(directory: Directory, { access }: Permission, gate: Gate): Directory {
  return access === "read" ? readOnly(directory) : gate.limited(directory);
}
