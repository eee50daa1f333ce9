/**
 * Moving bytes between a guest's buffers and what a descriptor names.
 *
 * Several small buffers are moved as one piece, through a buffer of the guest's; one buffer is moved where it lies.
 *
 * @module
 */
import { Fault, isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import type { InputStream, OutputStream } from "../../caps/stream.ts";
import { Fdflags } from "../abi/flags.ts";
import { AT_END } from "../descriptor.ts";
import type { Guest } from "../guest.ts";

/**
 * Reads from a file into the buffers of the call.
 *
 * @param guest The guest, its buffers loaded
 * @param file The file
 * @param at Byte offset in the file, 0 to 2^53 - 1
 * @returns How many bytes were read; fewer than the buffers hold when the file ends
 * @throws {Fault} `EOVERFLOW` for a range that ends beyond 2^53 - 1, and as {@linkcode File.read}
 */
export function readFile({ memory, buffers }: Guest, file: File, at: number): number {
  const { count, total } = buffers;
  if (at + total > Number.MAX_SAFE_INTEGER) throw Fault.of("EOVERFLOW");
  if (count === 1) return file.read(memory.bytes, buffers.start(0), buffers.end(0), at);
  const scratch = buffers.scratch();
  if (scratch !== undefined) {
    const read = file.read(scratch, 0, total, at);
    buffers.scatter(memory, read);
    return read;
  }
  let done = 0;
  for (let i = 0; i < count; i++) {
    const start = buffers.start(i);
    const end = buffers.end(i);
    const read = orNothing(done, () => file.read(memory.bytes, start, end, at + done));
    done += read;
    if (read < end - start) break;
  }
  return done;
}

/**
 * Writes the buffers of the call to a file.
 *
 * @param guest The guest, its buffers loaded
 * @param file The file
 * @param flags The descriptor's {@linkcode Fdflags}
 * @param at Byte offset in the file, 0 to 2^53 - 1
 * @returns How many bytes were written
 * @throws {Fault} `EFBIG` for a range that ends beyond 2^53 - 1, and as {@linkcode File.write}
 */
export function writeFile(guest: Guest, file: File, flags: number, at: number): number {
  const { memory, buffers } = guest;
  const { count, total } = buffers;
  if (at + total > Number.MAX_SAFE_INTEGER) throw Fault.of("EFBIG");
  let done = 0;
  const scratch = buffers.scratch();
  if (count === 1) {
    done = put(file, memory.bytes, buffers.start(0), buffers.end(0), at);
  } else if (scratch !== undefined) {
    buffers.gather(memory);
    done = put(file, scratch, 0, total, at);
  } else {
    for (let i = 0; i < count; i++) {
      const start = buffers.start(i);
      const end = buffers.end(i);
      const place = at === AT_END ? AT_END : at + done;
      const written = orNothing(done, () => put(file, memory.bytes, start, end, place));
      done += written;
      if (written < end - start) break;
    }
  }
  if ((flags & SYNCHRONOUS) !== 0) file.sync((flags & Fdflags.SYNC) === 0);
  return done;
}

const SYNCHRONOUS: number = Fdflags.SYNC | Fdflags.DSYNC;

/**
 * Writes the buffers of the call to the end of a file.
 *
 * @param guest The guest, its buffers loaded
 * @param file The file
 * @param flags The descriptor's {@linkcode Fdflags}
 * @returns How many bytes were written
 * @throws {Fault} As {@linkcode File.append}
 */
export function appendToFile(guest: Guest, file: File, flags: number): number {
  return writeFile(guest, file, flags, AT_END);
}

function put(file: File, from: Uint8Array<ArrayBufferLike>, start: number, end: number, at: number): number {
  return at === AT_END ? file.append(from, start, end) : file.write(from, start, end, at);
}

/**
 * Reads from a stream into the buffers of the call, once.
 *
 * @param guest The guest, its buffers loaded
 * @param input The stream
 * @returns How many bytes were read, at least 1 unless at the end or without room
 * @throws {Fault} As {@linkcode InputStream.read}
 */
export function readStream({ memory, buffers }: Guest, input: InputStream): number {
  if (buffers.count === 0) return 0;
  const scratch = buffers.scratch();
  // A second read could wait, so that too many bytes for one piece are read into the first buffer alone.
  if (scratch === undefined) return input.read(memory.bytes, buffers.start(0), buffers.end(0));
  const read = input.read(scratch, 0, buffers.total);
  buffers.scatter(memory, read);
  return read;
}

/** What there is to a stream for whoever only writes. */
type Writable = Pick<OutputStream, "write">;

/**
 * What every output that is ready takes without waiting, in bytes: `PIPE_BUF` of Linux. A larger write would wait
 * inside the operating system until somebody reads, whatever deadline there is.
 */
export const SMALL_WRITE = 4096;

/**
 * An output that writes in pieces, each no larger than what the stream behind it can take now.
 *
 * @param output The stream, which is ready
 * @param untilReady Waits until the stream is ready again
 * @returns The output; a fault behind the first piece makes the write a short one
 */
export function inPieces(output: OutputStream, untilReady: () => void): Writable {
  return {
    write(from, start, end): number {
      let at = start;
      for (let written = 1; at < end && written > 0; at += written) {
        written = orNothing(at - start, () => {
          if (at > start) untilReady();
          // Of an output that nobody reads any more the write itself tells.
          return output.write(from, at, Math.min(end, at + (output.ready() || SMALL_WRITE)));
        });
      }
      return at - start;
    },
  };
}

/**
 * Writes the buffers of the call to a stream, up to the first short write.
 *
 * @param guest The guest, its buffers loaded
 * @param output The stream
 * @returns How many bytes were written, at least 1 unless there are none
 * @throws {Fault} As {@linkcode OutputStream.write}
 */
export function writeStream({ memory, buffers }: Guest, output: Writable): number {
  if (buffers.count === 1) return output.write(memory.bytes, buffers.start(0), buffers.end(0));
  const scratch = buffers.scratch();
  if (scratch !== undefined) {
    buffers.gather(memory);
    return output.write(scratch, 0, buffers.total);
  }
  let done = 0;
  for (let i = 0; i < buffers.count; i++) {
    const start = buffers.start(i);
    const end = buffers.end(i);
    const written = orNothing(done, () => output.write(memory.bytes, start, end));
    done += written;
    if (written < end - start) break;
  }
  return done;
}

/**
 * Does the next part of a transfer. A fault after the first part is not told: the next call will meet it first.
 *
 * @param done How many bytes have been moved already
 * @param transfer Moves the next ones
 * @returns How many it moved; 0 for a fault behind others
 * @throws {Fault} That of the first part
 */
export function orNothing(done: number, transfer: () => number): number {
  try {
    return transfer();
  } catch (error) {
    if (done > 0 && isFault(error)) return 0;
    throw error;
  }
}
