/**
 * The flags and small enumerations of WASI preview 1.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#types}
 * @module
 */

/** How `path_open` opens. */
export const Oflags = {
  /** What does not exist is made, as an empty file. */
  CREAT: 1,
  /** Only a directory will do. */
  DIRECTORY: 2,
  /** With `CREAT`: what exists already is an error. */
  EXCL: 4,
  /** The contents are dropped. */
  TRUNC: 8,
} as const;

/** What can be switched on and off while a descriptor is open. */
export const Fdflags = {
  /** Every write goes to the end. */
  APPEND: 1,
  /** A write returns when contents are on the disk. */
  DSYNC: 2,
  /** What would wait is `EAGAIN` instead. */
  NONBLOCK: 4,
  /** As `SYNC`, for what is read. */
  RSYNC: 8,
  /** A write returns when contents and attributes are on the disk. */
  SYNC: 16,
} as const;

/** How a path is resolved. */
export const Lookupflags = {
  /** A link in the last place is followed. */
  SYMLINK_FOLLOW: 1,
} as const;

/** Which times are set, and to what. */
export const Fstflags = {
  /** The time of the last read, as given. */
  ATIM: 1,
  /** The time of the last read, to now. */
  ATIM_NOW: 2,
  /** The time of the last change, as given. */
  MTIM: 4,
  /** The time of the last change, to now. */
  MTIM_NOW: 8,
} as const;

/** How `sock_recv` receives. */
export const Riflags = {
  /** What is received stays there. */
  PEEK: 1,
  /** Wait until all buffers are full. */
  WAITALL: 2,
} as const;

/** Which directions `sock_shutdown` ends. */
export const Sdflags = {
  /** No more is received. */
  RD: 1,
  /** No more is sent. */
  WR: 2,
} as const;

/** How the time of a clock subscription is meant. */
export const Subclockflags = {
  /** As a reading of the clock, not as a duration from now. */
  ABSTIME: 1,
} as const;

/** What an event says of a descriptor. */
export const Eventrwflags = {
  /** The other side is gone. */
  HANGUP: 1,
} as const;

/** What is waited for. */
export const Eventtype = {
  /** A clock reaches a time. */
  CLOCK: 0,
  /** A descriptor can be read without waiting. */
  FD_READ: 1,
  /** A descriptor can be written without waiting. */
  FD_WRITE: 2,
} as const;

/** The clocks. */
export const Clockid = {
  /** Time of day, since 1970 began. */
  REALTIME: 0,
  /** Never goes back. */
  MONOTONIC: 1,
  /** Time that the process spent computing. */
  PROCESS_CPUTIME_ID: 2,
  /** Time that the thread spent computing. */
  THREAD_CPUTIME_ID: 3,
} as const;

/** Where `fd_seek` counts from. Preview 1 numbers them in this order, `wasi_unstable` in another. */
export const Whence = {
  /** The beginning of the file. */
  SET: 0,
  /** The position. */
  CUR: 1,
  /** The end of the file. */
  END: 2,
} as const;

/** The highest number of an advice for `fd_advise`: `NOREUSE`. */
export const LAST_ADVICE = 5;
