import { assertEquals, assertThrows } from "@std/assert";
import { settingsOfPolicy } from "../../caps/policy/settings.ts";
import { policyOfUsers } from "../../caps/users.ts";
import { admitUsers, parsePolicy, parseUsers, PolicyError, usersOfPolicy } from "../../mod.ts";

const HASH = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"; // of "password"
const HASH_MESSAGE =
  "must be the SHA-256 of a token: 64 hexadecimal digits in lower case, as sha256sum prints them";

/** What is wrong with a table and where, as a file of its own and as a part of a policy. */
const WRONG: [table: string, place: string, message: string][] = [
  ["[]", "", "must be an object"],
  ["null", "", "must be an object"],
  ['[{ "uid": 1 }]', "", "must be an object"],
  ['{ "": { "uid": 1 } }', '[""]', "must have a name that is not empty, without NUL"],
  ['{ "a": 1 }', "a", "must be an object"],
  ['{ "a": [] }', "a", "must be an object"],
  ['{ "a": {} }', "a", 'needs one of "certificate", "uid", "tokenHash"'],
  ['{ "a": { "limits": {} } }', "a", 'needs one of "certificate", "uid", "tokenHash"'],
  ['{ "a": { "uid": -1 } }', "a.uid", "must be the number of a user from 0 to 4294967294"],
  ['{ "a": { "uid": 4294967295 } }', "a.uid", "must be the number of a user from 0 to 4294967294"],
  ['{ "a": { "uid": "0" } }', "a.uid", "must be the number of a user from 0 to 4294967294"],
  ['{ "a": { "uid": null } }', "a.uid", "must be the number of a user from 0 to 4294967294"],
  ['{ "a": { "uid": 0, "sessions": 1.5 } }', "a.sessions", "must be a count"],
  ['{ "a": { "uid": 0, "sessions": -1 } }', "a.sessions", "must be a count"],
  [`{ "a": { "tokenHash": "password" } }`, "a.tokenHash", HASH_MESSAGE],
  [`{ "a": { "tokenHash": "${HASH.toUpperCase()}" } }`, "a.tokenHash", HASH_MESSAGE],
  [`{ "a": { "tokenHash": "${HASH}\\n" } }`, "a.tokenHash", HASH_MESSAGE],
  ['{ "a": { "uid": -1, "tokenHash": "x" } }', "a.uid", "must be the number of a user from 0 to 4294967294"],
  ['{ "a": { "uid": 1, "tokenHash": "x" } }', "a.tokenHash", HASH_MESSAGE],
  ['{ "a": { "certificate": "" } }', "a.certificate", "must be a string that is not empty, without NUL"],
  ['{ "a": { "token": "x", "uid": 1 } }', "a.token", 'is not known | Did you mean "tokenHash"?'],
  ['{ "a": { "tokenhash": "x" } }', "a.tokenhash", 'is not known | Did you mean "tokenHash"?'],
  ['{ "a": { "__proto__": 1, "uid": 1 } }', "a.__proto__", "is not known"],
  ['{ "a b": { "uid": 1, "limits": 1 } }', '["a b"].limits', "must be an object"],
  [limit('"memmory": 1'), "a.limits.memmory", 'is not known | Did you mean "memory"?'],
  [limit('"constructor": 1'), "a.limits.constructor", "is not known"],
  [limit('"disk": 1'), "a.limits.disk", "is not known"],
  [limit('"idle": 5'), "a.limits.idle", 'must be a time: "300ms", "2s" or "1m"'],
  [limit('"idle": "-5s"'), "a.limits.idle", 'must be a time: "300ms", "2s" or "1m"'],
  [limit('"idle": "0s"'), "a.limits.idle", '"0s" is not a time: write 300ms, 2s or 1m'],
  [limit('"memory": -1'), "a.limits.memory", 'must be a size: bytes, or "64K", "64M" or "1G"'],
  [limit('"memory": [5]'), "a.limits.memory", 'must be a size: bytes, or "64K", "64M" or "1G"'],
  [limit('"memory": null'), "a.limits.memory", 'must be a size: bytes, or "64K", "64M" or "1G"'],
  [limit('"log": "99999999T"'), "a.limits.log", '"99999999T" is not a size: write bytes, or 64K, 64M or 1G'],
  [limit('"fuel": 1e400'), "a.limits.fuel", "must be a count"],
  [limit('"fuel": -1'), "a.limits.fuel", "must be a count"],
  [limit('"callsPerSecond": 0'), "a.limits.callsPerSecond", "must be a count, 1 or more"],
  [limit('"openFiles": 0'), "a.limits.openFiles", "must be a count from 1 to 1048576"],
];

