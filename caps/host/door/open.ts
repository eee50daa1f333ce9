/**
 * Opening doors: listening sockets of this machine that clients come in by.
 *
 * @module
 */
import { formatAddress, parseAddress } from "../../address.ts";
import { checkSettings, mustBeFunction } from "../../checks.ts";
import { wrongValue } from "../../record.ts";
import type { Door, Peer, Visitor } from "../../visitor.ts";
import { PeerFinder } from "./peer_credentials.ts";
import { listenOnFile, makeWay, type SocketFile } from "./socket_file.ts";
import { checkTls, type Handshake, tlsHandshake, type TlsOptions } from "./tls.ts";
import { visitorOf } from "./visitor.ts";

/** How a door is made. */
export interface DoorOptions {
  /** Speak TLS; only for TCP. */
  readonly tls?: TlsOptions;
  /** The mode of a socket file: who may connect, 0 to 0o777; 0o600, the owner alone, unless given. */
  readonly mode?: number;

  /**
   * Hears of clients that could not be let in.
   *
   * @param message What happened, for a person
   */
  readonly log?: (message: string) => void;
}

const CHECKS = { tls: checkTls, mode: checkMode, log: mustBeFunction };

/** As a text, or written without its `0o`, it would be another mode. */
function checkMode(mode: unknown, setting: string): void {
  if (Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= 0o777) return;
  throw wrongValue(mode, setting, "a number from 0 to 0o777, such as 0o660");
}

/** How long to wait after an accept that failed, in milliseconds: there may be too many files open for a while. */
const RETRY = 100;

/** How an accept fails whose client has gone meanwhile: the next one may be asked for at once. */
const GONE = [Deno.errors.NotConnected, Deno.errors.ConnectionAborted, Deno.errors.ConnectionReset];

/** How many clients may be shaking hands at once; when one more comes, the one that has taken longest is given up. */
const MOST_HANDSHAKES = 256;

/**
 * Listens for clients.
 *
 * A socket file that a program left behind which has ended is taken over; one on which somebody listens never.
 *
 * @param address `unix:PATH`, `tcp:HOST:PORT` or `HOST:PORT`; port 0 lets the system choose
 * @param options How the door is made
 * @returns The door
 * @throws {TypeError} For what is no address, and an option that makes no sense
 * @throws {Deno.errors.AddrInUse} When somebody listens there already
 * @throws {Error} When the address cannot be had for another reason
 *
 * @example
 * ```ts
 * import { openDoor } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const door = await openDoor("tcp:127.0.0.1:0");
 * const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(door.address.split(":")[2]) });
 * const visitor = await door.accept();
 * assertEquals(visitor?.peer.transport, "tcp");
 * client.close();
 * await visitor?.leave("", 1000);
 * door.close();
 * ```
 */
export async function openDoor(address: string, options: DoorOptions = {}): Promise<Door> {
  checkSettings(options, "options", CHECKS);
  const parsed = parseAddress(address);
  if (parsed.transport === "unix" && options.tls !== undefined) {
    throw new TypeError("TLS is for TCP: a Unix socket does not leave the machine");
  }
  const handshake = options.tls === undefined ? undefined : await tlsHandshake(options.tls);
  if (parsed.transport === "tcp") {
    const { hostname, port } = parsed;
    const listener = Deno.listen({ hostname, port });
    const bound = formatAddress({ ...parsed, port: (listener.addr as Deno.NetAddr).port });
    return new ListeningDoor(listener, bound, options, { handshake });
  }
  const { path } = parsed;
  await makeWay(path);
  const file = listenOnFile(path, options.mode ?? 0o600);
  const finder = PeerFinder.for(file.boundTo);
  return new ListeningDoor(file.listener, formatAddress(parsed), options, { file, finder });
}

/** What a door has besides its listener. */
interface Fittings {
  readonly file?: SocketFile;
  readonly finder?: PeerFinder;
  readonly handshake?: Handshake;
}

class ListeningDoor implements Door {
  readonly address: string;
  readonly #listener: Deno.Listener;
  readonly #options: DoorOptions;
  readonly #fittings: Fittings;
  /** Visitors who have come and were not asked for yet. */
  readonly #visitors: Visitor[] = [];
  #waiting: (() => void) | undefined;
  /** What gives up each client that is shaking hands, the one that has taken longest first. */
  readonly #handshakes = new Set<AbortController>();
  #closed = false;

  constructor(listener: Deno.Listener, address: string, options: DoorOptions, fittings: Fittings) {
    this.#listener = listener;
    this.address = address;
    this.#options = options;
    this.#fittings = fittings;
    void this.#acceptAll();
  }

  async accept(): Promise<Visitor | undefined> {
    for (;;) {
      const visitor = this.#visitors.shift();
      if (visitor !== undefined || this.#closed) return visitor;
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#removeFile();
    this.#listener.close();
    for (const visitor of this.#visitors.splice(0)) void visitor.leave("", 0);
    for (const handshake of this.#handshakes) handshake.abort();
    this.#waiting?.();
  }

  /** A file that cannot be removed is left, and all else is closed. */
  #removeFile(): void {
    try {
      this.#fittings.file?.remove();
    } catch (error) {
      this.#log(`the socket file could not be removed: ${(error as Error).message}`);
    }
  }

  /** One accept that fails says nothing about the next. */
  async #acceptAll(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#welcome(await this.#listener.accept());
      } catch (error) {
        if (this.#closed) return;
        this.#log(`a client could not be let in: ${(error as Error).message}`);
        // Else whoever connects and goes away often enough keeps all others out.
        if (GONE.some((kind) => error instanceof kind)) continue;
        await new Promise((resolve) => setTimeout(resolve, RETRY));
      }
    }
  }

  #welcome(connection: Deno.Conn): void {
    const { handshake, finder } = this.#fittings;
    if (handshake !== undefined) return void this.#shakeHands(connection, handshake);
    const found = finder?.find();
    const peer: Peer = { ...peerOf(connection), uid: found?.uid, gid: found?.gid, pid: found?.pid };
    this.#add(visitorOf(connection, peer, () => found?.forget()));
  }

  async #shakeHands(connection: Deno.Conn, handshake: Handshake): Promise<void> {
    const controller = new AbortController();
    this.#handshakes.add(controller);
    if (this.#handshakes.size > MOST_HANDSHAKES) this.#handshakes.values().next().value!.abort();
    try {
      const secured = await handshake(connection, controller.signal);
      const peer: Peer = { ...peerOf(connection), transport: "tls", name: secured.name };
      this.#add(visitorOf(secured.connection, peer, () => {}));
    } catch (error) {
      this.#log(`a client was not let in: ${(error as Error).message}`);
    } finally {
      this.#handshakes.delete(controller);
    }
  }

  #add(visitor: Visitor): void {
    if (this.#closed) return void visitor.leave("", 0);
    this.#visitors.push(visitor);
    this.#waiting?.();
  }

  /** Whatever becomes of a message, nobody is kept out by that. */
  #log(message: string): void {
    const written = async (): Promise<void> => await this.#options.log?.(message);
    written().catch(() => {});
  }
}

function peerOf({ remoteAddr }: Deno.Conn): Pick<Peer, "transport" | "address"> {
  if (remoteAddr.transport !== "tcp") return { transport: "unix", address: "" };
  return { transport: "tcp", address: `${remoteAddr.hostname}:${remoteAddr.port}` };
}
