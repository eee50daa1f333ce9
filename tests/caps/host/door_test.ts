import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Door, openDoor, type Visitor } from "../../../mod.ts";
import type { HostConnection } from "../../../caps/host/connection.ts";
import { visitorOf } from "../../../caps/host/door/visitor.ts";

const encoder = new TextEncoder();
const isUnix = Deno.build.os !== "windows";

async function inScratch(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-door-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function connectTo(door: Door): Promise<Deno.Conn> {
  const [transport, ...rest] = door.address.split(":");
  if (transport === "unix") return Deno.connect({ transport: "unix", path: rest.join(":") });
  return Deno.connect({ hostname: "127.0.0.1", port: Number(rest.at(-1)) });
}

async function meet(door: Door): Promise<[Visitor, Deno.Conn]> {
  const [visitor, client] = await Promise.all([door.accept(), connectTo(door)]);
  return [visitor!, client];
}

async function heard(client: Deno.Conn): Promise<string> {
  const bytes: number[] = [];
  const buffer = new Uint8Array(4096);
  for (let count = await client.read(buffer); count !== null; count = await client.read(buffer)) {
    bytes.push(...buffer.subarray(0, count));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

async function said(visitor: Visitor): Promise<string> {
  const into = new Uint8Array(4096);
  while (visitor.input.ready() === undefined) await visitor.input.wait(10_000);
  return new TextDecoder().decode(into.subarray(0, visitor.input.read(into, 0, into.length)));
}

const mode = async (path: string): Promise<number> => (await Deno.lstat(path)).mode! & 0o777;

Deno.test({
  name: "a socket file is its owner's alone unless said otherwise, and goes with its door",
  ignore: !isUnix,
  fn: () =>
    inScratch(async (directory) => {
      const path = `${directory}/s`;
      const door = await openDoor(`unix:${path}`);
      assertEquals(await mode(path), 0o600);
      door.close();
      await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
      const open = await openDoor(`unix:${path}`, { mode: 0o660 });
      assertEquals(await mode(path), 0o660);
      open.close();
      assertEquals(await open.accept(), undefined);
    }),
});

Deno.test({
  name: "a socket file is taken over when nobody listens, and only then",
  ignore: !isUnix,
  fn: () =>
    inScratch(async (directory) => {
      const path = `${directory}/s`;
      // What a program leaves behind that was killed.
      const left = await new Deno.Command(Deno.execPath(), {
        args: [
          "eval",
          `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} }); Deno.kill(Deno.pid, "SIGKILL")`,
        ],
      }).output();
      assert(!left.success && (await Deno.lstat(path)).isSocket);
      const door = await openDoor(`unix:${path}`);
      await assertRejects(() => openDoor(`unix:${path}`), Deno.errors.AddrInUse, "Somebody listens");
      // The one that was there still is.
      const unexpected = door.accept();
      (await connectTo(door)).close();
      assert(await unexpected !== undefined);
      door.close();
      assertEquals([...Deno.readDirSync(directory)], []);
    }),
});

Deno.test({
  name: "what is no socket is never removed, nor what somebody else has put in its place",
  ignore: !isUnix,
  fn: () =>
    inScratch(async (directory) => {
      const path = `${directory}/s`;
      await Deno.writeTextFile(path, "precious");
      await Deno.symlink(path, `${directory}/link`);
      for (const name of [path, `${directory}/link`, directory]) {
        await assertRejects(() => openDoor(`unix:${name}`), Deno.errors.AddrInUse, "not a socket");
      }
      assertEquals(await Deno.readTextFile(path), "precious");
      const door = await openDoor(`unix:${directory}/other`);
      await Deno.remove(`${directory}/other`);
      await Deno.writeTextFile(`${directory}/other`, "precious");
      door.close();
      assertEquals(await Deno.readTextFile(`${directory}/other`), "precious");
    }),
});

Deno.test({
  name: "a door whose socket file cannot be removed is closed all the same",
  ignore: !isUnix,
  fn: () =>
    inScratch(async (directory) => {
      const path = `${directory}/in/s`;
      await Deno.mkdir(`${directory}/in`);
      const log: string[] = [];
      const door = await openDoor(`unix:${path}`, { log: (line) => log.push(line) });
      await Deno.rename(`${directory}/in`, `${directory}/out`);
      await Deno.writeTextFile(`${directory}/in`, "in the way");
      door.close();
      assertEquals(await door.accept(), undefined);
      assertEquals(log.length, 1);
      assert(log[0]!.startsWith("the socket file could not be removed: "), log[0]);
      await assertRejects(() => Deno.connect({ transport: "unix", path: `${directory}/out/s` }));
    }),
});

Deno.test({
  name: "clients that go away before they are let in keep nobody else out",
  ignore: !isUnix,
  async fn(): Promise<void> {
    const door = await openDoor("tcp:127.0.0.1:0");
    const port = Number(door.address.split(":").at(-1));
    // No more than wait in the queue of any system.
    const code = `import { connect } from "node:net";
      for (let round = 0; round < 120; round++) {
        await new Promise((resolve) => {
          const socket = connect(${port}, "127.0.0.1", () => socket.resetAndDestroy());
          socket.on("error", () => {}).on("close", resolve);
        });
      }`;
    // This thread waits meanwhile, and lets nobody in before all of them have come and gone.
    new Deno.Command(Deno.execPath(), { args: ["eval", code] }).outputSync();
    const client = await connectTo(door);
    const { port: own } = client.localAddr as Deno.NetAddr;
    const hang = setTimeout(() => door.close(), 8000);
    let visitor = await door.accept();
    while (visitor !== undefined && visitor.peer.address !== `127.0.0.1:${own}`) {
      await visitor.leave("", 1000);
      visitor = await door.accept();
    }
    clearTimeout(hang);
    client.close();
    assert(visitor !== undefined);
    await visitor!.leave("", 1000);
    door.close();
  },
});

Deno.test({
  name: "the kernel tells who is at the other end of a Unix socket, each time anew",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inScratch(async (directory) => {
      const door = await openDoor(`unix:${directory}/s`);
      const pids: (number | undefined)[] = [];
      const met: [Visitor, Deno.Conn][] = [];
      for (let round = 0; round < 20; round++) {
        const [visitor, client] = await meet(door);
        assertEquals([visitor.peer.uid, visitor.peer.gid, visitor.peer.pid], [
          Deno.uid(),
          Deno.gid(),
          Deno.pid,
        ]);
        met.push([visitor, client]);
        if (round % 3 === 0) {
          const [goes, his] = met.shift()!;
          his.close();
          await goes.leave("", 1000);
        }
      }
      // Another process is told by its own number, also when it gets a descriptor that was used before.
      for (let round = 0; round < 2; round++) {
        const child = new Deno.Command(Deno.execPath(), {
          args: [
            "eval",
            `const c = await Deno.connect({ transport: "unix", path: ${JSON.stringify(`${directory}/s`)} });
            await c.read(new Uint8Array(1));`,
          ],
        }).spawn();
        const visitor = (await door.accept())!;
        pids.push(visitor.peer.pid);
        assertEquals(visitor.peer.pid, child.pid);
        await visitor.leave("x", 5000);
        await child.status;
      }
      assert(pids[0] !== pids[1]);
      for (const [visitor, client] of met) {
        client.close();
        await visitor.leave("", 1000);
      }
      door.close();
    }),
});

Deno.test("last words come behind all else, also when the client has more to say", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  const [visitor, client] = await meet(door);
  await client.write(new Uint8Array(100_000));
  visitor.output.write(encoder.encode("first "), 0, 6);
  const leaving = visitor.leave("last", 5000);
  assertEquals(await heard(client), "first last");
  client.close();
  await leaving;
  await visitor.gone;
  door.close();
});

Deno.test("a client that has ended its side can still be answered", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  const [visitor, client] = await meet(door);
  await client.write(encoder.encode("question"));
  await client.closeWrite();
  assertEquals([await said(visitor), await said(visitor)], ["question", ""]);
  visitor.output.write(encoder.encode("answer"), 0, 6);
  const leaving = visitor.leave("", 5000);
  assertEquals(await heard(client), "answer");
  await leaving;
  client.close();
  door.close();
});

Deno.test("a client that reads nothing holds the writer back, and is not waited for for ever", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  const [visitor, client] = await meet(door);
  let taken = 0;
  const bytes = new Uint8Array(65536);
  for (let full = 0; full < 20;) {
    if (visitor.output.ready() === undefined) {
      full++;
      await visitor.output.wait(5);
    } else taken += visitor.output.write(bytes, 0, bytes.length);
  }
  assert(taken < 64 << 20, `${taken} bytes were taken`);
  await visitor.leave("never heard", 20);
  await visitor.gone;
  client.close();
  door.close();
});

