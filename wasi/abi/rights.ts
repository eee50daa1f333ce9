/**
 * Rights: what a descriptor can be used for. They are 64-bit in WASI, but only the low 30 bits mean anything, so that
 * plain numbers do here.
 *
 * What is asked for in `path_open` is clipped to what the directory hands on, never refused: programs ask for all they
 * might need. Reading and writing a file take having asked for it. Everything else comes with the file, and a
 * directory comes with all that its parent hands on, because many programs ask for nothing there and then use it.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#rights}
 * @module
 */

/** The rights, each named for the calls it permits. */
export const Rights = {
  /** `fd_datasync`. */
  FD_DATASYNC: 1 << 0,
  /** `fd_read`, `sock_recv`, and with `fd_seek` `fd_pread`. */
  FD_READ: 1 << 1,
  /** `fd_seek`, and all that `fd_tell` covers. */
  FD_SEEK: 1 << 2,
  /** `fd_fdstat_set_flags`. */
  FD_FDSTAT_SET_FLAGS: 1 << 3,
  /** `fd_sync`. */
  FD_SYNC: 1 << 4,
  /** `fd_tell`. */
  FD_TELL: 1 << 5,
  /** `fd_write`, `sock_send`, and with `fd_seek` `fd_pwrite`. */
  FD_WRITE: 1 << 6,
  /** `fd_advise`. */
  FD_ADVISE: 1 << 7,
  /** `fd_allocate`. */
  FD_ALLOCATE: 1 << 8,
  /** `path_create_directory`. */
  PATH_CREATE_DIRECTORY: 1 << 9,
  /** `path_open` with `CREAT`. */
  PATH_CREATE_FILE: 1 << 10,
  /** `path_link`, the directory of the old name. */
  PATH_LINK_SOURCE: 1 << 11,
  /** `path_link`, the directory of the new name. */
  PATH_LINK_TARGET: 1 << 12,
  /** `path_open`. */
  PATH_OPEN: 1 << 13,
  /** `fd_readdir`. */
  FD_READDIR: 1 << 14,
  /** `path_readlink`. */
  PATH_READLINK: 1 << 15,
  /** `path_rename`, the directory of the old name. */
  PATH_RENAME_SOURCE: 1 << 16,
  /** `path_rename`, the directory of the new name. */
  PATH_RENAME_TARGET: 1 << 17,
  /** `path_filestat_get`. */
  PATH_FILESTAT_GET: 1 << 18,
  /** `path_open` with `TRUNC`. */
  PATH_FILESTAT_SET_SIZE: 1 << 19,
  /** `path_filestat_set_times`. */
  PATH_FILESTAT_SET_TIMES: 1 << 20,
  /** `fd_filestat_get`. */
  FD_FILESTAT_GET: 1 << 21,
  /** `fd_filestat_set_size`. */
  FD_FILESTAT_SET_SIZE: 1 << 22,
  /** `fd_filestat_set_times`. */
  FD_FILESTAT_SET_TIMES: 1 << 23,
  /** `path_symlink`. */
  PATH_SYMLINK: 1 << 24,
  /** `path_remove_directory`. */
  PATH_REMOVE_DIRECTORY: 1 << 25,
  /** `path_unlink_file`. */
  PATH_UNLINK_FILE: 1 << 26,
  /** `poll_oneoff`. */
  POLL_FD_READWRITE: 1 << 27,
  /** `sock_shutdown`. */
  SOCK_SHUTDOWN: 1 << 28,
  /** `sock_accept`. */
  SOCK_ACCEPT: 1 << 29,
} as const;

const {
  FD_DATASYNC,
  FD_READ,
  FD_SEEK,
  FD_FDSTAT_SET_FLAGS,
  FD_SYNC,
  FD_TELL,
  FD_WRITE,
  FD_ADVISE,
  FD_ALLOCATE,
  FD_READDIR,
  FD_FILESTAT_GET,
  FD_FILESTAT_SET_SIZE,
  FD_FILESTAT_SET_TIMES,
  POLL_FD_READWRITE,
  SOCK_SHUTDOWN,
  SOCK_ACCEPT,
} = Rights;

/** What can be done with a file that was opened for writing. */
const WRITING: number = FD_WRITE | FD_ALLOCATE | FD_FILESTAT_SET_SIZE;

