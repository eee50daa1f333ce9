import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  type Admit,
  fn,
  hostFunctions,
  openDoor,
  parseText,
  serve,
  type ServeOptions,
  UnusableModuleError,
} from "../../../mod.ts";
import { Client, SESSION_GUEST, SHELL_GUEST, withClient, withServer } from "./kit.ts";

const ENDED = "keyhole: session ended\n";
const over = (why: string): string => `keyhole: session ended: ${why}\n`;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(1);
}

Deno.test("a guest answers its client, and its end is told in one line", () =>
  withServer({}, async (server, log) => {
    await withClient(server, async (client) => {
      assertEquals(await client.ask("e hello\n"), "e hello\n");
      await client.endSide();
      assertEquals(await client.all(), ENDED);
    });
    await until(() => server.sessions === 0);
    assertMatch(log[0]!, /^session 1: begins, for 127\.0\.0\.1:\d+$/);
    assertEquals(log[1], "session 1: ended");
  }));

Deno.test("a trap, an exit code and a limit each end one session with one line, others do not notice", () =>
  withServer({ limits: { memory: 1 << 20, bytesIn: 1000, bytesOut: 100_000 } }, async (server) => {
    const other = await Client.to(server);
    assertEquals(await other.ask("e before\n"), "e before\n");
    const told = async (text: string): Promise<string> =>
      await withClient(server, async (client) => {
        await client.say(text);
        return await client.all();
      });
    assertEquals(await told("t"), over("trap: unreachable"));
    assertEquals(await told("x"), over("exit code 3"));
    assertEquals(await told("m"), over("trap: memory access out of bounds"));
    assertEquals(await told("a".repeat(1001)), over("the client has sent more than 1000 bytes"));
    const flood = await told("f");
    assert(flood.endsWith(over("the guest has answered more than 100000 bytes")));
    assertEquals(flood.length - `\n${over("the guest has answered more than 100000 bytes")}`.length, 100_000);
    assertEquals(await other.ask("e after\n"), "e after\n");
    other.close();
  }));

Deno.test("a guest that spins ends by its fuel or its time, and others are answered meanwhile", async () => {
  await withServer({ limits: { fuel: 20_000_000 } }, async (server) => {
    const spinner = await Client.to(server);
    await spinner.say("s");
    await withClient(server, async (client) => {
      for (let i = 0; i < 20; i++) assertEquals(await client.ask(`e ${i}\n`), `e ${i}\n`);
    });
    assertEquals(await spinner.all(), over("fuel limit of 20000000 reached"));
    spinner.close();
  });
  await withServer({ limits: { timeout: 50 } }, async (server) => {
    await withClient(server, async (client) => {
      await client.say("s");
      assertEquals(await client.all(), over("time limit reached"));
    });
    await withClient(server, async (client) => assertEquals(await client.all(), over("time limit reached")));
  });
});

Deno.test("a guest that makes too many calls is slowed down, and others are not", async () => {
  let calls = 0;
  const host = [hostFunctions("host", { tick: fn([], () => void calls++) })];
  const guest = new TextEncoder().encode(`(module
    (import "host" "tick" (func $tick)) (memory (export "memory") 1)
    (func (export "_start") (loop (call $tick) (br 0))))`);
  await withServer(
    { guest, host, limits: { callsPerSecond: 100, timeout: 200 } },
    (server) =>
      withClient(server, async (client) => {
        assertEquals(await client.all(), over("time limit reached"));
      }),
  );
  // A second's worth at once, then a hundred in a second; a guest that is not slowed down makes millions.
  assert(calls >= 100 && calls < 1000, `${calls} calls`);
});

Deno.test("a client that says nothing for too long is told so", () =>
  withServer({ limits: { idle: 30 } }, (server) =>
    withClient(server, async (client) => {
      assertEquals(await client.all(), over("nothing was said for 0.03 seconds"));
    })));

Deno.test("a client that ends its side still gets its answers", () =>
  withServer({}, (server) =>
    withClient(server, async (client) => {
      await client.say("e one\n");
      await client.endSide();
      assertEquals(await client.all(), `e one\n${ENDED}`);
    })));

Deno.test("a guest that reads on after the end is ended", () =>
  withServer({}, (server) =>
    withClient(server, async (client) => {
      await client.say("r");
      await client.endSide();
      assertEquals(await client.all(), over("the guest reads on after the end of its input"));
    })));

