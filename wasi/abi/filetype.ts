/**
 * The kinds of things, as WASI preview 1 numbers them.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#filetype}
 * @module
 */
import type { Kind } from "../../caps/stat.ts";
import type { StreamKind } from "../../caps/stream.ts";

/** The kinds of things. */
export const Filetype = {
  /** None of the others. */
  UNKNOWN: 0,
  /** A block device. */
  BLOCK_DEVICE: 1,
  /** A character device; without `fd_seek` and `fd_tell` among its rights, a terminal. */
  CHARACTER_DEVICE: 2,
  /** A directory. */
  DIRECTORY: 3,
  /** A file with contents. */
  REGULAR_FILE: 4,
  /** A datagram socket. */
  SOCKET_DGRAM: 5,
  /** A stream socket. */
  SOCKET_STREAM: 6,
  /** A symbolic link. */
  SYMBOLIC_LINK: 7,
} as const;

const ofKinds: Readonly<Record<Kind, number>> = {
  "file": Filetype.REGULAR_FILE,
  "directory": Filetype.DIRECTORY,
  "link": Filetype.SYMBOLIC_LINK,
  "character-device": Filetype.CHARACTER_DEVICE,
  "block-device": Filetype.BLOCK_DEVICE,
  "pipe": Filetype.UNKNOWN,
  "socket": Filetype.SOCKET_STREAM,
  "unknown": Filetype.UNKNOWN,
};

const ofStreamKinds: Readonly<Record<StreamKind, number>> = {
  "terminal": Filetype.CHARACTER_DEVICE,
  "pipe": Filetype.UNKNOWN,
  "file": Filetype.REGULAR_FILE,
  "socket": Filetype.SOCKET_STREAM,
  // As a character device it would pass for a terminal.
  "null": Filetype.UNKNOWN,
};

/**
 * The number of a kind. Preview 1 has none for a pipe.
 *
 * @param kind What something is
 * @returns Its {@linkcode Filetype}
 */
export function filetypeOf(kind: Kind): number {
  return ofKinds[kind];
}

/**
 * The number of what a stream is connected to.
 *
 * @param kind What the stream is connected to
 * @returns Its {@linkcode Filetype}
 */
export function filetypeOfStream(kind: StreamKind): number {
  return ofStreamKinds[kind];
}
