/**
 * Directories of this machine through `Deno` alone: every platform, and every set of permissions that has the path.
 *
 * `Deno` opens by path, so a directory here is a path *and* the device and inode that lay there when it was found, of
 * itself and of every directory on the way from the mount's root. All are compared before each use, from the root on:
 * links that came in between would be gone through, and tell what lies outside. A directory that was moved, removed or
 * replaced is `ESTALE` from then on, whatever has its name, and so is all below it. (One made in the same place can be
 * given the same number, and passes for it. When they were born is not compared: overlay file systems, as in
 * containers, tell another time once something in a directory was written.)
 *
 * A file is looked at, opened, and what was opened compared with what was looked at; only then is it emptied, read or
 * written. Neither `create: true` nor a flag against links is relied on: the first goes through a dangling link, the
 * second does nothing where Deno resolves the path itself.
 *
 * What is left: between the comparison and the call that uses the path lie some microseconds. Another process that may
 * write the mount's directories and swaps one for a link again and again will hit them, and then a file beside the mount
 * is read, written or made (swapping without pause, measured: two of three opens that succeeded). So this backing
 * holds against whatever a guest does and against what lies there, but not against such a process, nor against a guest
 * of another runner or thread on the same directories; the kernel backing holds against all of them.
 *
 * Times are in milliseconds, that of the last change in seconds; names that are not UTF-8 are not seen; inode numbers
 * above 2^53 (NTFS has them) are compared as Deno rounds them; and what lies so deep that its path is longer than the
 * host takes (4095 bytes on Linux) is `ENAMETOOLONG`, though a guest could step there name by name.
 *
 * @module
 */
import { CHANGES, type Directory, type Entry, Open } from "../directory.ts";
import { Fault, isFault } from "../fault.ts";
import type { File } from "../file.ts";
import type { GuestPath } from "../path.ts";
import type { Stat } from "../stat.ts";
import { faultFrom, hostCall } from "./errors.ts";
import { mustBePermitted } from "./permitted.ts";
import { type Identity, kindOf, lstat, lstatIfThere, sameObject, statOf } from "./portable/info.ts";
import { joinName, targetFromHost, targetToHost } from "./portable/names.ts";
import { makeFile, openFile } from "./portable/open_file.ts";
import { setTimesAt } from "./portable/times.ts";

const platform = Deno.build.os;

/** How often an open is tried again when what has the name changes under it, as programs that save by renaming do. */
const MOST_TRIES = 8;

/** A directory of the host by path, device and inode. Made by {@linkcode portableDirectory}. */
class PortableDirectory implements Directory {
  /** Tells a directory from a file. */
  readonly kind = "directory";
  readonly #path: string;
  readonly #identity: Identity;
  readonly #parent: PortableDirectory | undefined;

  /**
   * @param path An absolute path of the host
   * @param identity What lay there when it was looked at
   * @param parent The directory that holds it; `undefined` for a mount's root, whose path has no links in it
   */
  constructor(path: string, identity: Identity, parent: PortableDirectory | undefined) {
    this.#path = path;
    this.#identity = { dev: identity.dev, ino: identity.ino };
    this.#parent = parent;
  }