Deno.test("a client that reads nothing stops its guest, whatever that has to say", () =>
  withServer({ limits: { idle: 200 }, patience: 50 }, async (server, log) => {
    const client = await Client.to(server);
    await client.say("f");
    await until(() => log.some((line) => line.includes("ended: nothing was said")));
    await until(() => server.sessions === 0);
    // What the sockets of both sides hold, and no more: the guest has waited.
    assert((await client.all()).length < 64 << 20);
    client.close();
  }));

Deno.test("a session whose client has gone ends, also when its guest never reads or writes again", () =>
  withServer({}, async (server, log) => {
    for (const letter of ["e", "f", "s"]) {
      const client = await Client.to(server);
      await client.say(`${letter}\n`);
      if (letter !== "s") await client.line();
      else await pause(20);
      client.close();
    }
    await until(() => log.filter((line) => line.includes(": ended")).length >= 2);
    // The one that computes learns of it when something is wrong with the connection, or by its limits.
    await server.close();
    assertEquals(log.filter((line) => line.includes(": ended")).length, 3);
  }));

Deno.test({
  name:
    "a guest that computes ends when its client has closed the connection, and not when that only listens",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const directory = await Deno.makeTempDir();
    const guest = parseText(new TextEncoder().encode(`(module
      (memory (export "memory") 1)
      (func (export "_start") (loop $again (br $again))))`));
    for (const source of [SESSION_GUEST, await guest]) {
      const log: string[] = [];
      const door = await openDoor(`unix:${directory}/door`);
      const server = await serve(source, { door, log: (line) => log.push(line) });
      const [listening, vanished] = [await Client.to(server), await Client.to(server)];
      for (const client of [listening, vanished]) await client.say("s");
      await listening.endSide();
      await until(() => server.sessions === 2);
      vanished.close();
      await until(() => server.sessions === 1);
      assertEquals(log.filter((line) => line.includes(": ended")), ["session 2: ended: the client has gone"]);
      // It is looked after again and again, and each time it is there.
      await pause(2500);
      assertEquals(server.sessions, 1);
      const closing = server.close();
      assertEquals(await listening.all(), over("the server is shutting down"));
      listening.close();
      await closing;
    }
    await Deno.remove(directory, { recursive: true });
  },
});

Deno.test("what guests say on standard error is logged with their session's number, and cannot forge a line", () =>
  withServer({ limits: { log: 40 } }, async (server, log) => {
    await withClient(server, async (client) => {
      await client.ask("l \x1b[31mred\u061c\r\n");
      await client.ask("lsession 7: ended\n");
      await client.ask(`l${"x".repeat(100)}\n`);
      await client.endSide();
      await client.all();
    });
    await until(() => server.sessions === 0);
    assertEquals(log.slice(1, -1), [
      "session 1: says: l \\u{1b}[31mred\\u{61c}\\u{d}",
      "session 1: says: lsession 7: ended",
      "session 1: says: lxxxxxxx",
      "session 1: says: (it said more than the 40 bytes that are logged)",
    ]);
  }));

Deno.test("more clients than there may be are refused in one line, and let in when there is room", () =>
  withServer({ total: { sessions: 2 } }, async (server) => {
    const clients = [await Client.to(server), await Client.to(server)];
    for (const client of clients) assertEquals(await client.ask("e\n"), "e\n");
    await withClient(server, async (third) => {
      assertEquals(await third.all(), "keyhole: refused: too many sessions, try again later\n");
    });
    clients[0]!.close();
    await until(() => server.sessions === 1);
    await withClient(server, async (third) => assertEquals(await third.ask("e\n"), "e\n"));
    clients[1]!.close();
  }));

Deno.test("what all sessions use together is limited too", async () => {
  await withServer({ total: { memory: 3 << 16 } }, async (server) => {
    const clients = [await Client.to(server), await Client.to(server)];
    for (const client of clients) await client.ask("e\n");
    await withClient(server, async (client) => {
      await client.say("m");
      assertMatch(
        await client.all(),
        /the guests have used up the server's memory|memory access out of bounds/,
      );
    });
    for (const client of clients) {
      assertEquals(await client.ask("e\n"), "e\n");
      client.close();
    }
  });
  await withServer({ total: { bytesOut: 10 } }, async (server) => {
    const first = await Client.to(server);
    assertEquals(await first.ask("e 45678\n"), "e 45678\n");
    await withClient(server, async (client) => {
      await client.say("e 45678\n");
      assertEquals(await client.all(), `e \n${over("all together have answered more than 10 bytes")}`);
    });
    first.close();
  });
  await withServer({ total: { fuel: 3_000_000 } }, async (server) => {
    await withClient(server, async (client) => {
      await client.say("s");
      assertEquals(await client.all(), over("the server has used up its fuel"));
    });
  });
});

