/**
 * TLS on top of a connection. `node:tls` is asked, since Deno's own does not tell who a client is.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import type { Server, TLSSocket } from "node:tls";
import { type Check, checkSettings, mustBeText } from "../../checks.ts";
import type { HostConnection } from "../connection.ts";
import { writeAll } from "../write_all.ts";

/** What a server needs to speak TLS; all of them texts in PEM. */
export interface TlsOptions {
  /** The certificate, and those behind it. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
  /** Authorities of whom every client must have a certificate; nobody needs one unless given. */
  readonly clientCa?: string;
}

/**
 * Makes sure that a server is told what it needs to speak TLS.
 *
 * @param options What was given
 * @param setting The name that it goes by
 * @throws {TypeError} For anything else, by its name
 */
export function checkTls(options: unknown, setting: string): void {
  checkSettings(options, setting, CHECKS);
  const { cert, key } = options as TlsOptions;
  mustBeText(cert, `${setting}.cert`);
  mustBeText(key, `${setting}.key`);
}

const CHECKS: Readonly<Record<keyof TlsOptions, Check>> = {
  cert: mustBeText,
  key: mustBeText,
  clientCa: mustBeText,
};

/** A connection on which hands were shaken. */
export interface Secured {
  /** What is said inside. */
  readonly connection: HostConnection;
  /** The name in the client's certificate, when an authority was given to check it. */
  readonly name: string | undefined;
}

/**
 * Shakes hands on a connection.
 *
 * @param plain The connection, closed when that fails
 * @param signal Gives up
 * @returns What was agreed on
 * @throws {Error} When the client cannot or does not want to, goes away, or takes too long
 */
export type Handshake = (plain: HostConnection, signal: AbortSignal) => Promise<Secured>;

/** How long a client may take to shake hands, in milliseconds. */
const HANDSHAKE = 10_000;

/**
 * Prepares to speak TLS.
 *
 * @param options Certificates and keys
 * @returns A function that shakes hands
 * @throws {Error} When certificate and key are none
 */
export async function tlsHandshake(options: TlsOptions): Promise<Handshake> {
  const { createServer } = await import("node:tls");
  const { Duplex } = await import("node:stream");
  const { cert, key, clientCa } = options;
  const asks = clientCa !== undefined;
  const settings = {
    cert,
    key,
    ca: clientCa,
    requestCert: asks,
    rejectUnauthorized: asks,
    minVersion: "TLSv1.2",
    // None but ours: the server's own goes on for two minutes after a handshake that failed, and holds all of it.
    handshakeTimeout: -1,
    // Handed on to the stream, and not among the types.
    allowHalfOpen: true,
  } as const;
  await mustBeUsable(options);
  return async (plain, signal) => {
    const below = new Duplex(duplexOver(plain));
    // A TLSSocket alone would take any certificate: only a server compares it with the authority's. It never listens,
    // and there is one for each client, so that it is clear whose hand was shaken.
    const socket = await shaken(createServer(settings), below, signal);
    const connection = connectionOver(socket);
    if (!asks) return { connection, name: undefined };
    const name: unknown = socket.getPeerCertificate()?.subject?.CN;
    if (socket.authorized && typeof name === "string") return { connection, name };
    connection.close();
    throw new Error("the client's certificate has no name");
  };
}

/** Whatever is wrong with certificates or key is told at once, and not to the first client. */
async function mustBeUsable({ cert, key, clientCa }: TlsOptions): Promise<void> {
  const { X509Certificate, createPrivateKey } = await import("node:crypto");
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error("The key does not belong to the certificate");
  }
  if (clientCa !== undefined) new X509Certificate(clientCa);
}

function shaken(server: Server, below: Duplex, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    };
    const fail = (error: Error): void => {
      over();
      below.destroy();
      reject(error);
    };
    const giveUp = (): void => fail(new Error("there was no more time to shake hands"));
    const goneAway = (): void => fail(new Error("the client went away while shaking hands"));
    const timer = setTimeout(() => fail(new Error("the client took too long to shake hands")), HANDSHAKE);
    signal.addEventListener("abort", giveUp);
    server.on("secureConnection", (socket) => {
      over();
      below.off("end", goneAway);
      resolve(socket);
    });
    server.on("tlsClientError", fail);
    // A client may end its side and still listen, but not before hands were shaken.
    below.once("end", goneAway);
    below.once("close", goneAway);
    server.emit("connection", below);
  });
}

/** A connection of Deno's as what `node:stream` makes a duplex stream of. */
function duplexOver(plain: HostConnection): ConstructorParameters<typeof Duplex>[0] {
  const buffer = new Uint8Array(16384);
  return {
    allowHalfOpen: true,
    read(): void {
      plain.read(buffer).then(
        (count) => this.push(count === null ? null : buffer.slice(0, count)),
        (error) => this.destroy(error),
      );
    },
    write(chunk: Uint8Array, _encoding, done): void {
      writeAll(plain, chunk).then(() => done(), done);
    },
    final(done): void {
      plain.closeWrite().then(() => done(), done);
    },
    destroy(error, done): void {
      plain.close();
      done(error);
    },
  };
}

/** A duplex stream as a connection of Deno's. */
function connectionOver(socket: Duplex): HostConnection {
  let piece: Uint8Array = new Uint8Array(0);
  let ended = false;
  let failure: Error | undefined;
  let wake = (): void => {};
  const changed = (): void => wake();
  socket.on("readable", changed);
  socket.on("end", () => {
    ended = true;
    changed();
  });
  socket.on("close", changed);
  // Without a listener an error would end the program.
  socket.on("error", (error) => {
    failure ??= error;
    changed();
  });
  return {
    async read(into): Promise<number | null> {
      for (;;) {
        if (piece.length === 0) piece = socket.read() as Uint8Array | null ?? piece;
        if (piece.length > 0) break;
        if (failure !== undefined) throw failure;
        if (ended || socket.destroyed) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
      const count = Math.min(piece.length, into.length);
      into.set(piece.subarray(0, count));
      piece = piece.subarray(count);
      return count;
    },
    write: (bytes) =>
      // A TLS socket that is given nothing to write fails, and is closed.
      bytes.length === 0 ? Promise.resolve(0) : new Promise((resolve, reject) => {
        socket.write(bytes.slice(), (error) => error ? reject(error) : resolve(bytes.length));
      }),
    closeWrite: () => new Promise((resolve) => socket.end(() => resolve())),
    close: () => void socket.destroy(),
  };
}