  /** @inheritdoc */
  stat(): Stat {
    return statOf(this.#check());
  }

  /** @inheritdoc */
  lookup(name: string): Stat {
    return statOf(lstat(this.#enter(name)));
  }

  /** @inheritdoc */
  open(name: string, how: number): File | Directory {
    return this.#open(this.#enter(name), how);
  }

  /** @inheritdoc */
  directory(name: string): Directory {
    const path = this.#enter(name);
    const found = lstat(path);
    if (kindOf(found) !== "directory") throw Fault.of("ENOTDIR");
    return new PortableDirectory(path, found, this);
  }

  /** @inheritdoc */
  makeDirectory(name: string): void {
    const path = this.#enterToChange(name);
    hostCall(() => Deno.mkdirSync(path));
  }

  /** @inheritdoc */
  removeDirectory(name: string): void {
    const path = this.#enterToChange(name);
    if (kindOf(lstat(path)) !== "directory") throw Fault.of("ENOTDIR");
    hostCall(() => Deno.removeSync(path));
  }

  /** @inheritdoc */
  removeFile(name: string): void {
    const path = this.#enterToChange(name);
    // Deno removes an empty directory by the same call.
    if (kindOf(lstat(path)) === "directory") throw Fault.of("EISDIR");
    hostCall(() => Deno.removeSync(path));
  }

  /** @inheritdoc */
  rename(name: string, to: Directory, newName: string): void {
    if (!(to instanceof PortableDirectory)) throw Fault.of("EXDEV");
    const path = this.#enterToChange(name);
    const newPath = to.#enterToChange(newName);
    if (platform === "windows") return renameOnWindows(path, newPath);
    hostCall(() => Deno.renameSync(path, newPath));
  }

  /** @inheritdoc */
  link(name: string, to: Directory, newName: string): void {
    if (!(to instanceof PortableDirectory)) throw Fault.of("EXDEV");
    const path = this.#enterToChange(name);
    const newPath = to.#enterToChange(newName);
    const found = lstat(path);
    const kind = kindOf(found);
    if (kind === "directory") throw Fault.of(lstatIfThere(newPath) === undefined ? "EPERM" : "EEXIST");
    // Only Linux is known to link the link itself.
    if (kind === "link" && platform !== "linux") throw Fault.of("ENOTSUP");
    hostCall(() => Deno.linkSync(path, newPath));
    if (sameObject(found, lstat(newPath))) return;
    hostCall(() => Deno.removeSync(newPath));
    throw Fault.of("ESTALE");
  }

  /** @inheritdoc */
  symlink(target: string, name: string): void {
    const path = this.#enterToChange(name);
    const hostTarget = targetToHost(target, platform);
    // Deno wants them for everything: it cannot tell what a link will lead to.
    hostCall(() => mustBePermitted({ name: "read" }, { name: "write" }));
    // Windows has two kinds of links; without a word Deno would look at the target, outside of any jail.
    hostCall(() => Deno.symlinkSync(hostTarget, path, platform === "windows" ? { type: "file" } : undefined));
  }

  /** @inheritdoc */
  readLink(name: string): string {
    const path = this.#enter(name);
    if (kindOf(lstat(path)) !== "link") throw Fault.of("EINVAL");
    return targetFromHost(hostCall(() => Deno.readLinkSync(path)), platform);
  }

  /** @inheritdoc */
  list(): Entry[] {
    this.#check();
    // Deno puts U+FFFD for bytes that are not UTF-8, so that a name can come more than once.
    const names = new Set(hostCall(() => Array.from(Deno.readDirSync(this.#path), ({ name }) => name)));
    this.#check();
    const entries: Entry[] = [];
    for (const name of names) {
      const entry = this.#entry(name);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  /** @inheritdoc */
  hasUnlisted(): boolean {
    this.#check();
    const { length } = hostCall(() => Array.from(Deno.readDirSync(this.#path)));
    return length > this.list().length;
  }

  /** @inheritdoc */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void {
    const found = this.#check();
    mustBeChangeable(this.#path);
    setTimesAt(this.#path, found, accessed, modified);
  }

  /** @inheritdoc */
  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void {
    const path = this.#enterToChange(name);
    setTimesAt(path, lstat(path), accessed, modified);
  }

  /** @inheritdoc */
  sync(): void {
    this.#check();
    // Windows opens no directories, and needs no call to keep entries.
    if (platform === "windows") return;
    hostCall(() => {
      using file = Deno.openSync(this.#path);
      file.syncSync();
    });
  }

  /** Does nothing: there is no descriptor to give up. */
  close(): void {}

  /** @inheritdoc */
  again(): Directory {
    return this;
  }

  /** @inheritdoc */
  openPath(path: GuestPath, how: number, follow: boolean): File | Directory | undefined {
    const parent = this.parentOf(path);
    if (parent === undefined) return undefined;
    try {
      return parent.#open(joinName(parent.#path, path.lastName, platform), how);
    } catch (error) {
      if (follow && isFault(error, "ELOOP")) return undefined;
      throw error;
    }
  }

  /** @inheritdoc */
  statPath(path: GuestPath, follow: boolean): Stat | undefined {
    const parent = this.parentOf(path);
    if (parent === undefined) return undefined;
    const found = lstat(joinName(parent.#path, path.lastName, platform));
    return follow && found.isSymlink ? undefined : statOf(found);
  }

  /** @inheritdoc */
  parentOf(path: GuestPath): PortableDirectory | undefined {
    this.#check();
    // Each step is looked at here, so that what is found needs no check before its first use.
    return path.text.split("/").slice(0, -1).reduce(
      (directory: PortableDirectory | undefined, name) => directory && directory.#step(name),
      this,
    );
  }

  /** A directory in this one, which has been checked; `undefined` for a link, a file or nothing: the walk tells which. */
  #step(name: string): PortableDirectory | undefined {
    const path = joinName(this.#path, name, platform);
    const found = lstatIfThere(path);
    if (found === undefined || kindOf(found) !== "directory") return undefined;
    return new PortableDirectory(path, found, this);
  }

  /**
   * Makes sure that the path still means this directory. Looked at from the root on, so that no link is gone through;
   * and the answer is one, so that it does not tell what lies there now.
   */
  #check(): Deno.FileInfo {
    if (this.#parent !== undefined) this.#parent.#check();
    else if (orStale(() => Deno.realPathSync(this.#path)) !== this.#path) throw Fault.of("ESTALE");
    const found = orStale(() => Deno.lstatSync(this.#path));
    if (kindOf(found) !== "directory" || !sameObject(found, this.#identity)) throw Fault.of("ESTALE");
    return found;
  }

  /** The path of an entry, once this directory has been checked. */
  #enter(name: string): string {
    const path = joinName(this.#path, name, platform);
    this.#check();
    return path;
  }

  /** The path of an entry that is to be changed, if Deno permits that. */
  #enterToChange(name: string): string {
    const path = this.#enter(name);
    mustBeChangeable(path);
    return path;
  }

  /** Opens an entry by its path, once this directory has been checked. */
  #open(path: string, how: number): File | Directory {
    // As Linux: to make something and to want a directory contradict each other.
    if ((how & Open.create) !== 0 && (how & Open.directory) !== 0) throw Fault.of("EINVAL");
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = lstatIfThere(path);
      if (found?.isDirectory) return this.#openDirectory(path, found, how);
      const file = found === undefined
        ? makeFile(path, how)
        : openFile(path, found, how, () => this.#check());
      if (file !== undefined) return file;
    }
    throw Fault.of("ESTALE");
  }

  #openDirectory(path: string, found: Deno.FileInfo, how: number): Directory {
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if ((how & CHANGES) !== 0) throw Fault.of("EISDIR");
    return new PortableDirectory(path, found, this);
  }

  /** One entry of the listing, unless it went away or has a name that no path can say. */
  #entry(name: string): Entry | undefined {
    try {
      // Nothing has the name, or something else, when it was made of bytes that are not UTF-8.
      const found = lstatIfThere(joinName(this.#path, name, platform));
      return found && { name, inode: BigInt(found.ino ?? 0), kind: kindOf(found) };
    } catch (error) {
      if (isFault(error, "EINVAL") || isFault(error, "ENAMETOOLONG")) return undefined;
      throw error;
    }
  }
}

/** Calls the host; whatever its failure would tell, it is `ESTALE`. */
function orStale<T>(call: () => T): T {
  try {
    return hostCall(call);
  } catch (error) {
    throw isFault(error) ? Fault.of("ESTALE") : error;
  }
}

/** Deno would ask its user whether the guest may, on a terminal. */
function mustBeChangeable(path: string): void {
  hostCall(() => mustBePermitted({ name: "write", path }));
}

/** Refuses what `rename` of Linux refuses, where Windows might do it, and replaces an empty directory as Linux does. */
function renameOnWindows(path: string, newPath: string): void {
  const moved = lstat(path);
  const found = lstatIfThere(newPath);
  const replaced = found === undefined || sameObject(moved, found) ? undefined : found;
  if (replaced?.isDirectory && !moved.isDirectory) throw Fault.of("EISDIR");
  if (replaced?.isDirectory === false && moved.isDirectory) throw Fault.of("ENOTDIR");
  try {
    Deno.renameSync(path, newPath);
  } catch (error) {
    if (!replaced?.isDirectory) throw faultFrom(error);
    hostCall(() => Deno.removeSync(newPath));
    try {
      Deno.renameSync(path, newPath);
    } catch {
      // It failed for another reason, such as a directory that would hold itself.
      hostCall(() => Deno.mkdirSync(newPath));
      throw faultFrom(error);
    }
  }
}

/**
 * Opens a directory of the host by its path, with nothing but `Deno`. Links on the way are followed now, once: the
 * path is the user's own word.
 *
 * @param path A path of the host
 * @returns The directory
 * @throws {Fault} `ENOENT`, `ENOTDIR`, `EACCES`, `ENOTSUP` on a file system that does not number its files
 *
 * @example
 * ```ts
 * import { portableDirectory } from "./portable.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const path = Deno.makeTempDirSync();
 * Deno.symlinkSync("/etc", path + "/out");
 * const directory = portableDirectory(path);
 * assertEquals(directory.lookup("out").kind, "link");
 * assertThrows(() => directory.directory("out"), Error, "ENOTDIR");
 * Deno.removeSync(path, { recursive: true });
 * ```
 */
export function portableDirectory(path: string): Directory {
  hostCall(() => mustBePermitted({ name: "read", path }));
  const real = hostCall(() => Deno.realPathSync(path));
  hostCall(() => mustBePermitted({ name: "read", path: real }));
  const found = lstat(real);
  if (!found.isDirectory) throw Fault.of("ENOTDIR");
  if (found.ino === null) throw Fault.of("ENOTSUP");
  return new PortableDirectory(real, found, undefined);
}
