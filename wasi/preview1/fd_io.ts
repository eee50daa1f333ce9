/**
 * Reading and writing.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#fd_read}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { offsetOf } from "../abi/numbers.ts";
import { Rights } from "../abi/rights.ts";
import type { Guest } from "../guest.ts";
import type { Calls, Outcome } from "./call.ts";
import { mustBeFile } from "./named.ts";
import {
  appendToFile,
  inPieces,
  readFile,
  readStream,
  SMALL_WRITE,
  writeFile,
  writeStream,
} from "./transfer.ts";
import { untilReady } from "./waiting.ts";
import { Fdflags } from "../abi/flags.ts";
import { AT_END, type Descriptor } from "../descriptor.ts";

/** Reads where the last read or write of a file ended, or from a stream. */
function fd_read(guest: Guest, fd: number, list: number, count: number, resultPointer: number): Outcome {
  const descriptor = guest.descriptors.get(fd);
  if (descriptor.directory !== undefined) throw Fault.of("EISDIR");
  descriptor.require(Rights.FD_READ);
  const { memory, buffers } = guest;
  memory.range(resultPointer, 4);
  buffers.load(memory, list, count);
  const { file, input } = descriptor;
  if (file !== undefined) {
    const read = readFile(guest, file, descriptor.positionIn(file));
    descriptor.position += read;
    memory.writeU32(resultPointer, read);
    return;
  }
  if (input === undefined) throw Fault.of("EBADF");
  if (buffers.total > 0) {
    const waiting = untilReady(guest, descriptor, input);
    // Whatever was checked may have changed meanwhile, so all of it is done again.
    if (waiting !== undefined) return waiting.then(() => fd_read(guest, fd, list, count, resultPointer));
  }
  memory.writeU32(resultPointer, readStream(guest, input));
}

/** Writes where the last read or write of a file ended, or at its end, or to a stream. */
function fd_write(guest: Guest, fd: number, list: number, count: number, resultPointer: number): Outcome {
  const descriptor = guest.descriptors.get(fd);
  if (descriptor.directory !== undefined) throw Fault.of("EISDIR");
  descriptor.require(Rights.FD_WRITE);
  const { memory, buffers } = guest;
  memory.range(resultPointer, 4);
  buffers.load(memory, list, count);
  const { file, output } = descriptor;
  if (file !== undefined) {
    if ((descriptor.flags & Fdflags.APPEND) !== 0) {
      const written = appendToFile(guest, file, descriptor.flags);
      if (written > 0) descriptor.position = AT_END;
      memory.writeU32(resultPointer, written);
      return;
    }
    const written = writeFile(guest, file, descriptor.flags, descriptor.positionIn(file));
    descriptor.position += written;
    memory.writeU32(resultPointer, written);
    return;
  }
  if (output === undefined) throw Fault.of("EBADF");
  if (buffers.total > 0) {
    const waiting = untilReady(guest, descriptor, output);
    if (waiting !== undefined) return waiting.then(() => fd_write(guest, fd, list, count, resultPointer));
    if (buffers.total > SMALL_WRITE && !output.asynchronous && mustNotStall(guest, descriptor)) {
      const pieces = inPieces(output, () => void untilReady(guest, descriptor, output));
      memory.writeU32(resultPointer, writeStream(guest, pieces));
      return;
    }
  }
  memory.writeU32(resultPointer, writeStream(guest, output));
}

/** Whether a write may not wait for as long as it takes. */
function mustNotStall({ deadline }: Guest, { flags }: Descriptor): boolean {
  return deadline !== undefined || (flags & Fdflags.NONBLOCK) !== 0;
}

const READ_AT: number = Rights.FD_READ | Rights.FD_SEEK;
const WRITE_AT: number = Rights.FD_WRITE | Rights.FD_SEEK;

/** Reads at a place in a file. Its position stays. */
function fd_pread(
  guest: Guest,
  fd: number,
  list: number,
  count: number,
  offset: bigint,
  resultPointer: number,
): void {
  const descriptor = guest.descriptors.get(fd);
  const file = mustBeFile(descriptor, "ESPIPE");
  descriptor.require(READ_AT);
  const at = offsetOf(offset, "EINVAL");
  const { memory, buffers } = guest;
  memory.range(resultPointer, 4);
  buffers.load(memory, list, count);
  memory.writeU32(resultPointer, readFile(guest, file, at));
}

/** Writes at a place in a file, also one that is appended to. Its position stays. */
function fd_pwrite(
  guest: Guest,
  fd: number,
  list: number,
  count: number,
  offset: bigint,
  resultPointer: number,
): void {
  const descriptor = guest.descriptors.get(fd);
  const file = mustBeFile(descriptor, "ESPIPE");
  descriptor.require(WRITE_AT);
  const at = offsetOf(offset, "EFBIG");
  const { memory, buffers } = guest;
  memory.range(resultPointer, 4);
  buffers.load(memory, list, count);
  // What is written may move the end, which the position must not follow.
  descriptor.positionIn(file);
  memory.writeU32(resultPointer, writeFile(guest, file, descriptor.flags, at));
}

/** The calls that read and write. */
export const ioCalls: Calls = { fd_read, fd_write, fd_pread, fd_pwrite };
