/**
 * Sockets.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#sock_accept}
 * @module
 */
import { Fault, isFault } from "../../caps/fault.ts";
import type { Connection } from "../../caps/socket.ts";
import { Fdflags, Riflags, Sdflags } from "../abi/flags.ts";
import { Rights } from "../abi/rights.ts";
import { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import type { Calls, Outcome } from "./call.ts";
import { orNothing, readStream, writeStream } from "./transfer.ts";
import { untilReady } from "./waiting.ts";

/** The connection that a descriptor names. */
function mustBeConnection({ connection, listener }: Descriptor): Connection {
  if (connection !== undefined) return connection;
  throw Fault.of(listener !== undefined ? "ENOTCONN" : "ENOTSOCK");
}

/** Accepts a connection. Nobody is accepted unless the result can be stored. */
function sock_accept(guest: Guest, fd: number, flags: number, resultPointer: number): Outcome {
  const { memory, descriptors } = guest;
  const descriptor = descriptors.get(fd);
  const { listener, connection } = descriptor;
  if (listener === undefined) throw Fault.of(connection !== undefined ? "EINVAL" : "ENOTSOCK");
  descriptor.require(Rights.SOCK_ACCEPT);
  if ((flags & ~Fdflags.NONBLOCK) !== 0) throw Fault.of("EINVAL");
  memory.range(resultPointer, 4);
  descriptors.mustHaveRoom();
  const waiting = untilReady(guest, descriptor, listener);
  if (waiting !== undefined) return waiting.then(() => sock_accept(guest, fd, flags, resultPointer));
  memory.writeU32(resultPointer, descriptors.add(Descriptor.ofConnection(listener.accept(), flags)));
}

/** Receives, or looks at, what a connection has. */
function sock_recv(
  guest: Guest,
  fd: number,
  list: number,
  count: number,
  flags: number,
  sizePointer: number,
  flagsPointer: number,
): Outcome {
  if ((flags & ~(Riflags.PEEK | Riflags.WAITALL)) !== 0) throw Fault.of("EINVAL");
  return receive(guest, { fd, list, count, flags, sizePointer, flagsPointer }, 0);
}

/** The parameters of `sock_recv`. */
interface Receiving {
  readonly fd: number;
  readonly list: number;
  readonly count: number;
  readonly flags: number;
  readonly sizePointer: number;
  readonly flagsPointer: number;
}

/** Goes on with receiving when a part of it is done. */
function receive(guest: Guest, parameters: Receiving, done: number): Outcome {
  const { fd, list, count, flags, sizePointer, flagsPointer } = parameters;
  const descriptor = guest.descriptors.get(fd);
  const connection = mustBeConnection(descriptor);
  descriptor.require(Rights.FD_READ);
  const { memory, buffers } = guest;
  memory.range(sizePointer, 4);
  const flagsAt = memory.range(flagsPointer, 2);
  buffers.load(memory, list, count);
  buffers.skip(Math.min(done, buffers.total));
  const toTheEnd = (flags & (Riflags.WAITALL | Riflags.PEEK)) === Riflags.WAITALL;
  while (buffers.total > 0) {
    const waiting = beforeReceiving(guest, descriptor, connection, done);
    if (waiting === "enough") break;
    if (waiting !== undefined) {
      const soFar = done;
      return waiting.then(() => receive(guest, parameters, soFar));
    }
    const received = (flags & Riflags.PEEK) !== 0
      ? peek(guest, connection)
      : orNothing(done, () => readStream(guest, connection));
    done += received;
    if (received === 0 || !toTheEnd) break;
    buffers.skip(received);
  }
  memory.writeU32(sizePointer, done);
  // Nothing is ever cut: a stream has no messages.
  memory.view.setUint16(flagsAt, 0, true);
}

/** As {@linkcode untilReady}, but what has been received already is enough where nothing more may be waited for. */
function beforeReceiving(
  guest: Guest,
  descriptor: Descriptor,
  connection: Connection,
  done: number,
): Promise<void> | "enough" | undefined {
  try {
    return untilReady(guest, descriptor, connection);
  } catch (error) {
    if (done > 0 && isFault(error, "EAGAIN")) return "enough";
    throw error;
  }
}

/** Looks at what is there without taking it. */
function peek({ memory, buffers }: Guest, connection: Connection): number {
  const scratch = buffers.scratch();
  if (scratch === undefined) return connection.peek(memory.bytes, buffers.start(0), buffers.end(0));
  const seen = connection.peek(scratch, 0, buffers.total);
  buffers.scatter(memory, seen);
  return seen;
}

/** Sends. There are no flags yet that could be given. */
function sock_send(
  guest: Guest,
  fd: number,
  list: number,
  count: number,
  flags: number,
  sizePointer: number,
): Outcome {
  const descriptor = guest.descriptors.get(fd);
  const { writing } = mustBeConnection(descriptor);
  descriptor.require(Rights.FD_WRITE);
  if (flags !== 0) throw Fault.of("EINVAL");
  const { memory, buffers } = guest;
  memory.range(sizePointer, 4);
  buffers.load(memory, list, count);
  if (buffers.total > 0) {
    const waiting = untilReady(guest, descriptor, writing);
    if (waiting !== undefined) {
      return waiting.then(() => sock_send(guest, fd, list, count, flags, sizePointer));
    }
  }
  memory.writeU32(sizePointer, writeStream(guest, writing));
}

/** Ends one or both directions of a connection. */
function sock_shutdown(guest: Guest, fd: number, how: number): void {
  const descriptor = guest.descriptors.get(fd);
  const connection = mustBeConnection(descriptor);
  descriptor.require(Rights.SOCK_SHUTDOWN);
  if (how === 0 || (how & ~(Sdflags.RD | Sdflags.WR)) !== 0) throw Fault.of("EINVAL");
  connection.shutdown((how & Sdflags.RD) !== 0, (how & Sdflags.WR) !== 0);
}

/** The calls about sockets. `wasi_unstable` has them all but `sock_accept`. */
export const sockCalls: Calls = { sock_accept, sock_recv, sock_send, sock_shutdown };
