import { assertEquals } from "@std/assert";
import { openDoor, serve, type Visitor } from "../../../mod.ts";
import { Lobby } from "../../../wasi/serve/lobby.ts";
import { Client, SESSION_GUEST, withServer } from "./kit.ts";

/** What a promise settles with, unless that takes so long that it was waited for somebody in vain. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => timer = setTimeout(reject, 8000, new Error("too late")));
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

Deno.test("clients of one user who are let in at the same moment are counted", () => {
  const waiting: (() => void)[] = [];
  const admit = async (): Promise<{ user: string; sessions: number }> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 4) { for (const goOn of waiting) goOn(); }
    });
    return { user: "alice", sessions: 1 };
  };
  return withServer({ admit }, async (server) => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => Client.to(server)));
    const answers = await Promise.all(clients.map((client) => client.ask("e 1\n")));
    const refused = Array(3).fill("keyhole: refused: too many sessions of this user\n");
    assertEquals(answers.sort(), ["e 1\n", ...refused]);
    for (const client of clients) client.close();
  });
});

Deno.test("a server that is closed does not wait for clients of whom it is not decided whether they come in", async () => {
  const never = (): Promise<undefined> => new Promise(() => {});
  let tokens = 0;
  const count = (): undefined => void tokens++;
  for (const options of [{ admit: never }, { token: true, admit: count }]) {
    const inner = await openDoor("tcp:127.0.0.1:0");
    let come = (): void => {};
    const hasCome = new Promise<void>((resolve) => come = resolve);
    const accept = async (): Promise<Visitor | undefined> => {
      const visitor = await inner.accept();
      come();
      return visitor;
    };
    const door = { address: inner.address, accept, close: () => inner.close() };
    const server = await serve(SESSION_GUEST, { door, ...options });
    const client = await Client.to(server);
    await hasCome;
    await client.say("half a tok");
    const closing = server.close();
    await client.say("en\n");
    assertEquals(await soon(client.all()), "keyhole: refused: the server is shutting down\n");
    client.close();
    await soon(closing);
  }
  assertEquals(tokens, 0);
});

Deno.test("strangers who say nothing take no place of a user, and a place that is taken is not given twice", () => {
  const admit = ({ token }: { token: string | undefined }): { user: string } | undefined =>
    token === "open sesame" ? { user: "alice" } : undefined;
  return withServer({ token: true, admit, total: { sessions: 2 } }, async (server) => {
    const strangers = await Promise.all(Array.from({ length: 5 }, () => Client.to(server)));
    const clients = [await Client.to(server), await Client.to(server), await Client.to(server)];
    const answers = await Promise.all(clients.map((client) => client.ask("open sesame\ne 1\n")));
    const refused = "keyhole: refused: too many sessions, try again later\n";
    assertEquals(answers.sort(), ["e 1\n", "e 1\n", refused]);
    assertEquals(server.sessions, 2);
    for (const client of [...strangers, ...clients]) client.close();
  });
});

Deno.test("of too many who wait to be let in, the one that has waited longest is turned away", async () => {
  const lobby = new Lobby(2);
  const signals: AbortSignal[] = [];
  const enter = (): Promise<string> =>
    lobby.decided((signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
  const [first, second] = [enter(), enter()];
  assertEquals(await lobby.decided(() => Promise.resolve("come in")), "come in");
  assertEquals(await first, "too many clients wait to be let in, try again later");
  const third = enter();
  assertEquals(signals.map(({ aborted }) => aborted), [true, false, false]);
  lobby.clear("closed");
  assertEquals(await Promise.all([second, third]), ["closed", "closed"]);
});
