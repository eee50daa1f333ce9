/**
 * Who may connect to a server, as a table in a file.
 *
 * @module
 */
import { parseCount, parseDuration, parseSize, QuantityError } from "./limits_text.ts";

/** How a user proves to be who it is: any one of these is enough. */
export interface UserProof {
  /** The name in a certificate that the authority has signed. */
  readonly certificate?: string;
  /** The number of the user that its process runs as, on a Unix socket. */
  readonly uid?: number;
  /** The SHA-256 of a token, as 64 hexadecimal digits: the client's first line. */
  readonly tokenHash?: string;
}

/** Limits of a user's sessions; see `SessionLimits`. */
export type UserLimits = Readonly<Partial<Record<UserLimit, number>>>;

/** What can be limited for a user. */
export type UserLimit =
  | "fuel"
  | "timeout"
  | "idle"
  | "memory"
  | "bytesIn"
  | "bytesOut"
  | "callsPerSecond"
  | "log"
  | "openFiles";

/** A user. */
export interface User extends UserProof {
  /** The user's name. */
  readonly name: string;
  /** How many sessions there may be at once. */
  readonly sessions?: number;
  /** What each session may not exceed, where it is not as for everybody. */
  readonly limits: UserLimits;
}

/**
 * What is wrong with such a table.
 *
 * @example
 * ```ts
 * import { parseUsers, UsersError } from "./users.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseUsers('{ "ada": { "colour": 1 } }'), UsersError);
 * ```
 */
export class UsersError extends Error {
  /** The name of the class, `"UsersError"`. */
  override readonly name = "UsersError";
}

const LIMITS = {
  fuel: count,
  timeout: duration,
  idle: duration,
  memory: size,
  bytesIn: size,
  bytesOut: size,
  callsPerSecond: count,
  log: size,
  openFiles: count,
} as const satisfies Readonly<Record<UserLimit, unknown>>;

const USER_KEYS: readonly string[] = ["certificate", "uid", "tokenHash", "sessions", "limits"];

/**
 * Reads such a table: an object with a user for each name.
 *
 * @param text JSON
 * @returns The users
 * @throws {UsersError} For anything else; a key that is not known is one too, since a limit that is misspelt is none
 *
 * @example
 * ```ts
 * import { parseUsers } from "./users.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const users = parseUsers('{ "alice": { "uid": 1000, "sessions": 2, "limits": { "memory": "16M", "idle": "5m" } } }');
 * assertEquals(users, [
 *   { name: "alice", uid: 1000, sessions: 2, limits: { memory: 16 << 20, idle: 300_000 } },
 * ]);
 * ```
 */
export function parseUsers(text: string): User[] {
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch (error) {
    throw new UsersError(`It is not JSON: ${(error as Error).message}`);
  }
  return entriesOf(table, "The table").map(([name, value]) => readUser(name, value));
}

function readUser(name: string, value: unknown): User {
  const user: Record<string, unknown> = { name, limits: {} };
  for (const [key, given] of entriesOf(value, `"${name}"`)) {
    const where = `"${key}" of "${name}"`;
    if (!USER_KEYS.includes(key)) {
      throw new UsersError(`${where} is not known: it knows ${USER_KEYS.join(", ")}`);
    }
    user[key] = key === "limits" ? readLimits(name, given) : readField(key, given, where);
  }
  if (user.certificate === undefined && user.uid === undefined && user.tokenHash === undefined) {
    throw new UsersError(`"${name}" proves nothing: give "certificate", "uid" or "tokenHash"`);
  }
  return user as unknown as User;
}

function readField(key: string, value: unknown, where: string): unknown {
  if (key === "uid" || key === "sessions") {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new UsersError(`${where} is no whole number`);
  }
  if (typeof value !== "string" || value === "") throw new UsersError(`${where} is no text`);
  if (key === "tokenHash" && !/^[\da-f]{64}$/.test(value)) {
    throw new UsersError(`${where} is no SHA-256: write 64 hexadecimal digits, as sha256sum prints them`);
  }
  return value;
}

function readLimits(name: string, value: unknown): UserLimits {
  return Object.fromEntries(
    entriesOf(value, `"limits" of "${name}"`).map(([key, given]) => {
      if (!Object.hasOwn(LIMITS, key)) {
        throw new UsersError(
          `The limit "${key}" of "${name}" is not known: it knows ${Object.keys(LIMITS).join(", ")}`,
        );
      }
      try {
        return [key, LIMITS[key as keyof typeof LIMITS](given)];
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        throw new UsersError(`The limit "${key}" of "${name}": ${error.message}`);
      }
    }),
  );
}

function entriesOf(value: unknown, what: string): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new UsersError(`${what} is no object`);
}

function count(value: unknown): number {
  return parseCount(String(value));
}

function size(value: unknown): number {
  return parseSize(String(value));
}

function duration(value: unknown): number {
  return parseDuration(String(value));
}