Deno.test("users are told apart by what they say first, each with limits and environment of their own", () => {
  const admit: Admit = ({ token }) => {
    if (token === "alice's") return { user: "alice", sessions: 1, limits: { bytesOut: 5 } };
    return token === "bob's" ? { user: "bob" } : undefined;
  };
  return withServer({ token: true, admit }, async (server, log) => {
    for (const wrong of ["nobody's\n", "\n", `${"x".repeat(300)}\n`]) {
      await withClient(server, async (client) => {
        await client.say(wrong);
        assertEquals(await client.all(), "keyhole: refused: not allowed\n");
      });
    }
    const alice = await Client.to(server);
    // The token is not the guest's to see, and what comes right behind it is.
    assertEquals(await alice.ask("alice's\r\ne 1\n"), "e 1\n");
    await withClient(server, async (client) => {
      await client.say("alice's\n");
      assertEquals(await client.all(), "keyhole: refused: too many sessions of this user\n");
    });
    await withClient(
      server,
      async (client) => assertEquals(await client.ask("bob's\ne 12345\n"), "e 12345\n"),
    );
    await alice.say("e 2\n");
    assertEquals(await alice.all(), `e\n${over("the guest has answered more than 5 bytes")}`);
    alice.close();
    assert(log.some((line) => line.includes("begins, for alice, 127.0.0.1")));
  });
});

Deno.test("a server that is closed tells its clients, waits for nobody who does not listen, and lets nobody in", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  const server = await serve(SESSION_GUEST, { door });
  const [one, other] = [await Client.to(server), await Client.to(server)];
  await one.ask("e\n");
  await other.say("s");
  await pause(5);
  const closing = server.close();
  assertEquals(await one.all(), over("the server is shutting down"));
  assertEquals(await other.all(), over("the server is shutting down"));
  one.close();
  other.close();
  await closing;
  await server.finished;
  assertEquals(server.sessions, 0);
  await assertRejects(() => Client.to(server), Deno.errors.ConnectionRefused);
});

Deno.test("a client that is being let in while the server is closed is told so too", async () => {
  // Whatever lies between the word that it may come in and the beginning of its session.
  for (let steps = 0; steps < 12; steps++) {
    const admit = (): Record<string, never> => {
      void (async () => {
        for (let step = 0; step < steps; step++) await undefined;
        void server.close();
      })();
      return {};
    };
    const server = await serve(SESSION_GUEST, { door: await openDoor("tcp:127.0.0.1:0"), admit });
    await withClient(server, async (client) => {
      const guard = setTimeout(() => client.close(), 10_000);
      assertMatch(await client.all(), /^keyhole: .*: the server is shutting down\n$/);
      clearTimeout(guard);
    });
    await server.finished;
  }
});

Deno.test("a module that cannot be served is refused before anybody comes", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  await assertRejects(() => serve(new Uint8Array([1, 2, 3]), { door }), UnusableModuleError);
  await assertRejects(() => serve(SESSION_GUEST, { door, token: true }), TypeError, "admit");
  await assertRejects(() => serve(SHELL_GUEST, { door }), UnusableModuleError, "host_add");
  const nobody = (): undefined => undefined;
  await assertRejects(
    () => serve(SHELL_GUEST, { door, host: [], admit: nobody }),
    UnusableModuleError,
    "host_add",
  );
  const nothing = new TextEncoder().encode('(module (memory (export "memory") 1))');
  await assertRejects(() => serve(nothing, { door }), UnusableModuleError, "nothing to run");
  for (const admit of [undefined, nobody]) {
    const attempt = (options: Partial<ServeOptions>): Promise<unknown> =>
      serve(SESSION_GUEST, { door, admit, ...options });
    await assertRejects(() => attempt({ env: { "A=B": "C" } }), TypeError, '"A=B"');
    await assertRejects(() => attempt({ args: ["a\0b"] }), TypeError, "NUL");
    await assertRejects(() => attempt({ limits: { openFiles: 1e9 } }), RangeError);
  }
  door.close();
});

Deno.test({
  name: "a module that cannot be served leaves no directory open",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const directory = await Deno.makeTempDir();
    const door = await openDoor("tcp:127.0.0.1:0");
    const open = (): number => [...Deno.readDirSync("/proc/self/fd")].length;
    const attempt = (): Promise<void> =>
      assertRejects(
        () => serve(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1]), { door, dirs: { "/a": directory } }),
        UnusableModuleError,
      );
    await attempt();
    const before = open();
    for (let round = 0; round < 5; round++) await attempt();
    assertEquals(open(), before);
    door.close();
    await Deno.remove(directory);
  },
});
