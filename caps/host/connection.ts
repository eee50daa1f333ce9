/**
 * A connected socket of the host.
 *
 * @module
 */
import type { Connection } from "../socket.ts";
import { PulledInput } from "../streams/pulled.ts";
import { PushedOutput } from "../streams/pushed.ts";
import { faultFrom } from "./errors.ts";
import { writeAll } from "./write_all.ts";

/** How much is asked of the host at once, in bytes. */
const READ_AHEAD = 65536;

/** How long what was written may take to leave after the socket was given up, in milliseconds. */
const LINGER = 5000;

/** What is used of a `Deno.Conn`. */
export type HostConnection = Pick<Deno.Conn, "read" | "write" | "closeWrite" | "close">;

/**
 * A connected socket as a capability, asynchronous. At most 64 KiB are held in each direction, so a slow side holds
 * back the fast one.
 *
 * @param socket The socket, closed with the connection
 * @param leaving Told, when the connection is closed, the promise of when the socket is
 * @returns The connection; a read or write faults `ECONNRESET` once the other side has reset it, a write `EPIPE` once
 * it reads no more. Closing lets what was written leave for up to five seconds
 *
 * @example
 * ```ts
 * import { connectionOf } from "./connection.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr;
 * const [served, client] = await Promise.all([listener.accept(), Deno.connect({ hostname: "127.0.0.1", port })]);
 * await client.write(new TextEncoder().encode("hello"));
 * const connection = connectionOf(served);
 * await connection.wait(10_000);
 * assertEquals(connection.ready(), 5);
 * connection.close();
 * client.close();
 * ```
 */
export function connectionOf(
  socket: HostConnection,
  leaving: (closed: Promise<void>) => void = () => {},
): Connection {
  const reading = new PulledInput({ next: reader(socket), cancel: () => {} }, "socket");
  const writing = new PushedOutput({
    write: (bytes) => send(socket, bytes),
    end: () => socket.closeWrite(),
  }, "socket");
  let closed = false;
  return {
    kind: "connection",
    streamKind: "socket",
    asynchronous: true,
    writing,
    ready: () => reading.ready(),
    wait: (milliseconds) => reading.wait(milliseconds),
    read: (into, start, end) => reading.read(into, start, end),
    peek: (into, start, end) => reading.peek(into, start, end),
    write: (from, start, end) => writing.write(from, start, end),
    flush: () => writing.flush(),
    shutdown: (noReading, noWriting) => {
      // Deno cannot tell the other side that nobody reads; what it still sends is left where it is.
      if (noReading) reading.close();
      if (noWriting) writing.close();
    },
    close: () => {
      if (closed) return;
      closed = true;
      reading.close();
      writing.close();
      leaving(closeWhenFlushed(socket, writing));
    },
  };
}

function reader(socket: HostConnection): () => Promise<Uint8Array | undefined> {
  // One buffer is enough: more is asked for only when all of it has been read.
  const buffer = new Uint8Array(READ_AHEAD);
  return async () => {
    try {
      const count = await socket.read(buffer);
      return count === null ? undefined : buffer.subarray(0, count);
    } catch (error) {
      throw faultFrom(error);
    }
  };
}

async function send(socket: HostConnection, bytes: Uint8Array): Promise<void> {
  try {
    await writeAll(socket, bytes);
  } catch (error) {
    throw faultFrom(error);
  }
}

/** Closes a socket when all has left, or when the other side takes too long to read it. */
async function closeWhenFlushed(socket: HostConnection, writing: PushedOutput): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, LINGER));
  await Promise.race([writing.flush(), late]);
  clearTimeout(timer);
  socket.close();
}
