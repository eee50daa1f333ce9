/**
 * Listening sockets of the host.
 *
 * @module
 */
import { type Address, formatAddress, parseAddress } from "../address.ts";
import { Fault } from "../fault.ts";
import type { Connection, Listener } from "../socket.ts";
import { Waiters } from "../streams/waiters.ts";
import { connectionOf } from "./connection.ts";
import { listenOnFile } from "./door/socket_file.ts";
import { faultFrom } from "./errors.ts";

/** A listening socket of the host. */
export interface HostListener extends Listener {
  /** Where it listens, as {@linkcode listen} takes it, with the port that the system chose. */
  readonly address: string;

  /**
   * Waits for what was written to connections that are closed.
   *
   * @returns When it has left, or was given up: five seconds after the last of them was closed at the latest
   */
  left(): Promise<void>;
}

/**
 * Listens for connections. One that comes is accepted when somebody asks for it; others wait in the kernel.
 *
 * A socket file is made for its owner alone (mode 0600) and removed with the listener. A name that is taken is never
 * taken over.
 *
 * @param address `HOST:PORT`, `tcp:HOST:PORT` or `unix:PATH`; port 0 lets the system choose
 * @returns The socket
 * @throws {TypeError} For what is no address
 * @throws {Fault} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `ENAMETOOLONG` for a socket file, and others
 *
 * @example
 * ```ts
 * import { listen } from "keyhole";
 * import { assert } from "@std/assert";
 *
 * const listener = listen("127.0.0.1:0");
 * const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(listener.address.split(":")[2]) });
 * await listener.wait(10_000);
 * const connection = listener.accept();
 * assert(connection.ready() === undefined);
 * for (const open of [connection, listener, client]) open.close();
 * ```
 */
export function listen(address: string): HostListener {
  const { listener, bound, remove } = opened(parseAddress(address));
  const waiters = new Waiters();
  const leaving = new Set<Promise<void>>();
  const leave = (closed: Promise<void>): void => {
    leaving.add(closed);
    void closed.then(() => leaving.delete(closed));
  };
  let accepted: Deno.Conn | undefined;
  let fault: Fault | undefined;
  let accepting = false;
  let closed = false;

  const accept = async (): Promise<void> => {
    try {
      const socket = await listener.accept();
      if (closed) socket.close();
      else accepted = socket;
    } catch (error) {
      if (!closed) fault = faultFrom(error);
    }
    accepting = false;
    waiters.wake();
  };
  const ready = (): number | undefined => {
    if (accepted !== undefined || fault !== undefined || closed) return 1;
    if (!accepting) {
      accepting = true;
      void accept();
    }
    return undefined;
  };
  return {
    kind: "listener",
    streamKind: "socket",
    asynchronous: true,
    address: formatAddress(bound),
    ready,
    wait: async (milliseconds) => {
      if (ready() === undefined) await waiters.wait(milliseconds);
    },
    accept(): Connection {
      if (closed) throw Fault.of("EBADF");
      if (ready() === undefined) throw Fault.of("EAGAIN");
      const socket = accepted, failure = fault;
      accepted = fault = undefined;
      if (socket === undefined) throw failure!;
      return connectionOf(socket, leave);
    },
    close: () => {
      if (closed) return;
      closed = true;
      removeIfPossible(remove);
      listener.close();
      accepted?.close();
      waiters.wake();
    },
    left: async () => void (await Promise.all(leaving)),
  };
}

/**
 * Where the kernel confines this thread, it may not: then whoever confined it has to see to it. Nor is anything else to
 * stay open because a file cannot be removed.
 */
function removeIfPossible(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    // A mistake of ours is no failure of the host, and is thrown on.
    faultFrom(error);
  }
}

/** A listener of the host and where it is. */
interface Opened {
  readonly listener: Deno.Listener;
  readonly bound: Address;
  /** Removes its file, if it has one. */
  readonly remove: () => void;
}

function opened(address: Address): Opened {
  try {
    return open(address);
  } catch (error) {
    throw refusal(error, address);
  }
}

function open(address: Address): Opened {
  if (address.transport === "tcp") {
    const listener = Deno.listen({ hostname: address.hostname, port: address.port });
    const { hostname, port } = listener.addr;
    return { listener, bound: { transport: "tcp", hostname, port }, remove: () => {} };
  }
  const { listener, remove } = listenOnFile(address.path, 0o600);
  return { listener, bound: address, remove };
}

function refusal(error: unknown, { transport }: Address): Fault {
  // Deno has no class for a name that cannot be one, nor for one that nothing has.
  const nameless = error instanceof URIError ||
    error instanceof Error && error.message.startsWith("failed to lookup address");
  if (nameless) return Fault.of("EADDRNOTAVAIL");
  const fault = faultFrom(error);
  if (fault.code !== "EINVAL") return fault;
  // A path that the system has no room for, or a number that means nothing without an interface.
  return Fault.of(transport === "unix" ? "ENAMETOOLONG" : "EADDRNOTAVAIL");
}
