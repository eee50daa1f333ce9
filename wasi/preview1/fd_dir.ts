/**
 * Listing directories, and finding those that were granted.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_readdir}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { Dirents } from "../abi/dirents.ts";
import { PRESTAT_SIZE } from "../abi/layout.ts";
import { offsetOf } from "../abi/numbers.ts";
import { Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";
import { mustBeDirectory } from "./named.ts";

/**
 * Lists a directory from a cookie on. The listing is taken when the cookie is 0 and holds until it is 0 again, so that
 * nothing appears twice or is missed when entries are made or removed in between.
 */
function fd_readdir(
  guest: Guest,
  fd: number,
  pointer: number,
  length: number,
  cookie: bigint,
  resultPointer: number,
): void {
  const descriptor = guest.descriptors.get(fd);
  const directory = mustBeDirectory(descriptor);
  descriptor.require(Rights.FD_READDIR);
  const first = offsetOf(cookie, "EINVAL");
  const { memory } = guest;
  memory.range(pointer, length);
  memory.range(resultPointer, 4);
  if (first === 0 || descriptor.listing === undefined) {
    descriptor.listing = Dirents.of(directory);
    guest.listings.keep(descriptor);
  }
  const part = descriptor.listing.from(first, length >>> 0);
  memory.write(pointer, part);
  memory.writeU32(resultPointer, part.length);
}

/** The name of a directory that was granted, in UTF-8. */
function nameOf(guest: Guest, fd: number): Uint8Array {
  const name = guest.descriptors.get(fd).grantedAs;
  if (name === undefined) throw Fault.of("EBADF");
  return name;
}

/** Tells whether a descriptor is a directory that was granted, and how long its name is. */
function fd_prestat_get(guest: Guest, fd: number, resultPointer: number): void {
  const name = nameOf(guest, fd);
  const { memory } = guest;
  memory.range(resultPointer, PRESTAT_SIZE);
  // The tag, a byte and its padding: 0, a directory.
  memory.writeU32(resultPointer, 0);
  memory.writeU32(resultPointer + 4, name.length);
}

/** Tells the name of a directory that was granted. */
function fd_prestat_dir_name(guest: Guest, fd: number, pointer: number, length: number): void {
  const name = nameOf(guest, fd);
  if (length >>> 0 < name.length) throw Fault.of("ENAMETOOLONG");
  guest.memory.range(pointer, length);
  guest.memory.write(pointer, name);
}

/** The calls about directories that are open. */
export const dirCalls: Calls = { fd_readdir, fd_prestat_get, fd_prestat_dir_name };
