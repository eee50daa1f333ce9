/**
 * Letting in the users of a table.
 *
 * @module
 */
import type { User } from "../../caps/users.ts";
import type { Peer } from "../../caps/visitor.ts";
import { sha256 } from "../sha256.ts";
import type { Admit } from "./admission.ts";

/**
 * Lets in whoever proves to be one of some users, and nobody else.
 *
 * @param users The users; the first whose proof is right counts
 * @returns The function for `serve()`
 *
 * @example
 * ```ts
 * import { admitUsers } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const admit = admitUsers([{ name: "alice", uid: 1000, limits: {} }]);
 * const alice = await admit({ peer: { transport: "unix", address: "", uid: 1000 }, token: undefined });
 * assertEquals(alice?.user, "alice");
 * assertEquals(await admit({ peer: { transport: "unix", address: "", uid: 1001 }, token: undefined }), undefined);
 * ```
 */
export function admitUsers(users: readonly User[]): Admit {
  return async (applicant) => {
    const tokenHash = applicant.token === undefined ? undefined : await hashOf(applicant.token);
    const user = users.find((user) => proves(user, applicant.peer, tokenHash));
    return user && { user: user.name, sessions: user.sessions, limits: user.limits };
  };
}

/**
 * Who of those that come has to say a token: nobody who proves otherwise to be a user, and nobody when no user has one.
 *
 * @param users The users
 * @returns The function for `serve()`
 *
 * @example
 * ```ts
 * import { askForToken } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const ask = askForToken([{ name: "alice", uid: 1000, limits: {} }, { name: "bob", tokenHash: "00", limits: {} }]);
 * assertEquals(ask({ transport: "unix", address: "", uid: 1000 }), false);
 * assertEquals(ask({ transport: "unix", address: "", uid: 1001 }), true);
 * ```
 */
export function askForToken(users: readonly User[]): (peer: Peer) => boolean {
  const needed = users.some(({ tokenHash }) => tokenHash !== undefined);
  return (peer) => needed && !users.some((user) => proves(user, peer, undefined));
}

/** Tokens are compared by their hashes: how long that takes tells nothing about the token. */
function proves(
  { certificate, uid, tokenHash }: User,
  peer: Peer,
  hash: string | undefined,
): boolean {
  if (certificate !== undefined && peer.name === certificate) return true;
  if (uid !== undefined && peer.uid === uid) return true;
  return tokenHash !== undefined && tokenHash === hash;
}

async function hashOf(token: string): Promise<string> {
  return (await sha256(new TextEncoder().encode(token))).toHex();
}
