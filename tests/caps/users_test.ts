import { assertEquals, assertThrows } from "@std/assert";
import { admitUsers, parseUsers, UsersError } from "../../mod.ts";

const HASH = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"; // of "password"

Deno.test("a table that says anything unknown is refused: a limit that is misspelt would be none", () => {
  const wrong: [string, string][] = [
    ["", "not JSON"],
    ["[]", "The table is no object"],
    ['{ "a": 1 }', '"a" is no object'],
    ['{ "a": {} }', "proves nothing"],
    ['{ "a": { "limits": {} } }', "proves nothing"],
    ['{ "a": { "uid": -1 } }', "no whole number"],
    ['{ "a": { "uid": "0" } }', "no whole number"],
    ['{ "a": { "uid": 0, "sessions": 1.5 } }', "no whole number"],
    ['{ "a": { "tokenHash": "password" } }', "no SHA-256"],
    ['{ "a": { "certificate": "" } }', "no text"],
    ['{ "a": { "token": "x" } }', '"token" of "a" is not known'],
    ['{ "a": { "__proto__": 1, "uid": 1 } }', "is not known"],
    ['{ "a": { "uid": 1, "limits": { "memmory": 1 } } }', "memmory"],
    ['{ "a": { "uid": 1, "limits": { "constructor": 1 } } }', "constructor"],
    ['{ "a": { "uid": 1, "limits": { "idle": 5 } } }', "not a time"],
    ['{ "a": { "uid": 1, "limits": { "memory": -1 } } }', "not a size"],
  ];
  for (const [text, message] of wrong) assertThrows(() => parseUsers(text), UsersError, message);
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
  assertEquals(await user({}), undefined);
  const { sessions, limits } = (await admit({ peer: { ...unix, name: "alice" }, token: undefined }))!;
  assertEquals([sessions, limits], [2, { memory: 1 << 20 }]);
});