/** What takes a file that was opened for reading. */
export const READING: number = FD_READ | FD_READDIR;

/** What every open file can be used for, however it was opened. */
const ALWAYS: number = FD_DATASYNC | FD_SEEK | FD_FDSTAT_SET_FLAGS | FD_SYNC | FD_TELL | FD_ADVISE |
  FD_FILESTAT_GET |
  FD_FILESTAT_SET_TIMES | POLL_FD_READWRITE;

/** All that a regular file can be used for. */
export const FILE_RIGHTS: number = ALWAYS | WRITING | FD_READ;

/** All that a directory can be used for. Neither `fd_seek` nor anything of a file's contents is among it. */
export const DIRECTORY_RIGHTS: number = FD_DATASYNC | FD_SYNC | FD_FDSTAT_SET_FLAGS | FD_READDIR |
  FD_FILESTAT_GET |
  FD_FILESTAT_SET_TIMES | Rights.PATH_CREATE_DIRECTORY | Rights.PATH_CREATE_FILE | Rights.PATH_LINK_SOURCE |
  Rights.PATH_LINK_TARGET | Rights.PATH_OPEN | Rights.PATH_READLINK | Rights.PATH_RENAME_SOURCE |
  Rights.PATH_RENAME_TARGET | Rights.PATH_FILESTAT_GET | Rights.PATH_FILESTAT_SET_SIZE |
  Rights.PATH_FILESTAT_SET_TIMES | Rights.PATH_SYMLINK | Rights.PATH_REMOVE_DIRECTORY |
  Rights.PATH_UNLINK_FILE;

/** All that a granted directory hands on to what is opened below it. */
export const INHERITED_RIGHTS: number = FILE_RIGHTS | DIRECTORY_RIGHTS;

const STREAM: number = FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE;

/** What a stream that is read can be used for. Without `fd_seek` and `fd_tell`, by which a terminal is known. */
export const INPUT_RIGHTS: number = STREAM | FD_READ;

/** What a stream that is written can be used for. */
export const OUTPUT_RIGHTS: number = STREAM | FD_WRITE;

/** What a connected socket can be used for. */
export const CONNECTION_RIGHTS: number = STREAM | FD_READ | FD_WRITE | SOCK_SHUTDOWN;

/** What a listening socket can be used for. */
export const LISTENER_RIGHTS: number = STREAM | FD_READ | SOCK_ACCEPT;

/**
 * The rights of a file that was opened. Who asked to write can change its size too, and nobody else: Go asks for that
 * with every file that it reads, and would otherwise read nothing where nothing may be written.
 *
 * @param asked What the program asked for
 * @param inheriting What the directory hands on
 * @returns Its rights
 *
 * @example
 * ```ts
 * import { fileRights, INHERITED_RIGHTS, Rights } from "./rights.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const rights = fileRights(Rights.FD_READ, INHERITED_RIGHTS);
 * assertEquals((rights & Rights.FD_READ) !== 0, true);
 * assertEquals((rights & Rights.FD_WRITE) !== 0, false);
 * ```
 */
export function fileRights(asked: number, inheriting: number): number {
  const wanted = (asked & inheriting & FD_WRITE) !== 0 ? asked | WRITING : asked & ~WRITING;
  return (wanted | ALWAYS) & inheriting & FILE_RIGHTS;
}

/**
 * The rights of a directory that was opened: whatever was asked for, all that its parent hands on.
 *
 * @param inheriting What the parent hands on
 * @returns Its rights
 */
export function directoryRights(inheriting: number): number {
  return inheriting & DIRECTORY_RIGHTS;
}

/** The bits that mean something. */
const KNOWN = (1n << 30n) - 1n;

/**
 * Takes rights from a 64-bit parameter, dropping bits that mean nothing.
 *
 * @param bits The parameter
 * @returns The rights
 */
export function knownRights(bits: bigint): number {
  return Number(bits & KNOWN);
}

/**
 * Whether a 64-bit parameter holds rights beyond some others.
 *
 * @param bits The parameter
 * @param rights The others
 * @returns `true` if it does
 */
export function exceedsRights(bits: bigint, rights: number): boolean {
  return (bits & ~BigInt(rights)) !== 0n;
}
