/**
 * A directory as a capability: names, never paths.
 *
 * @module
 */
import type { File } from "./file.ts";
import type { GuestPath } from "./path.ts";
import type { Kind, Stat } from "./stat.ts";

/** How a file is opened: a sum of these. */
export const Open = {
  /** Its contents will be read. */
  read: 1,
  /** Its contents will be changed. */
  write: 2,
  /** If nothing has the name, an empty file is made. */
  create: 4,
  /** With `create`: something that has the name already is an error. */
  exclusive: 8,
  /** Its contents are dropped at once. Counts as a write whatever else is asked. */
  truncate: 16,
  /** Only a directory will do. */
  directory: 32,
} as const;

/** The ways of opening that change a file, or make one: what can only be read is not opened so, nor is a directory. */
export const CHANGES: number = Open.write | Open.create | Open.truncate;

/** One entry of a directory's listing. */
export interface Entry {
  /** Its name: no slash, not empty, neither `.` nor `..`. */
  readonly name: string;
  /** The inode number of what it names. */
  readonly inode: bigint;
  /** What it names. */
  readonly kind: Kind;
}

/**
 * Hears of an entry of a listing: the name is a range of bytes, good until this returns.
 *
 * @param bytes The buffer that holds the name, in UTF-8
 * @param start Index in it of the first byte of the name
 * @param end Index after the last byte
 * @param inode The inode number of what it names
 * @param kind What it names
 */
export type EntryVisitor = (
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  inode: bigint,
  kind: Kind,
) => void;

/**
 * A directory: the only way to reach what is in it, and no way to reach anything else.
 *
 * Every method takes single names. {@linkcode walk} alone turns a guest's path into names, so whoever writes a new
 * kind of directory cannot make a hole in the jail: a name has no slash, is not empty and is neither `.` nor `..`.
 * No method follows a symbolic link. All may throw a {@linkcode Fault}; besides those named: `EIO`, `EACCES`,
 * `ENAMETOOLONG` for a name over 255 bytes.
 *
 * A directory names an object, not a remembered place: it goes on meaning the same one after a rename.
 *
 * Every method answers at once: none returns a promise, so what has to be fetched is fetched before. What one throws
 * that is no `Fault` is an error of the application: it ends the guest, and the run is rejected with it.
 */
export interface Directory {
  /** Tells a directory from a {@linkcode File} after an open. */
  readonly kind: "directory";

  /**
   * What is known of this directory.
   *
   * @returns Its times and identity
   */
  stat(): Stat;

  /**
   * What is known of an entry. A link is not followed.
   *
   * @param name The entry
   * @returns Its kind, size, times and identity
   * @throws {Fault} `ENOENT`
   */
  lookup(name: string): Stat;

  /**
   * Opens a file, or a directory if that is what has the name (then only for reading).
   *
   * @param name The entry
   * @param how A sum of {@linkcode Open} values
   * @returns The file or directory
   * @throws {Fault} `ENOENT`; `EEXIST` with `exclusive`; `ELOOP` for a link; `ENOTDIR` for a file with `directory`;
   * `EISDIR` for a directory with `write`, `truncate` or `create`; `ENXIO` or `ENOTSUP` for a device, pipe or socket;
   * `EROFS`, `EDQUOT`, `ENOSPC`, `EMFILE`
   */
  open(name: string, how: number): File | Directory;

  /**
   * Steps into a directory.
   *
   * @param name The entry
   * @returns The directory
   * @throws {Fault} `ENOENT`; `ENOTDIR` for anything else, a link too
   */
  directory(name: string): Directory;

  /**
   * Makes an empty directory.
   *
   * @param name The new entry
   * @throws {Fault} `EEXIST`, `EROFS`, `ENOSPC`
   */
  makeDirectory(name: string): void;

  /**
   * Removes an empty directory.
   *
   * @param name The entry
   * @throws {Fault} `ENOENT`, `ENOTDIR`, `ENOTEMPTY`, `EROFS`
   */
  removeDirectory(name: string): void;

  /**
   * Removes a name of a file or link.
   *
   * @param name The entry
   * @throws {Fault} `ENOENT`, `EISDIR` for a directory, `EROFS`
   */
  removeFile(name: string): void;

  /**
   * Gives an entry another name, here or in another directory; a file or empty directory that has it is replaced.
   *
   * @param name The entry
   * @param to The directory that receives it
   * @param newName Its name there
   * @throws {Fault} `ENOENT`, `EISDIR`, `ENOTDIR`, `ENOTEMPTY`, `EINVAL` for a directory moved into itself, `EXDEV`
   * when the two directories cannot exchange entries, `EROFS` when either side may not change
   */
  rename(name: string, to: Directory, newName: string): void;

