/**
 * Sockets as capabilities.
 *
 * @module
 */
import type { InputStream, OutputStream, Stream } from "./stream.ts";

/**
 * A connected socket: a stream in both directions. Its own {@linkcode Stream.ready} and {@linkcode Stream.wait} are
 * about reading.
 */
export interface Connection extends InputStream, OutputStream {
  /** Tells a connection from a {@linkcode Listener}. */
  readonly kind: "connection";

  /** The writing direction as a stream of its own, which can be ready when the other is not. */
  readonly writing: OutputStream;

  /**
   * Looks at what a read would return, without taking it.
   *
   * @param into The buffer that receives the bytes
   * @param start First index in `into` to fill
   * @param end Index in `into` after the last to fill
   * @returns How many bytes were copied; 0 at the end
   * @throws {Fault} `EAGAIN` when not ready
   */
  peek(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number;

  /**
   * Ends one or both directions.
   *
   * @param reading No more will be read
   * @param writing No more will be written; the other side sees the end once it has read all
   * @throws {Fault} `ENOTCONN`
   */
  shutdown(reading: boolean, writing: boolean): void;
}

/** A listening socket: {@linkcode Stream.ready} says whether somebody waits to be accepted. */
export interface Listener extends Stream {
  /** Tells a listener from a {@linkcode Connection}. */
  readonly kind: "listener";

  /**
   * Accepts one connection.
   *
   * @returns The connection
   * @throws {Fault} `EAGAIN` when nobody waits
   */
  accept(): Connection;
}
