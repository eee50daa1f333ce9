/**
 * Who may come in, and what they get.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import type { InputStream } from "../../caps/stream.ts";
import type { Peer } from "../../caps/visitor.ts";
import type { HostModule } from "../host_functions.ts";
import type { SessionLimits } from "./limits.ts";

/** What is known of a client before it is let in. */
export interface Applicant {
  /** Who it is, as far as the system knows. */
  readonly peer: Peer;
  /** Its first line, when clients have to say a token; `undefined` when it said none in time, or none are asked for. */
  readonly token: string | undefined;
}

/** What a client gets that is let in. Whatever is not given is as for everybody. */
export interface Admission {
  /** Who it is, for the log and for host functions. */
  readonly user?: string;
  /** What its session may not exceed; each limit that is given replaces the one for everybody. */
  readonly limits?: SessionLimits;
  /** How many sessions this user may have at once. */
  readonly sessions?: number;
  /** What its guest may import, in place of what everybody's may. */
  readonly host?: readonly HostModule[];
  /** Its guest's environment variables, in place of everybody's. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Decides who may come in.
 *
 * @param applicant What is known of the client
 * @returns What it gets; `undefined` to refuse it
 */
export type Admit = (applicant: Applicant) => Admission | undefined | Promise<Admission | undefined>;

/** The longest token, in bytes. */
const LONGEST_TOKEN = 256;
/** How long a client may take to say its token, in milliseconds. */
const TOKEN_TIME = 10_000;

/**
 * Reads the line by which a client says who it is. Not one byte more is read: the rest is its guest's.
 *
 * @param input What the client says
 * @returns The line without its end; `undefined` if none came in time, it was too long, or the client broke off
 */
export async function readToken(input: InputStream): Promise<string | undefined> {
  try {
    return await readLine(input);
  } catch (error) {
    // Clients come and go as they like: that is no failure of the server.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

async function readLine(input: InputStream): Promise<string | undefined> {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  const end = performance.now() + TOKEN_TIME;
  while (bytes.length <= LONGEST_TOKEN) {
    if (input.ready() === undefined) {
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await input.wait(left);
      continue;
    }
    if (input.read(byte, 0, 1) === 0) return undefined;
    if (byte[0] === 10) return new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
    bytes.push(byte[0]!);
  }
  return undefined;
}