function limit(text: string): string {
  return `{ "a": { "uid": 1, "limits": { ${text} } } }`;
}

Deno.test("a table that says anything unknown is refused: a limit that is misspelt would be none", () => {
  for (const [table, place, message] of WRONG) {
    assertEquals(problemOf(() => parseUsers(table)), told(place === "" ? "it" : place, message), table);
  }
  assertThrows(() => parseUsers(""), PolicyError, "is not JSON");
});

Deno.test("the same table in a policy is refused for the same reasons", () => {
  for (const [table, place, message] of WRONG) {
    const read = (): unknown => settingsOfPolicy(parsePolicy(`{ "users": ${table} }`), "", "posix");
    const dot = place === "" || place.startsWith("[") ? "" : ".";
    assertEquals(problemOf(read), told(`users${dot}${place}`, message), table);
  }
});

/** What has the right form and is still no quantity is told after a colon. */
function told(place: string, message: string): string {
  return `${place}${message.startsWith('"') ? ":" : ""} ${message}`;
}

function problemOf(read: () => unknown): string {
  const { message, hint } = assertThrows(read, PolicyError) as unknown as PolicyError;
  return hint === undefined ? message : `${message} | ${hint}`;
}

Deno.test("a table without anybody lets nobody in", async () => {
  const { users } = settingsOfPolicy(parsePolicy('{ "users": {} }'), "", "posix");
  assertEquals(users, []);
  const peer = { transport: "unix", address: "", uid: 0, name: "root" } as const;
  for (const token of [undefined, "", "password"]) {
    assertEquals(await admitUsers(users!)({ peer, token }), undefined);
  }
  assertEquals(settingsOfPolicy({}, "", "posix").users, undefined, "no table is not an empty one");
});

Deno.test("users of a policy are those of the same table in a file, and are written back as they are", () => {
  const table = {
    root: { uid: 0 },
    alice: {
      certificate: "alice",
      uid: 1000,
      tokenHash: HASH,
      sessions: 2,
      limits: {
        ...{ fuel: 1, timeout: "1.5s", idle: "5m", memory: "16M", bytesIn: 5, bytesOut: "1K" },
        ...{ callsPerSecond: 3, log: 0, openFiles: 9 },
      },
    },
  };
  const users = parseUsers(JSON.stringify(table));
  assertEquals(users[1]!.limits, {
    ...{ fuel: 1, timeout: 1500, idle: 300_000, memory: 16 << 20, bytesIn: 5, bytesOut: 1024 },
    ...{ callsPerSecond: 3, log: 0, openFiles: 9 },
  });
  assertEquals(usersOfPolicy(table), users);
  assertEquals(settingsOfPolicy({ users: table }, "", "posix").users, users);
  const written = JSON.stringify(policyOfUsers(users));
  assertEquals(parseUsers(written), users);
  assertEquals(JSON.stringify(policyOfUsers(parseUsers(written))), written);
  const strange = '{"__proto__":{"uid":7}}';
  assertEquals(JSON.stringify(policyOfUsers(parseUsers(strange))), strange);
});

Deno.test("any one proof is enough, and nobody is let in without one", async () => {
  const admit = admitUsers(parseUsers(JSON.stringify({
    root: { uid: 0 },
    alice: { certificate: "alice", tokenHash: HASH, sessions: 2, limits: { memory: "1M" } },
  })));
  const unix = { transport: "unix", address: "" } as const;
  const user = async (peer: object, token?: string): Promise<string | undefined> =>
    (await admit({ peer: { ...unix, ...peer }, token }))?.user;
  assertEquals(await user({ uid: 0 }), "root");
  assertEquals(await user({ name: "alice" }), "alice");
  assertEquals(await user({ uid: 7 }, "password"), "alice");
  assertEquals(await user({ uid: 0 }, "password"), "root");
  for (const token of [undefined, "", "Password", HASH]) {
    assertEquals(await user({ uid: 7 }, token), undefined);
  }
  assertEquals(await user({ name: "root" }), undefined);
  assertEquals(await user({ name: "bob", uid: 7 }, "wrong"), undefined, "three wrong proofs are none");
  assertEquals(await user({}), undefined);
  const { sessions, limits } = (await admit({ peer: { ...unix, name: "alice" }, token: undefined }))!;
  assertEquals([sessions, limits], [2, { memory: 1 << 20 }]);
});
