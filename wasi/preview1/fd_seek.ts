/**
 * The position in a file. It is a number of the descriptor's: only the end of the file takes a call of the host.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_seek}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { Whence } from "../abi/flags.ts";
import type { Layout } from "../abi/layout.ts";
import { Rights } from "../abi/rights.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import type { Calls } from "./call.ts";
import { mustBeFile } from "./named.ts";

/**
 * The calls about positions.
 *
 * @param layout How `whence` is numbered
 * @returns The calls
 */
export function seekCalls({ whence: order }: Layout): Calls {
  /** Moves the position, also beyond the end. */
  function fd_seek(guest: Guest, fd: number, offset: bigint, whence: number, resultPointer: number): void {
    const descriptor = guest.descriptors.get(fd);
    const file = mustBeFile(descriptor, "ESPIPE");
    const from = order[whence];
    const distance = Number(offset);
    if (from === Whence.CUR && distance === 0) mustTell(descriptor);
    else descriptor.require(Rights.FD_SEEK);
    const { memory } = guest;
    memory.range(resultPointer, 8);
    let position: number;
    if (from === Whence.SET) position = distance;
    else if (from === Whence.CUR) position = descriptor.positionIn(file) + distance;
    else if (from === Whence.END) position = file.stat().size + distance;
    else throw Fault.of("EINVAL");
    if (position < 0 || position > Number.MAX_SAFE_INTEGER) throw Fault.of("EINVAL");
    descriptor.position = position;
    memory.writeSize(resultPointer, position);
  }
  return { fd_seek, fd_tell };
}

/** Tells the position. */
function fd_tell(guest: Guest, fd: number, resultPointer: number): void {
  const descriptor = guest.descriptors.get(fd);
  const file = mustBeFile(descriptor, "ESPIPE");
  mustTell(descriptor);
  guest.memory.writeSize(resultPointer, descriptor.positionIn(file));
}

function mustTell(descriptor: Descriptor): void {
  if ((descriptor.base & (Rights.FD_TELL | Rights.FD_SEEK)) === 0) throw Fault.of("ENOTCAPABLE");
}
