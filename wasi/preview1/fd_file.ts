/**
 * What else can be done with a file that is open.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_allocate}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { LAST_ADVICE } from "../abi/flags.ts";
import { offsetOf } from "../abi/numbers.ts";
import { Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";
import { mustBeFile } from "./named.ts";

/** Takes note of how a file will be used, and does nothing about it. */
function fd_advise(guest: Guest, fd: number, offset: bigint, length: bigint, advice: number): void {
  const descriptor = guest.descriptors.get(fd);
  mustBeFile(descriptor, "ESPIPE");
  descriptor.require(Rights.FD_ADVISE);
  offsetOf(offset, "EINVAL");
  offsetOf(length, "EINVAL");
  if (advice < 0 || advice > LAST_ADVICE) throw Fault.of("EINVAL");
}

/** Makes sure that a range of a file has room. */
function fd_allocate(guest: Guest, fd: number, offset: bigint, length: bigint): void {
  const descriptor = guest.descriptors.get(fd);
  const file = mustBeFile(descriptor, "ESPIPE");
  descriptor.require(Rights.FD_ALLOCATE);
  const start = offsetOf(offset, "EFBIG");
  const size = offsetOf(length, "EFBIG");
  if (size === 0) throw Fault.of("EINVAL");
  if (start + size > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
  // The position does not follow the end.
  descriptor.positionIn(file);
  file.allocate(start, size);
}

/** Returns when contents and attributes are on the disk. */
function fd_sync(guest: Guest, fd: number): void {
  const descriptor = guest.descriptors.get(fd);
  if (descriptor.stream !== undefined) throw Fault.of("EINVAL");
  descriptor.require(Rights.FD_SYNC);
  if (descriptor.directory !== undefined) descriptor.directory.sync();
  else descriptor.file!.sync(false);
}

/** Returns when contents are on the disk. */
function fd_datasync(guest: Guest, fd: number): void {
  const descriptor = guest.descriptors.get(fd);
  if (descriptor.stream !== undefined) throw Fault.of("EINVAL");
  descriptor.require(Rights.FD_DATASYNC);
  if (descriptor.directory !== undefined) descriptor.directory.sync();
  else descriptor.file!.sync(true);
}

/** The other calls about open files. */
export const fileCalls: Calls = { fd_advise, fd_allocate, fd_sync, fd_datasync };
