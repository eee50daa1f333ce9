/**
 * What can be done at the end of a path: one walk, then one call of the directory found.
 *
 * A short cut of the backing is taken when it has one and the path is plain; both ways answer alike.
 *
 * @module
 */
import { closing } from "./closing.ts";
import { CHANGES, type Directory, Open } from "./directory.ts";
import { findEntry } from "./entries.ts";
import { Fault } from "./fault.ts";
import type { File } from "./file.ts";
import { checkName } from "./name.ts";
import type { GuestPath } from "./path.ts";
import type { Stat } from "./stat.ts";
import { type Place, walk } from "./walk.ts";

/** Finds the place a path means, does something there, and closes what the walk opened. */
function at<T>(root: Directory, path: GuestPath, follow: boolean, act: (place: Place) => T): T {
  if (path.length === 0) throw Fault.of("ENOENT");
  if (!follow && path.plain) {
    if (path.parentLength < 0) return act({ directory: root, name: path.text, ending: "" });
    const parent = root.parentOf?.(path);
    if (parent !== undefined) {
      return closing(parent, () => act({ directory: parent, name: path.lastName, ending: "" }));
    }
  }
  if (!path.plain) root.winding?.(path);
  const place = walk(root, path.text, follow);
  return place.directory === root ? act(place) : closing(place.directory, () => act(place));
}

/**
 * Opens what a path names.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @param how A sum of {@linkcode Open} values
 * @param follow Whether a link at the end is followed
 * @returns The open file or directory
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, and as {@linkcode Directory.open}
 */
export function openAt(root: Directory, path: GuestPath, how: number, follow: boolean): File | Directory {
  if (path.plain) {
    const opened = root.openPath?.(path, how, follow);
    if (opened !== undefined) return opened;
  }
  // Something new is never made through a link, not even where the link leads nowhere.
  const exclusive = Open.create | Open.exclusive;
  if ((how & exclusive) === exclusive) follow = false;
  return at(root, path, follow, (place) => openPlace(place, how));
}

function openPlace({ directory, name, ending }: Place, how: number): File | Directory {
  if (name === "") {
    if ((how & Open.create) !== 0 && (how & Open.exclusive) !== 0) throw Fault.of("EEXIST");
    if ((how & CHANGES) !== 0) throw Fault.of("EISDIR");
    return directory.again();
  }
  if (ending === "") return directory.open(name, how);
  if ((how & Open.create) !== 0) throw Fault.of("EISDIR");
  return directory.open(name, how | Open.directory);
}

/**
 * Tells what is known of what a path names.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @param follow Whether a link at the end is followed
 * @returns Its kind, size, times and identity
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, `ENOENT`, `ENOTDIR`, `ELOOP`
 */
export function statAt(root: Directory, path: GuestPath, follow: boolean): Stat {
  if (path.plain) {
    const stat = root.statPath?.(path, follow);
    if (stat !== undefined) return stat;
  }
  return at(root, path, follow, ({ directory, name, ending }) => {
    if (name === "") return directory.stat();
    const stat = directory.lookup(name);
    if (ending !== "") mustBeDirectory(stat);
    return stat;
  });
}

/** Refuses what slashes or a `.` may not follow. */
function mustBeDirectory(stat: Stat): void {
  if (stat.kind === "link") throw Fault.of("ELOOP");
  if (stat.kind !== "directory") throw Fault.of("ENOTDIR");
}

/**
 * Makes an empty directory.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, and as {@linkcode Directory.makeDirectory}
 */
export function makeDirectoryAt(root: Directory, path: GuestPath): void {
  at(root, path, false, ({ directory, name, ending }) => {
    if (name === "") throw Fault.of("EEXIST");
    if (ending === ".") throw Fault.of(exists(directory, name) ? "EEXIST" : "ENOENT");
    directory.makeDirectory(name);
  });
}

/**
 * Removes an empty directory.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, `EINVAL` for one that ends in `.`, `EBUSY` for the
 * root, and as {@linkcode Directory.removeDirectory}
 */
export function removeDirectoryAt(root: Directory, path: GuestPath): void {
  at(root, path, false, ({ directory, name, ending }) => {
    if (name === "") throw Fault.of(directory === root ? "EBUSY" : "ENOTEMPTY");
    if (ending === ".") throw Fault.of("EINVAL");
    directory.removeDirectory(name);
  });
}

/**
 * Removes a name of a file or link. A link is removed itself.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, and as {@linkcode Directory.removeFile}
 */
export function removeFileAt(root: Directory, path: GuestPath): void {
  at(root, path, false, ({ directory, name, ending }) => {
    if (name === "") throw Fault.of("EISDIR");
    if (ending !== "") {
      throw Fault.of(directory.lookup(name).kind === "directory" ? "EISDIR" : "ENOTDIR");
    }
    directory.removeFile(name);
  });
}

/**
 * Gives something another name. Links in the last places are meant themselves.
 *
 * @param root Where the old path begins, and what it may not leave
 * @param path The old path
 * @param newRoot Where the new path begins, and what it may not leave
 * @param newPath The new path
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, `EBUSY` for a root, and as {@linkcode Directory.rename}
 */
export function renameAt(root: Directory, path: GuestPath, newRoot: Directory, newPath: GuestPath): void {
  at(root, path, false, (from) => {
    at(newRoot, newPath, false, (to) => {
      if (from.name === "" || to.name === "") throw Fault.of("EBUSY");
      if (from.ending === "." || to.ending === ".") throw Fault.of("EINVAL");
      if (from.ending !== "" || to.ending !== "") {
        // Slashes on either side say that a directory is moved.
        if (from.directory.lookup(from.name).kind !== "directory") throw Fault.of("ENOTDIR");
      }
      // Here, since backings differ in which of the two names they look at first.
      checkName(to.name);
      from.directory.rename(from.name, to.directory, to.name);
    });
  });
}

/**
 * Gives a file one more name.
 *
 * @param root Where the old path begins, and what it may not leave
 * @param path The old path
 * @param follow Whether a link at its end is followed
 * @param newRoot Where the new path begins, and what it may not leave
 * @param newPath The new path
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, and as {@linkcode Directory.link}
 */
export function linkAt(
  root: Directory,
  path: GuestPath,
  follow: boolean,
  newRoot: Directory,
  newPath: GuestPath,
): void {
  at(root, path, follow, (from) => {
    at(newRoot, newPath, false, (to) => {
      if (from.name === "") throw Fault.of("EPERM");
      if (from.ending !== "") {
        throw Fault.of(from.directory.lookup(from.name).kind === "directory" ? "EPERM" : "ENOTDIR");
      }
      if (to.name === "") throw Fault.of("EEXIST");
      if (to.ending !== "") throw Fault.of(exists(to.directory, to.name) ? "EEXIST" : "ENOENT");
      // As for a rename.
      checkName(to.name);
      from.directory.link(from.name, to.directory, to.name);
    });
  });
}

/**
 * Makes a symbolic link. An absolute target is refused: no walk would follow it, but a program on the host would.
 *
 * @param target What the link says
 * @param root Where the path begins, and what it may not leave
 * @param path The path of the link
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside or an absolute target, `ENOENT` for an empty target,
 * and as {@linkcode Directory.symlink}
 */
export function symlinkAt(target: GuestPath, root: Directory, path: GuestPath): void {
  if (target.length === 0) throw Fault.of("ENOENT");
  if (target.text.startsWith("/")) throw Fault.of("ENOTCAPABLE");
  at(root, path, false, ({ directory, name, ending }) => {
    if (name === "") throw Fault.of("EEXIST");
    if (ending !== "") throw Fault.of(exists(directory, name) ? "EEXIST" : "ENOENT");
    directory.symlink(target.text, name);
  });
}

/**
 * Reads a symbolic link. An absolute target is not told: it is a path of the host.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path of the link
 * @returns What the link says
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside or an absolute target, and as
 * {@linkcode Directory.readLink}
 */
export function readLinkAt(root: Directory, path: GuestPath): string {
  return at(root, path, false, ({ directory, name, ending }) => {
    if (name === "") throw Fault.of("EINVAL");
    if (ending !== "") mustBeDirectory(directory.lookup(name));
    const target = directory.readLink(name);
    if (target.startsWith("/")) throw Fault.of("ENOTCAPABLE");
    return target;
  });
}

/**
 * Sets the times of what a path names.
 *
 * @param root Where the path begins, and what it may not leave
 * @param path The path
 * @param follow Whether a link at the end is followed
 * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
 * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
 * @throws {Fault} `ENOTCAPABLE` for a path that leads outside, and as {@linkcode Directory.setTimesOf}
 */
export function setTimesAt(
  root: Directory,
  path: GuestPath,
  follow: boolean,
  accessed: bigint | undefined,
  modified: bigint | undefined,
): void {
  at(root, path, follow, ({ directory, name, ending }) => {
    if (name === "") return directory.setTimes(accessed, modified);
    if (ending !== "") mustBeDirectory(directory.lookup(name));
    directory.setTimesOf(name, accessed, modified);
  });
}

function exists(directory: Directory, name: string): boolean {
  return findEntry(directory, name) !== undefined;
}
