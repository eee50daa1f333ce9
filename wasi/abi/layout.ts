/**
 * Where the fields of structures lie in a guest's memory, in preview 1 and in its predecessor `wasi_unstable`.
 *
 * The two differ in three places: the order of `whence`, `filestat` (where the number of links had 32 bits) and
 * `subscription` (where a clock carried an identifier).
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#types}
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/legacy/preview0/docs.md#types}
 * @module
 */
import type { Stat } from "../../caps/stat.ts";
import { filetypeOf } from "./filetype.ts";
import { Whence } from "./flags.ts";
import type { GuestMemory } from "./memory.ts";

/** What differs between preview 1 and `wasi_unstable`. */
export interface Layout {
  /** What each number of `whence` means. */
  readonly whence: readonly number[];
  /** `filestat`: how large it is and where the fields behind `filetype` lie. */
  readonly filestat: {
    /** Bytes in all. */
    readonly size: number;
    /** Offset of the number of links. */
    readonly links: number;
    /** Offset of the file size; the three times follow, 8 bytes each. */
    readonly fileSize: number;
  };
  /** `subscription`: how large it is and where a clock's fields lie. */
  readonly subscription: {
    /** Bytes in all. */
    readonly size: number;
    /** Offset of the clock's number. The time is 8 bytes behind it, the flags 24. */
    readonly clock: number;
  };
}

/** `wasi_snapshot_preview1`. */
export const PREVIEW1: Layout = {
  whence: [Whence.SET, Whence.CUR, Whence.END],
  filestat: { size: 64, links: 24, fileSize: 32 },
  subscription: { size: 48, clock: 16 },
};

/** `wasi_unstable`. */
export const UNSTABLE: Layout = {
  whence: [Whence.CUR, Whence.END, Whence.SET],
  filestat: { size: 56, links: 20, fileSize: 24 },
  subscription: { size: 56, clock: 24 },
};

/** Bytes in a `fdstat`. */
export const FDSTAT_SIZE = 24;
/** Bytes in a `prestat`. */
export const PRESTAT_SIZE = 8;
/** Bytes in an `event`. */
export const EVENT_SIZE = 32;

/**
 * Writes a `filestat`.
 *
 * @param memory The guest's memory
 * @param pointer Where it goes
 * @param stat What it says
 * @param layout Which of the two forms
 * @throws {Fault} `EFAULT`
 */
export function writeFilestat(
  memory: GuestMemory,
  pointer: number,
  stat: Stat,
  { filestat: { size, links, fileSize } }: Layout,
): void {
  const at = memory.range(pointer, size);
  const { bytes, view } = memory;
  bytes.fill(0, at, at + size);
  view.setBigUint64(at, stat.device, true);
  view.setBigUint64(at + 8, stat.inode, true);
  view.setUint8(at + 16, filetypeOf(stat.kind));
  // The upper half of the longer form stays zero: no file has 2^32 names.
  view.setUint32(at + links, stat.links, true);
  memory.writeSize(at + fileSize, stat.size);
  view.setBigUint64(at + fileSize + 8, stat.accessed, true);
  view.setBigUint64(at + fileSize + 16, stat.modified, true);
  view.setBigUint64(at + fileSize + 24, stat.changed, true);
}

/**
 * Writes the `filestat` of something that has no file: its kind, and zeros.
 *
 * @param memory The guest's memory
 * @param pointer Where it goes
 * @param filetype Its kind
 * @param layout Which of the two forms
 * @throws {Fault} `EFAULT`
 */
export function writeBareFilestat(
  memory: GuestMemory,
  pointer: number,
  filetype: number,
  { filestat: { size } }: Layout,
): void {
  const at = memory.range(pointer, size);
  memory.bytes.fill(0, at, at + size);
  memory.view.setUint8(at + 16, filetype);
}

/**
 * Writes a `fdstat`.
 *
 * @param memory The guest's memory
 * @param pointer Where it goes
 * @param filetype What the descriptor names
 * @param flags Its flags
 * @param base Its rights
 * @param inheriting The rights that it hands on
 * @throws {Fault} `EFAULT`
 */
export function writeFdstat(
  memory: GuestMemory,
  pointer: number,
  filetype: number,
  flags: number,
  base: number,
  inheriting: number,
): void {
  const at = memory.range(pointer, FDSTAT_SIZE);
  const { bytes, view } = memory;
  bytes.fill(0, at, at + FDSTAT_SIZE);
  view.setUint8(at, filetype);
  view.setUint16(at + 2, flags, true);
  view.setUint32(at + 8, base, true);
  view.setUint32(at + 16, inheriting, true);
}

/** One thing that has happened, for `poll_oneoff`. */
export interface Event {
  /** What the subscription was marked with. */
  readonly userdata: bigint;
  /** An {@linkcode Errno}. */
  readonly error: number;
  /** An {@linkcode Eventtype}. */
  readonly type: number;
  /** Bytes that can be moved without waiting. */
  readonly bytes: number;
  /** A sum of {@linkcode Eventrwflags}. */
  readonly flags: number;
}

/**
 * Writes an `event`.
 *
 * @param memory The guest's memory
 * @param pointer Where it goes
 * @param event What it says
 * @throws {Fault} `EFAULT`
 */
export function writeEvent(memory: GuestMemory, pointer: number, event: Event): void {
  const at = memory.range(pointer, EVENT_SIZE);
  const { bytes, view } = memory;
  bytes.fill(0, at, at + EVENT_SIZE);
  view.setBigUint64(at, event.userdata, true);
  view.setUint16(at + 8, event.error, true);
  view.setUint8(at + 10, event.type);
  memory.writeSize(at + 16, event.bytes);
  view.setUint16(at + 24, event.flags, true);
}
