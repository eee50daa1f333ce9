/**
 * Clients that connect, as capabilities: a door that they come through, and what one of them says and hears.
 *
 * @module
 */
import type { InputStream, OutputStream } from "./stream.ts";

/** What the system knows about who has connected. */
export interface Peer {
  /** How it is connected. */
  readonly transport: "unix" | "tcp" | "tls";
  /** Where it comes from: `HOST:PORT`, or empty for a Unix socket. */
  readonly address: string;
  /** The name in its certificate, when that was signed by an authority that the door trusts. */
  readonly name?: string;
  /** The user that its process runs as, where the kernel tells. */
  readonly uid?: number;
  /** The group that its process runs as, where the kernel tells. */
  readonly gid?: number;
  /** Its process, where the kernel tells. */
  readonly pid?: number;
}

/** One client that is connected. */
export interface Visitor {
  /** Who it is. */
  readonly peer: Peer;
  /** What it says; at the end once it has ended its side. */
  readonly input: InputStream;
  /** What it hears. A bounded part waits for it when it is slow; then nothing more is taken. */
  readonly output: OutputStream;
  /** Settles when the connection is gone in both directions, whoever ended it. */
  readonly gone: Promise<void>;

  /**
   * Looks whether the connection is gone, where that would not be noticed otherwise as long as nothing is read and
   * written. To be called as often as one likes.
   */
  look?(): void;

  /**
   * Says some last words behind what was written before, and closes the connection.
   *
   * @param lastWords The words, as they are
   * @param patience How long the client may take to hear them, in milliseconds
   * @returns When the connection is gone
   */
  leave(lastWords: string, patience: number): Promise<void>;
}

/** Where clients come in. */
export interface Door {
  /** Where it is: `unix:PATH` or `tcp:HOST:PORT`, with the port that the system chose. */
  readonly address: string;

  /**
   * Waits for the next client. One that could not be let in is told to the door's log and does not end the waiting.
   *
   * @returns The client; `undefined` once the door is closed
   * @throws {unknown} When nobody will come in by it any more: whoever serves at this door stops
   */
  accept(): Promise<Visitor | undefined>;

  /** Lets nobody in any more, and removes the socket file if there is one. Who is in stays. */
  close(): void;
}
