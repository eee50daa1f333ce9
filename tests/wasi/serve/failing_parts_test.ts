import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Door, Fault, openDoor, serve, type Visitor } from "../../../mod.ts";
import { Client, SESSION_GUEST, withClient, withServer } from "./kit.ts";

/** A door of which something fails. */
async function failingDoor(
  accept: (come: () => Promise<Visitor | undefined>) => Promise<Visitor | undefined>,
): Promise<Door> {
  const door = await openDoor("tcp:127.0.0.1:0");
  return { address: door.address, accept: () => accept(() => door.accept()), close: () => door.close() };
}

Deno.test("a log that fails harms no session", async () => {
  const fails = {
    "by throwing": (): void => {
      throw new Error("disk full");
    },
    "later": (): Promise<void> => Promise.reject(new Error("disk full")),
  };
  for (const [how, log] of Object.entries(fails)) {
    const door = await openDoor("tcp:127.0.0.1:0", { log });
    await withServer({ door, log }, (server) =>
      withClient(server, async (client) => {
        assertEquals(await client.ask("l complaint\n"), "l complaint\n", how);
        await client.endSide();
        assertEquals(await client.all(), "keyhole: session ended\n", how);
      }));
  }
});

Deno.test("limits that limit nothing are refused before anybody comes, and nobody gets in by them", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  for (const wrong of [NaN, -1, "5", null]) {
    const kind = typeof wrong === "number" ? RangeError : TypeError;
    const idle = wrong as number;
    await assertRejects(() => serve(SESSION_GUEST, { door, limits: { idle } }), kind, '"idle"');
    await assertRejects(
      () => serve(SESSION_GUEST, { door, total: { memory: idle } }),
      kind,
      '"memory"',
    );
  }
  const misspelt = { idel: 5 } as object;
  for (const options of [{ limits: misspelt }, { total: misspelt }]) {
    await assertRejects(() => serve(SESSION_GUEST, { door, ...options }), TypeError, 'Cannot limit "idel"');
  }
  await withServer(
    { door, admit: () => ({ limits: { bytesOut: NaN } }) },
    (server) =>
      withClient(server, async (client) => {
        assertEquals(await client.all(), "keyhole: refused: internal error\n");
      }),
  );
});

Deno.test("a door that fails ends the server in order, with its error", async () => {
  let breakDown = (): void => {};
  const broken = new Promise<undefined>((_, reject) =>
    breakDown = () => reject(new Error("the door is broken"))
  );
  const door = await failingDoor((come) => Promise.race([come(), broken]));
  const server = await serve(SESSION_GUEST, { door });
  await withClient(server, async (client) => {
    assertEquals(await client.ask("e 1\n"), "e 1\n");
    breakDown();
    assertEquals(await client.all(), "keyhole: session ended: the server is shutting down\n");
  });
  await assertRejects(() => server.finished, Error, "the door is broken");
  await assertRejects(() => server.close(), Error, "the door is broken");
  assertEquals(server.sessions, 0);
});

Deno.test("a connection that cannot be closed concerns nobody else", async () => {
  const door = await failingDoor(async (come) => {
    const visitor = await come();
    if (visitor === undefined) return undefined;
    const leave = async (): Promise<void> => {
      await visitor.leave("", 0);
      throw new Error("it does not close");
    };
    return { ...visitor, leave };
  });
  await withServer({ door, total: { sessions: 1 } }, async (server, log) => {
    for (let round = 0; round < 2; round++) {
      const client = await Client.to(server);
      assertEquals(await client.ask("e 1\n"), "e 1\n");
      await withClient(server, async (refused) => assertEquals(await refused.all(), ""));
      await client.endSide();
      assertEquals(await client.all(), "");
      client.close();
      while (server.sessions > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert(log.some((line) => line.includes("it does not close")));
  });
});

Deno.test("what a client has brought into an error does not pass for a line of the log", () => {
  const admit = ({ token }: { token: string | undefined }): never => {
    throw new Error(`nobody is called ${token?.replaceAll("+", "\n")}`);
  };
  return withServer({ token: true, admit }, async (server, log) => {
    await withClient(server, async (client) => {
      await client.say("\x1b[2J+session 7: ended\n");
      assertEquals(await client.all(), "keyhole: refused: internal error\n");
    });
    const [line, next] = log.find((text) => text.includes("nobody is called"))!.split("\n");
    assertEquals(line, "session 1: failed: Error: nobody is called \\u{1b}[2J");
    assertEquals(next, "  session 7: ended");
  });
});

Deno.test("a client that breaks off while it says who it is has failed nobody", async () => {
  const door = await failingDoor(async (come) => {
    const visitor = await come();
    if (visitor === undefined) return undefined;
    const read = (): never => {
      throw new Fault("ECONNRESET", "ECONNRESET");
    };
    const { input } = visitor;
    const ready = (): number | undefined => input.ready();
    const wait = (milliseconds: number): void | Promise<void> => input.wait(milliseconds);
    const close = (): void => input.close();
    return { ...visitor, input: { streamKind: "socket", asynchronous: true, ready, wait, read, close } };
  });
  const asked: (string | undefined)[] = [];
  const admit = ({ token }: { token: string | undefined }): undefined => void asked.push(token);
  await withServer({ door, token: true, admit }, (server, log) =>
    withClient(server, async (client) => {
      await client.say("half a tok");
      assertEquals(await client.all(), "keyhole: refused: not allowed\n");
      assertEquals(log, ["a client is refused: not allowed"]);
    }));
  assertEquals(asked, [undefined]);
});

Deno.test("a client about whom nobody can decide is told so", () => {
  const admit = (): never => {
    throw new Error("no connection to the data base");
  };
  return withServer({ admit }, async (server, log) => {
    await withClient(server, async (client) => {
      assertEquals(await client.all(), "keyhole: refused: internal error\n");
    });
    assert(log.some((line) => line.includes("data base")));
  });
});
