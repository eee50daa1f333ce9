/**
 * What is known of a file that is open, and changing it.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_filestat_get}
 * @module
 */
import { type Layout, writeBareFilestat, writeFilestat } from "../abi/layout.ts";
import { offsetOf } from "../abi/numbers.ts";
import { Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";
import { mustBeFile } from "./named.ts";
import { timesOf } from "./times.ts";
import { Fault } from "../../caps/fault.ts";

/**
 * The calls about what is known of an open file.
 *
 * @param layout How a `filestat` is laid out
 * @returns The calls
 */
export function filestatCalls(layout: Layout): Calls {
  /** Tells size, times and identity; of a stream, only what kind it is. */
  function fd_filestat_get(guest: Guest, fd: number, resultPointer: number): void {
    const descriptor = guest.descriptors.get(fd);
    descriptor.require(Rights.FD_FILESTAT_GET);
    const { memory } = guest;
    memory.range(resultPointer, layout.filestat.size);
    const { file, directory } = descriptor;
    if (file !== undefined) writeFilestat(memory, resultPointer, file.stat(), layout);
    else if (directory !== undefined) writeFilestat(memory, resultPointer, directory.stat(), layout);
    else writeBareFilestat(memory, resultPointer, descriptor.filetype, layout);
  }
  return { fd_filestat_get, fd_filestat_set_size, fd_filestat_set_times };
}

/** Cuts or extends a file. */
function fd_filestat_set_size(guest: Guest, fd: number, size: bigint): void {
  const descriptor = guest.descriptors.get(fd);
  const file = mustBeFile(descriptor, "EINVAL");
  descriptor.require(Rights.FD_FILESTAT_SET_SIZE);
  const length = offsetOf(size, "EFBIG");
  // The position does not follow the end.
  descriptor.positionIn(file);
  file.setSize(length);
}

/** Sets the times of a file or directory. */
function fd_filestat_set_times(
  guest: Guest,
  fd: number,
  accessed: bigint,
  modified: bigint,
  flags: number,
): void {
  const descriptor = guest.descriptors.get(fd);
  descriptor.require(Rights.FD_FILESTAT_SET_TIMES);
  const times = timesOf(guest, accessed, modified, flags);
  const target = descriptor.file ?? descriptor.directory;
  if (target === undefined) throw Fault.of("EINVAL");
  target.setTimes(times.accessed, times.modified);
}
