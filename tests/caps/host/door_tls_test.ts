import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Door, openDoor } from "../../../mod.ts";
import { pem } from "./tls/pem.ts";

const authority = pem("authority");
const server = { cert: pem("localhost"), key: pem("localhost.key") };

function connectTo(door: Door, who?: string): Promise<Deno.TlsConn> {
  const port = Number(door.address.split(":").at(-1));
  const certificate = who === undefined ? {} : { cert: pem(who), key: pem(`${who}.key`) };
  return Deno.connectTls({ hostname: "localhost", port, caCerts: [authority], ...certificate });
}

async function heard(client: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1000);
  let text = "";
  for (;;) {
    const count = await client.read(buffer);
    if (count === null) return text;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

Deno.test("a door speaks TLS, in both directions and to the end", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: server });
  const client = await connectTo(door);
  await client.write(new TextEncoder().encode("question"));
  await client.closeWrite();
  const visitor = (await door.accept())!;
  assertEquals([visitor.peer.transport, visitor.peer.name], ["tls", undefined]);
  const into = new Uint8Array(100);
  while (visitor.input.ready() === undefined) await visitor.input.wait(10_000);
  assertEquals(visitor.input.read(into, 0, 100), 8);
  while (visitor.input.ready() === undefined) await visitor.input.wait(10_000);
  assertEquals(visitor.input.read(into, 0, 100), 0);
  const leaving = visitor.leave("answer", 5000);
  assertEquals(await heard(client), "answer");
  client.close();
  await leaving;
  door.close();
});

Deno.test("with an authority, a client's name is the one in its certificate", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: { ...server, clientCa: authority } });
  const client = await connectTo(door, "alice");
  await client.handshake();
  const visitor = (await door.accept())!;
  assertEquals([visitor.peer.transport, visitor.peer.name], ["tls", "alice"]);
  client.close();
  await visitor.leave("", 1000);
  door.close();
});

Deno.test("with an authority, nobody is let in without a certificate from it, whatever name the certificate has", async () => {
  const log: string[] = [];
  const door = await openDoor("tcp:localhost:0", {
    tls: { ...server, clientCa: authority },
    log: (line) => log.push(line),
  });
  let visitors = 0;
  const accepting = (async () => {
    while (await door.accept() !== undefined) visitors++;
  })();
  for (const who of [undefined, "stranger"]) {
    const client = await connectTo(door, who);
    // In TLS 1.3 a client learns only after its own handshake that it is not let in.
    await assertRejects(() => heard(client));
    client.close();
  }
  // Nor does somebody come in who speaks no TLS at all, and the door stays open for others.
  const port = Number(door.address.split(":").at(-1));
  const plain = await Deno.connect({ hostname: "localhost", port });
  await plain.write(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
  await heard(plain).catch(() => {});
  plain.close();
  const alice = await connectTo(door, "alice");
  await alice.handshake();
  while (visitors === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(visitors, 1);
  assert(log.length >= 3);
  alice.close();
  door.close();
  await accepting;
});

/** Opens plain connections, more than there may be handshakes at once. */
function strangers(door: Door): Promise<Deno.Conn[]> {
  const port = Number(door.address.split(":").at(-1));
  return Promise.all(Array.from({ length: 300 }, () => Deno.connect({ hostname: "localhost", port })));
}

/** Whether a client is let in. */
async function letsIn(door: Door): Promise<boolean> {
  const client = await connectTo(door);
  try {
    await client.handshake();
    const visitor = (await door.accept())!;
    await visitor.leave("", 0);
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

Deno.test("clients that go away while shaking hands leave their place at once", async () => {
  const log: string[] = [];
  const door = await openDoor("tcp:localhost:0", { tls: server, log: (line) => log.push(line) });
  for (const client of await strangers(door)) client.close();
  while (log.length < 300) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(await letsIn(door));
  door.close();
});

Deno.test("clients that do not shake hands leave nothing behind in memory", async () => {
  const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `import { openDoor } from ${url("../../../mod.ts")};
    import { pem } from ${url("./tls/pem.ts")};
    const tls = { cert: pem("localhost"), key: pem("localhost.key") };
    const door = await openDoor("tcp:127.0.0.1:0", { tls });
    const port = Number(door.address.split(":").at(-1));
    const held = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      gc();
      return Deno.memoryUsage().external;
    };
    const round = async () => {
      for (let i = 0; i < 200; i++) {
        const client = await Deno.connect({ port });
        await client.write(new TextEncoder().encode("GET / HTTP/1.1\\r\\n\\r\\n"));
        while (await client.read(new Uint8Array(100)).catch(() => null) !== null);
        client.close();
      }
    };
    await round();
    const before = await held();
    await round();
    console.log(await held() - before < 1 << 20);
    door.close();`;
  const args = ["eval", "--no-check", "--v8-flags=--expose-gc", code];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(new TextDecoder().decode(stdout), "true\n", new TextDecoder().decode(stderr));
});

Deno.test("a log that fails keeps nobody out", async () => {
  const log = (): void => {
    throw new Error("disk full");
  };
  const door = await openDoor("tcp:localhost:0", { tls: server, log });
  const stranger = await Deno.connect({
    hostname: "localhost",
    port: Number(door.address.split(":").at(-1)),
  });
  await stranger.write(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
  await heard(stranger).catch(() => {});
  stranger.close();
  assert(await letsIn(door));
  door.close();
});

Deno.test("clients that never shake hands do not keep others out, and are let go with the door", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: server });
  const silent = await strangers(door);
  assert(await letsIn(door));
  door.close();
  for (const client of silent) {
    assertEquals(await heard(client).catch(() => ""), "");
    client.close();
  }
});

Deno.test("a client that is quick to shake hands, speak and end its side is let in and heard", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: { ...server, clientCa: authority } });
  for (let round = 0; round < 20; round++) {
    const client = await connectTo(door, "alice");
    await client.write(new TextEncoder().encode("question"));
    await client.closeWrite();
    const visitor = (await door.accept())!;
    while (visitor.input.ready() === undefined) await visitor.input.wait(10_000);
    assertEquals(visitor.input.ready(), 8);
    const leaving = visitor.leave("answer", 5000);
    assertEquals(await heard(client), "answer");
    client.close();
    await leaving;
  }
  door.close();
});

Deno.test("a Unix socket speaks no TLS, and a key that is none is told at once", async () => {
  await assertRejects(() => openDoor("unix:/nowhere", { tls: server }), TypeError, "TLS is for TCP");
  const bad = [
    { cert: "x", key: server.key },
    { cert: server.cert, key: "y" },
    { cert: server.cert, key: pem("alice.key") },
    { ...server, clientCa: "" },
    { ...server, clientCa: "z" },
  ];
  for (const tls of bad) await assertRejects(() => openDoor("tcp:localhost:0", { tls }));
});