Deno.test({
  name: "an accept that fails ends nothing: who waited is let in when there is room again",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inScratch(async (directory) => {
      const path = `${directory}/s`;
      const server = new Deno.Command("sh", {
        args: [
          "-c",
          `ulimit -n 64; exec "$0" eval "$1" ${new URL("../../../mod.ts", import.meta.url)} ${path}`,
          Deno.execPath(),
          `
          const { openDoor } = await import(Deno.args[0]);
          let failed = 0;
          const door = await openDoor("unix:" + Deno.args[1], { log: () => failed++ });
          console.log("listening");
          const visitors = [];
          setInterval(() => {
            if (failed > 0) for (const visitor of visitors.splice(0)) visitor.leave("bye", 100);
          }, 50);
          for (;;) visitors.push(await door.accept());`,
        ],
        stdout: "piped",
      }).spawn();
      const reader = server.stdout.getReader();
      await reader.read();
      const clients: Deno.Conn[] = [];
      for (let i = 0; i < 100; i++) clients.push(await Deno.connect({ transport: "unix", path }));
      const words = await Promise.all(clients.map(async (client) => {
        const word = await heard(client);
        client.close();
        return word;
      }));
      assertEquals(words, clients.map(() => "bye"));
      server.kill("SIGKILL");
      await server.status;
      await reader.cancel();
    }),
});

Deno.test("a client is left in time, whatever its connection still has under way", async () => {
  const never = new Promise<never>(() => {});
  const hanging: Record<string, Partial<HostConnection>> = {
    "what it is told": { write: () => never },
    "the end": { closeWrite: () => never },
    "what it says": { read: () => never },
  };
  for (const [what, methods] of Object.entries(hanging)) {
    let closed = 0;
    const connection: HostConnection = {
      read: () => Promise.resolve(null),
      write: (bytes) => Promise.resolve(bytes.length),
      closeWrite: () => Promise.resolve(),
      close: () => void closed++,
      ...methods,
    };
    const visitor = visitorOf(connection, { transport: "tcp", address: "" }, () => {});
    visitor.output.write(new Uint8Array(5), 0, 5);
    const left = visitor.leave("last words", 20).then(() => "left");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const guard = new Promise<string>((resolve) =>
      timer = setTimeout(() => resolve(`waits for ${what}`), 10_000)
    );
    assertEquals(await Promise.race([left, guard]), "left");
    clearTimeout(timer);
    assertEquals(closed, 1);
  }
});