  /**
   * Gives a file one more name, here or in another directory. A link is linked itself, not what it names.
   *
   * @param name The entry
   * @param to The directory that receives the name
   * @param newName The new name
   * @throws {Fault} `ENOENT`, `EEXIST`, `EPERM` for a directory, `EXDEV`, `EROFS` when either side may not change
   */
  link(name: string, to: Directory, newName: string): void;

  /**
   * Makes a symbolic link. Where it leads is checked when it is followed.
   *
   * @param target What the link says, as the guest gave it, 1 to 4095 bytes
   * @param name The new entry
   * @throws {Fault} `EEXIST`, `EROFS`, `ENOSPC`, `ENOTSUP`
   */
  symlink(target: string, name: string): void;

  /**
   * What a symbolic link says.
   *
   * @param name The entry
   * @returns Its target
   * @throws {Fault} `ENOENT`, `EINVAL` for anything but a link, `EILSEQ` for a target that is not UTF-8
   */
  readLink(name: string): string;

  /**
   * All entries but `.` and `..`, as they are now. A name that is not UTF-8 is left out, since no path can say it.
   *
   * @returns The entries, in the order of the backing
   */
  list(): Entry[];

  /**
   * Sets this directory's times.
   *
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   * @throws {Fault} `EROFS`, `EPERM`
   */
  setTimes(accessed: bigint | undefined, modified: bigint | undefined): void;

  /**
   * Sets an entry's times; a link's own, not those of what it names.
   *
   * @param name The entry
   * @param accessed Nanoseconds since 1970 began, or `undefined` to leave it
   * @param modified Nanoseconds since 1970 began, or `undefined` to leave it
   * @throws {Fault} `ENOENT`, `EROFS`, `EPERM`
   */
  setTimesOf(name: string, accessed: bigint | undefined, modified: bigint | undefined): void;

  /**
   * Returns when entries made here are on the disk.
   *
   * @throws {Fault} `EIO`
   */
  sync(): void;

  /** Gives the directory up. Nothing may be called afterwards; a second call does nothing. */
  close(): void;

  /**
   * Another handle on the same directory, closed on its own.
   *
   * @returns The handle
   * @throws {Fault} `EMFILE`
   */
  again(): Directory;

  /**
   * A short cut for {@linkcode open} at the end of a whole path, for backings that can hold the jail in one step.
   * Only plain paths come here ({@linkcode GuestPath.plain}).
   *
   * @param path The path, relative to this directory
   * @param how A sum of {@linkcode Open} values
   * @param follow Whether a link at the end is followed
   * @returns What was opened, or `undefined` when the walk has to do it
   * @throws {Fault} As the walk would: `ENOTCAPABLE` for a path that leads outside
   */
  openPath?(path: GuestPath, how: number, follow: boolean): File | Directory | undefined;

  /**
   * A short cut for {@linkcode lookup} at the end of a whole path, as {@linkcode openPath}.
   *
   * @param path The path, relative to this directory
   * @param follow Whether a link at the end is followed
   * @returns What is known, or `undefined` when the walk has to do it
   * @throws {Fault} As the walk would: `ENOTCAPABLE` for a path that leads outside
   */
  statPath?(path: GuestPath, follow: boolean): Stat | undefined;

  /**
   * A short cut for {@linkcode directory} along the parent part of a plain path, as {@linkcode openPath}.
   *
   * @param path The path, relative to this directory; its last name is not entered
   * @returns The directory that holds the last name, or `undefined` when the walk has to do it
   * @throws {Fault} As the walk would: `ENOTCAPABLE` for a path that leads outside
   */
  parentOf?(path: GuestPath): Directory | undefined;

  /**
   * Hears of a path from here that is not plain, before it is walked: the walk itself shows nothing of dots and slashes.
   *
   * @param path The path as the guest wrote it
   */
  winding?(path: GuestPath): void;

  /**
   * A short cut for {@linkcode list} that keeps no entry, for backings that have the names as bytes: listings can be long.
   *
   * @param visit Hears of each entry, in the same order
   * @returns Whether it was taken; otherwise nothing was visited
   * @throws {Fault} As {@linkcode list}
   */
  visitEntries?(visit: EntryVisitor): boolean;

  /**
   * Whether it holds entries that {@linkcode list} leaves out, so that it is not empty when the listing is. Missing where
   * there are none.
   *
   * @returns `true` if there is at least one
   * @throws {Fault} As {@linkcode list}
   */
  hasUnlisted?(): boolean;
}
