/**
 * Letting in the users of a table.
 *
 * @module
 */
import type { User } from "../../caps/users.ts";
import type { Admit, Applicant } from "./admission.ts";

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
    const tokenHash = applicant.token === undefined ? undefined : await sha256(applicant.token);
    const user = users.find((user) => proves(user, applicant, tokenHash));
    return user && { user: user.name, sessions: user.sessions, limits: user.limits };
  };
}

/**
 * Whether a table has users who prove by a token who they are, so that every client has to say one.
 *
 * @param users The users
 * @returns `true` if it has
 */
export function needToken(users: readonly User[]): boolean {
  return users.some(({ tokenHash }) => tokenHash !== undefined);
}

/** Tokens are compared by their hashes: how long that takes tells nothing about the token. */
function proves(
  { certificate, uid, tokenHash }: User,
  { peer }: Applicant,
  hash: string | undefined,
): boolean {
  if (certificate !== undefined && peer.name === certificate) return true;
  if (uid !== undefined && peer.uid === uid) return true;
  return tokenHash !== undefined && tokenHash === hash;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
