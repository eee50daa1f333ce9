/**
 * Who may connect to a server, as a table: in a policy, or in a file of its own.
 *
 * @module
 */
import { parseChecked, type PolicyUserLimits, type PolicyUsers } from "./policy.ts";
import { sizeAt, timeAt } from "./policy/quantities.ts";
import schema from "./policy/schema.json" with { type: "json" };
import { placeOf, type Schema } from "./policy/validate.ts";

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
export type UserLimit = keyof PolicyUserLimits;

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
 * Reads such a table from a file of its own: what a policy has as `users`.
 *
 * @param text JSON
 * @returns The users
 * @throws {PolicyError} For anything else; a key that is not known is one too, since a limit that is misspelt is none
 *
 * @example
 * ```ts
 * import { parseUsers } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const users = parseUsers('{ "alice": { "uid": 1000, "sessions": 2, "limits": { "memory": "16M", "idle": "5m" } } }');
 * assertEquals(users, [
 *   { name: "alice", uid: 1000, sessions: 2, limits: { memory: 16 << 20, idle: 300_000 } },
 * ]);
 * ```
 */
export function parseUsers(text: string): User[] {
  const { $defs } = schema;
  return usersOfPolicy(parseChecked(text, { $ref: "#/$defs/users", $defs } as Schema) as PolicyUsers);
}

/**
 * Reads the table of a policy.
 *
 * @param table Its `users`, from {@linkcode parsePolicy}
 * @param place Where the table is, for messages; empty for a file of its own
 * @returns The users, for `admitUsers()`
 * @throws {PolicyError} For a quantity that has the right form and is none
 *
 * @example
 * ```ts
 * import { admitUsers, parsePolicy, usersOfPolicy } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { users = {} } = parsePolicy('{ "users": { "alice": { "uid": 1000, "limits": { "idle": "5m" } } } }');
 * const admit = admitUsers(usersOfPolicy(users));
 * const alice = await admit({ peer: { transport: "unix", address: "", uid: 1000 }, token: undefined });
 * assertEquals(alice?.limits, { idle: 300_000 });
 * ```
 */
export function usersOfPolicy(table: PolicyUsers, place: string = ""): User[] {
  return Object.entries(table).map(([name, { limits = {}, ...user }]) => ({
    ...user,
    name,
    limits: limitsOf(limits, `${placeOf(place, name)}.limits`),
  }));
}

function limitsOf(
  { timeout, idle, memory, bytesIn, bytesOut, log, ...counts }: PolicyUserLimits,
  place: string,
): UserLimits {
  return {
    ...counts,
    ...timeout === undefined ? {} : { timeout: timeAt(timeout, `${place}.timeout`) },
    ...idle === undefined ? {} : { idle: timeAt(idle, `${place}.idle`) },
    ...memory === undefined ? {} : { memory: sizeAt(memory, `${place}.memory`) },
    ...bytesIn === undefined ? {} : { bytesIn: sizeAt(bytesIn, `${place}.bytesIn`) },
    ...bytesOut === undefined ? {} : { bytesOut: sizeAt(bytesOut, `${place}.bytesOut`) },
    ...log === undefined ? {} : { log: sizeAt(log, `${place}.log`) },
  };
}

/**
 * The table that says who some users are.
 *
 * @param users The users
 * @returns What a policy has as `users`
 *
 * @example
 * ```ts
 * import { policyOfUsers } from "./users.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const users = [{ name: "alice", uid: 1000, limits: { idle: 5000 } }];
 * assertEquals(policyOfUsers(users), { alice: { uid: 1000, limits: { idle: "5000ms" } } });
 * ```
 */
export function policyOfUsers(users: readonly User[]): PolicyUsers {
  return Object.fromEntries(users.map(({ name, limits, ...user }) => {
    const { timeout, idle, ...others } = limits;
    const written: PolicyUserLimits = {
      ...others,
      ...timeout === undefined ? {} : { timeout: `${timeout}ms` },
      ...idle === undefined ? {} : { idle: `${idle}ms` },
    };
    return [name, Object.keys(written).length === 0 ? user : { ...user, limits: written }];
  }));
}
