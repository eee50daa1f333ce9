/**
 * What a descriptor is and may be used for.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_fdstat_get}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { Fdflags } from "../abi/flags.ts";
import { FDSTAT_SIZE, writeFdstat } from "../abi/layout.ts";
import { exceedsRights, knownRights, Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";

/** Tells what a descriptor names, its flags and its rights. */
function fd_fdstat_get(guest: Guest, fd: number, resultPointer: number): void {
  const descriptor = guest.descriptors.get(fd);
  const { memory } = guest;
  memory.range(resultPointer, FDSTAT_SIZE);
  const { filetype, flags, base, inheriting } = descriptor;
  writeFdstat(memory, resultPointer, filetype, flags, base, inheriting);
}

const ALL_FDFLAGS: number = Fdflags.APPEND | Fdflags.DSYNC | Fdflags.NONBLOCK | Fdflags.RSYNC | Fdflags.SYNC;

/**
 * Refuses flags that mean nothing.
 *
 * @param flags A sum of {@linkcode Fdflags}
 * @throws {Fault} `EINVAL`
 */
export function mustBeFdflags(flags: number): void {
  if ((flags & ~ALL_FDFLAGS) !== 0) throw Fault.of("EINVAL");
}

/** Sets the flags. */
function fd_fdstat_set_flags(guest: Guest, fd: number, flags: number): void {
  const descriptor = guest.descriptors.get(fd);
  descriptor.require(Rights.FD_FDSTAT_SET_FLAGS);
  mustBeFdflags(flags);
  descriptor.flags = flags;
}

/** Takes rights away. Nothing gives them back. */
function fd_fdstat_set_rights(guest: Guest, fd: number, base: bigint, inheriting: bigint): void {
  const descriptor = guest.descriptors.get(fd);
  if (exceedsRights(base, descriptor.base) || exceedsRights(inheriting, descriptor.inheriting)) {
    throw Fault.of("ENOTCAPABLE");
  }
  descriptor.base = knownRights(base);
  descriptor.inheriting = knownRights(inheriting);
}

/** The calls about what a descriptor is. */
export const fdstatCalls: Calls = { fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights };
