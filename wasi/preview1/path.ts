/**
 * What is done by path. Each call takes the path first, so that a refusal can be told with it.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#path_open}
 * @module
 */
import {
  linkAt,
  makeDirectoryAt,
  readLinkAt,
  removeDirectoryAt,
  removeFileAt,
  renameAt,
  setTimesAt,
  statAt,
  symlinkAt,
} from "../../caps/paths.ts";
import { type Layout, writeFilestat } from "../abi/layout.ts";
import { Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";
import { directoryFor, follows, takePath } from "./path_arguments.ts";
import { path_open } from "./path_open.ts";
import { timesOf } from "./times.ts";

/**
 * The calls by path.
 *
 * @param layout How a `filestat` is laid out
 * @returns The calls
 */
export function pathCalls(layout: Layout): Calls {
  /** Tells size, times and identity. */
  function path_filestat_get(
    guest: Guest,
    fd: number,
    flags: number,
    pointer: number,
    length: number,
    resultPointer: number,
  ): void {
    const path = takePath(guest.path, guest, pointer, length);
    const root = directoryFor(guest, fd, Rights.PATH_FILESTAT_GET);
    const { memory } = guest;
    memory.range(resultPointer, layout.filestat.size);
    writeFilestat(memory, resultPointer, statAt(root, path, follows(flags)), layout);
  }
  return {
    path_create_directory,
    path_filestat_get,
    path_filestat_set_times,
    path_link,
    path_open,
    path_readlink,
    path_remove_directory,
    path_rename,
    path_symlink,
    path_unlink_file,
  };
}

/** Makes an empty directory. */
function path_create_directory(guest: Guest, fd: number, pointer: number, length: number): void {
  const path = takePath(guest.path, guest, pointer, length);
  makeDirectoryAt(directoryFor(guest, fd, Rights.PATH_CREATE_DIRECTORY), path);
}

/** Sets times. */
function path_filestat_set_times(
  guest: Guest,
  fd: number,
  flags: number,
  pointer: number,
  length: number,
  accessed: bigint,
  modified: bigint,
  fstflags: number,
): void {
  const path = takePath(guest.path, guest, pointer, length);
  const root = directoryFor(guest, fd, Rights.PATH_FILESTAT_SET_TIMES);
  const times = timesOf(guest, accessed, modified, fstflags);
  setTimesAt(root, path, follows(flags), times.accessed, times.modified);
}

/** Gives a file one more name. */
function path_link(
  guest: Guest,
  fd: number,
  flags: number,
  pointer: number,
  length: number,
  newFd: number,
  newPointer: number,
  newLength: number,
): void {
  const path = takePath(guest.path, guest, pointer, length);
  const newPath = takePath(guest.otherPath, guest, newPointer, newLength);
  const root = directoryFor(guest, fd, Rights.PATH_LINK_SOURCE);
  const newRoot = directoryFor(guest, newFd, Rights.PATH_LINK_TARGET, "otherBase");
  linkAt(root, path, follows(flags), newRoot, newPath);
}

/** Reads what a link says, or as much of it as there is room for. */
function path_readlink(
  guest: Guest,
  fd: number,
  pointer: number,
  length: number,
  bufferPointer: number,
  bufferLength: number,
  resultPointer: number,
): void {
  const path = takePath(guest.path, guest, pointer, length);
  const root = directoryFor(guest, fd, Rights.PATH_READLINK);
  const { memory } = guest;
  memory.range(bufferPointer, bufferLength);
  memory.range(resultPointer, 4);
  const target = new TextEncoder().encode(readLinkAt(root, path)).subarray(0, bufferLength >>> 0);
  memory.write(bufferPointer, target);
  memory.writeU32(resultPointer, target.length);
}

/** Removes an empty directory. */
function path_remove_directory(guest: Guest, fd: number, pointer: number, length: number): void {
  const path = takePath(guest.path, guest, pointer, length);
  removeDirectoryAt(directoryFor(guest, fd, Rights.PATH_REMOVE_DIRECTORY), path);
}

/** Gives something another name. */
function path_rename(
  guest: Guest,
  fd: number,
  pointer: number,
  length: number,
  newFd: number,
  newPointer: number,
  newLength: number,
): void {
  const path = takePath(guest.path, guest, pointer, length);
  const newPath = takePath(guest.otherPath, guest, newPointer, newLength);
  const root = directoryFor(guest, fd, Rights.PATH_RENAME_SOURCE);
  const newRoot = directoryFor(guest, newFd, Rights.PATH_RENAME_TARGET, "otherBase");
  renameAt(root, path, newRoot, newPath);
}

/** Makes a symbolic link. */
function path_symlink(
  guest: Guest,
  targetPointer: number,
  targetLength: number,
  fd: number,
  pointer: number,
  length: number,
): void {
  const target = takePath(guest.path, guest, targetPointer, targetLength);
  const path = takePath(guest.otherPath, guest, pointer, length);
  symlinkAt(target, directoryFor(guest, fd, Rights.PATH_SYMLINK, "otherBase"), path);
}

/** Removes a name of a file or link. */
function path_unlink_file(guest: Guest, fd: number, pointer: number, length: number): void {
  const path = takePath(guest.path, guest, pointer, length);
  removeFileAt(directoryFor(guest, fd, Rights.PATH_UNLINK_FILE), path);
}
