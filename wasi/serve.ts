/**
 * Serving guests: one for each client that connects.
 *
 * @module
 */
import type { Clocks } from "../caps/clock.ts";
import type { Directory } from "../caps/directory.ts";
import type { Random } from "../caps/random.ts";
import type { Door, Peer } from "../caps/visitor.ts";
import type { HostModule } from "./host_functions.ts";
import { toBinary } from "./program.ts";
import { bytesOf } from "./source.ts";
import type { Admit } from "./serve/admission.ts";
import { rehearse } from "./serve/rehearsal.ts";
import { checkServeOptions } from "./serve/options.ts";
import { KeyholeServer } from "./serve/server.ts";
import type { SessionLimits, TotalLimits } from "./serve/limits.ts";
import { Shared } from "./serve/shared.ts";

/** How guests are served. What is not named here, they do not get. */
export interface ServeOptions {
  /** Where clients come in; closed with the server. */
  readonly door: Door;
  /**
   * What guests may import besides the system interface. All sessions share what is behind it. Unless it is left to
   * `admit`, the module must find in it all that it imports.
   */
  readonly host?: readonly HostModule[];
  /** The arguments of every guest after the first; none unless given. */
  readonly args?: readonly string[];
  /** The name by which every guest knows itself; `guest` unless given. */
  readonly argv0?: string;
  /** The environment variables of every guest; none unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /** The directories that every guest finds, by its own names for them: objects, or paths of this machine. */
  readonly dirs?: Readonly<Record<string, Directory | string | URL>>;
  /** What each session may not exceed. */
  readonly limits?: SessionLimits;
  /** What all sessions together may not exceed. */
  readonly total?: TotalLimits;
  /**
   * Whether clients have to say a token first: a line, which their guests do not see. A function tells for each client
   * by what the system knows of it; nobody has to unless given.
   */
  readonly token?: boolean | ((peer: Peer) => boolean);
  /** Decides who may come in and what they get; everybody gets the same unless given. */
  readonly admit?: Admit;
  /** How long a client may take to hear why its session has ended, in milliseconds; five seconds unless given. */
  readonly patience?: number;
  /** The clocks of every guest; the system's unless given. */
  readonly clocks?: Clocks;
  /** The randomness of every guest; the system's unless given. */
  readonly random?: Random;

  /**
   * Receives a line for each session that begins or ends, and what guests say on standard error. What it
   * throws is lost.
   *
   * @param line The line, without a line end
   */
  readonly log?: (line: string) => void;

  /** Closes the server. */
  readonly signal?: AbortSignal;
}

/** A server. */
export interface Server {
  /** Where clients come in, as {@linkcode Door.address}. */
  readonly address: string;
  /** How many sessions there are. */
  readonly sessions: number;
  /** Settles when the server is closed and the last session has ended, with the error of a door that has failed. */
  readonly finished: Promise<void>;

  /**
   * Closes the door, tells every client, and ends its session. Whoever is not in yet is turned away.
   *
   * @returns When the last session has ended
   * @throws {unknown} What the door has failed with
   */
  close(): Promise<void>;
}

/**
 * Serves a guest to each client that connects: the connection is its standard input and output, and it gets nothing
 * else but what the options name. A session that traps, exits or reaches a limit ends with one line to its client that
 * says why; other sessions do not notice. Guests are metered, so that one that computes lets the others have their turn.
 *
 * @param source The module: a path, URL or response, or its bytes in either format
 * @param options How guests are served
 * @returns The server
 * @throws {UnusableModuleError} For a module that cannot be run, or imports what it would not get
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {Fault} When a directory cannot be opened
 * @throws {TypeError} When tokens are asked for and nobody looks at them; for an argument or a variable with a NUL in it,
 * or a variable's name with `=` in it; for an option that there is not, or that makes no sense
 * @throws {RangeError} For a limit that is no number from 0 on, or one of open files that is no whole number or above
 * 1,048,576
 *
 * @example
 * ```ts
 * import { openDoor, serve } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const guest = new TextEncoder().encode('(module (memory (export "memory") 1) (func (export "_start")))');
 * const server = await serve(guest, { door: await openDoor("tcp:127.0.0.1:0") });
 * const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.address.split(":")[2]) });
 * assertEquals(await new Response(client.readable).text(), "keyhole: session ended\n");
 * await server.close();
 * ```
 */
export async function serve(
  source: string | URL | Uint8Array | Response,
  options: ServeOptions,
): Promise<Server> {
  checkServeOptions(options);
  if (options.token && options.admit === undefined) {
    throw new TypeError("Cannot ask for tokens that nobody looks at: give `admit` too");
  }
  const bytes = await toBinary(source instanceof Uint8Array ? source : await bytesOf(source));
  const shared = new Shared(bytes, options);
  try {
    // Whatever is wrong is told at once and not to the first client.
    await rehearse(shared);
  } catch (error) {
    shared.close();
    throw error;
  }
  const server = new KeyholeServer(shared);
  options.signal?.addEventListener("abort", () => void server.close());
  if (options.signal?.aborted) void server.close();
  return server;
}
