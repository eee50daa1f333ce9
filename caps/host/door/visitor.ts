/**
 * A connection of the host as a visitor.
 *
 * @module
 */
import { PulledInput } from "../../streams/pulled.ts";
import { PushedOutput } from "../../streams/pushed.ts";
import type { Peer, Visitor } from "../../visitor.ts";
import type { HostConnection } from "../connection.ts";
import { faultFrom } from "../errors.ts";
import { writeAll } from "../write_all.ts";

/** How many bytes wait at the most for a client that is slow to read. */
const MOST_WAITING = 16384;

/** How many bytes are read ahead of the guest. */
const READ_AHEAD = 4096;

/** How long a client may go on sending after it was told the last words, in milliseconds. */
const LINGER = 1000;

/** How often it is looked at the most whether a client still listens, in milliseconds. */
const LOOK = 1000;

const nothing = new Uint8Array(0);

/**
 * A visitor.
 *
 * @param connection The connection, closed with the visitor
 * @param peer Who it is
 * @param closed Called once when the connection is closed
 * @returns The visitor
 */
export function visitorOf(connection: HostConnection, peer: Peer, closed: () => void): Visitor {
  let isGone = false;
  let lastLook = -Infinity;
  let tellGone = (): void => {};
  const gone = new Promise<void>((resolve) => tellGone = resolve);
  const close = (): void => {
    if (isGone) return;
    isGone = true;
    connection.close();
    closed();
    tellGone();
  };
  const guarded = async <T>(moving: Promise<T>): Promise<T> => {
    try {
      return await moving;
    } catch (error) {
      // A connection that fails in one direction is of no use in the other.
      close();
      throw faultFrom(error);
    }
  };
  const buffer = new Uint8Array(READ_AHEAD);
  const next = async (): Promise<Uint8Array | undefined> => {
    const count = await guarded(connection.read(buffer));
    // A copy would cost no more than the buffer that is held meanwhile: all of it is read before there is more.
    return count === null ? undefined : buffer.subarray(0, count);
  };
  const write = (bytes: Uint8Array): Promise<void> => guarded(writeAll(connection, bytes));
  const input = new PulledInput({ next, cancel: () => {} }, "socket");
  const output = new PushedOutput({ write, end: () => Promise.resolve() }, "socket", MOST_WAITING);

  const sayAndWait = async (lastWords: string): Promise<void> => {
    await output.flush();
    await write(new TextEncoder().encode(lastWords));
    await connection.closeWrite();
    const timer = setTimeout(close, LINGER);
    // A socket that is closed with something unread in it takes back what the client has not read yet. So what still
    // comes is read and dropped, until the client has ended its side too.
    await dropAll(input);
    clearTimeout(timer);
  };
  return {
    peer,
    input,
    output,
    gone,
    look: () => {
      const now = performance.now();
      if (isGone || now - lastLook < LOOK) return;
      // No second look while the first waits behind what the client is slow to hear.
      lastLook = Infinity;
      // A client that has ended its side may still listen. One that has closed a Unix socket does not, and even a write
      // of nothing fails then; over TCP the two look alike until something was sent that comes back.
      guarded(connection.write(nothing)).then(() => lastLook = now, () => {});
    },
    leave: async (lastWords, patience) => {
      const timer = setTimeout(close, patience);
      try {
        // What was begun on a connection need not settle when that is closed.
        if (!isGone) await Promise.race([gone, sayAndWait(lastWords)]);
      } catch {
        // Whoever does not hear it has gone.
      } finally {
        clearTimeout(timer);
        close();
      }
    },
  };
}

async function dropAll(input: PulledInput): Promise<void> {
  const into = new Uint8Array(READ_AHEAD);
  for (;;) {
    await input.wait(Infinity);
    if (input.ready() !== undefined && input.read(into, 0, into.length) === 0) return;
  }
}
