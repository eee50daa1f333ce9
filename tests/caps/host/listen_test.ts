import { assert, assertEquals } from "@std/assert";
import { type Connection, type HostListener, listen, type Stream } from "../../../mod.ts";
import { outcome } from "../outcome.ts";

/** Far longer than any of these waits takes: a hang guard. */
const LONG = 30_000;

async function ready(stream: Stream): Promise<void> {
  while (stream.ready() === undefined) await stream.wait(LONG);
}

async function accepted(listener: HostListener): Promise<Connection> {
  await ready(listener);
  return listener.accept();
}

function connect(listener: HostListener): Promise<Deno.Conn> {
  const { address } = listener;
  if (address.startsWith("unix:")) return Deno.connect({ transport: "unix", path: address.slice(5) });
  return Deno.connect({ hostname: "127.0.0.1", port: Number(address.split(":").at(-1)) });
}

async function all(connection: Connection): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    await ready(connection);
    const buffer = new Uint8Array(5000);
    const count = connection.read(buffer, 0, buffer.length);
    if (count === 0) return await new Blob(pieces).bytes();
    pieces.push(buffer.subarray(0, count));
  }
}

async function received(client: Deno.Conn): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const buffer = new Uint8Array(5000);
    const count = await client.read(buffer);
    if (count === null) return await new Blob(pieces).bytes();
    pieces.push(buffer.subarray(0, count));
  }
}

async function put(connection: Connection, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length;) {
    await ready(connection.writing);
    start += connection.write(bytes, start, bytes.length);
  }
}

Deno.test({
  name: "a socket file goes with its listener, and what somebody else has put in its place stays",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const directory = await Deno.makeTempDir({ prefix: "keyhole-listen-" });
    const path = `${directory}/s`;
    for (const replaced of [false, true]) {
      const listener = listen(`unix:${path}`);
      assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["s"]);
      listener.ready();
      if (replaced) {
        Deno.removeSync(path);
        Deno.writeTextFileSync(path, "precious");
      }
      listener.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assertEquals([...Deno.readDirSync(directory)].length, replaced ? 1 : 0);
    }
    assertEquals(Deno.readTextFileSync(path), "precious");
    await Deno.remove(directory, { recursive: true });
  },
});

/** Both ends of a connection, closed afterwards. */
async function pair(
  address: string,
  act: (connection: Connection, client: Deno.Conn) => Promise<void>,
): Promise<void> {
  const listener = listen(address);
  const client = await connect(listener);
  const connection = await accepted(listener);
  try {
    await act(connection, client);
  } finally {
    connection.close();
    await connection.flush!();
    listener.close();
    client.close();
    // The host's socket closes once flushing is seen to be over.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const numbered = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 8));

Deno.test("nobody is accepted before somebody comes, and several come in order", async () => {
  const listener = listen("tcp:127.0.0.1:0");
  assert(/^tcp:127\.0\.0\.1:[1-9]\d*$/.test(listener.address));
  assertEquals(outcome(() => listener.accept()), "EAGAIN");
  await listener.wait(1);
  assertEquals(listener.ready(), undefined);
  const clients = [await connect(listener), await connect(listener)];
  for (const [i, client] of clients.entries()) {
    const connection = await accepted(listener);
    await client.write(bytes(String(i)));
    await ready(connection);
    const buffer = new Uint8Array(4);
    assertEquals([connection.read(buffer, 0, 4), buffer[0]], [1, 0x30 + i]);
    connection.close();
    client.close();
  }
  listener.close();
  listener.close();
  assertEquals(outcome(() => listener.accept()), "EBADF");
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("closing a listener ends who waits for it", async () => {
  const listener = listen("127.0.0.1:0");
  const wait = listener.wait(Infinity);
  listener.close();
  await wait;
});

Deno.test("looking does not take, and a read does", () =>
  pair("127.0.0.1:0", async (connection, client) => {
    assertEquals(outcome(() => connection.peek(new Uint8Array(4), 0, 4)), "EAGAIN");
    await client.write(bytes("hello"));
    await ready(connection);
    const buffer = bytes("........");
    assertEquals([connection.peek(buffer, 1, 4), connection.peek(buffer, 4, 8)], [3, 4]);
    assertEquals(new TextDecoder().decode(buffer), ".helhell");
    assertEquals([connection.read(buffer, 0, 8), connection.ready()], [5, undefined]);
    assertEquals(new TextDecoder().decode(buffer), "hellhell".replace("hellh", "hello"));
  }));

Deno.test("much goes both ways at once, each byte once", () =>
  pair("127.0.0.1:0", async (connection, client) => {
    const up = numbered(700_000), down = numbered(900_000).reverse();
    const sent = (async () => {
      for (let start = 0; start < up.length;) start += await client.write(up.subarray(start));
      await client.closeWrite();
    })();
    const answered = put(connection, down).then(() => connection.shutdown(false, true));
    const came = received(client);
    assertEquals(await all(connection), up);
    await Promise.all([sent, answered]);
    assertEquals(await came, down);
  }));

Deno.test("writing can be ready when reading is not", () =>
  pair("127.0.0.1:0", async (connection) => {
    assertEquals(connection.ready(), undefined);
    assert(connection.writing.ready()! > 0);
    await connection.writing.wait(LONG);
  }));

Deno.test("a client that does not read makes the guest wait, and what is held is bounded", () =>
  pair("127.0.0.1:0", async (connection, client) => {
    const piece = new Uint8Array(65536);
    let written = 0;
    // The kernel takes some megabytes; then nothing moves any more.
    for (let still = 0; still < 5;) {
      if (connection.writing.ready() === undefined) {
        await connection.writing.wait(20);
        still++;
      } else {
        written += connection.write(piece, 0, piece.length);
        still = 0;
      }
    }
    assertEquals(outcome(() => connection.write(piece, 0, 1)), "EAGAIN");
    assert(written < 64 << 20);
    connection.shutdown(false, true);
    assertEquals((await received(client)).length, written);
  }));

Deno.test("half-closed by the client, a connection still answers", () =>
  pair("127.0.0.1:0", async (connection, client) => {
    await client.write(bytes("question"));
    await client.closeWrite();
    assertEquals(await all(connection), bytes("question"));
    assertEquals(connection.ready(), 0);
    await put(connection, bytes("answer"));
    connection.shutdown(false, true);
    assertEquals(new TextDecoder().decode(await received(client)), "answer");
    assertEquals(outcome(() => connection.write(bytes("x"), 0, 1)), "EPIPE");
  }));

Deno.test("a connection whose reading is shut down is at its end", () =>
  pair("127.0.0.1:0", async (connection, client) => {
    await client.write(bytes("ignored"));
    await ready(connection);
    connection.shutdown(true, false);
    assertEquals([connection.ready(), connection.read(new Uint8Array(4), 0, 4)], [0, 0]);
    await put(connection, bytes("still"));
    connection.shutdown(true, true);
    assertEquals(new TextDecoder().decode(await received(client)), "still");
  }));

Deno.test({
  name: "a connection that the client reset says so",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const listener = listen("127.0.0.1:0");
    const port = listener.address.split(":").at(-1)!;
    // A process that ends with something unread resets; Deno's own close would send an end first.
    const client = new Deno.Command("bash", {
      args: ["-c", "exec 3<>/dev/tcp/127.0.0.1/$0 && read -rn 1 <&3", port],
    }).spawn();
    const connection = await accepted(listener);
    await put(connection, numbered(10_000));
    await client.status;
    await ready(connection);
    assertEquals(outcome(() => connection.read(new Uint8Array(4), 0, 4)), "ECONNRESET");
    connection.close();
    listener.close();
    await new Promise((resolve) => setTimeout(resolve, 0));
  },
});

Deno.test("what was written before closing arrives", async () => {
  const listener = listen("127.0.0.1:0");
  const client = await connect(listener);
  const connection = await accepted(listener);
  connection.write(bytes("goodbye"), 0, 7);
  connection.close();
  connection.close();
  assertEquals(new TextDecoder().decode(await received(client)), "goodbye");
  client.close();
  listener.close();
});

Deno.test({
  name: "a socket file is its owner's alone, serves, and goes with its listener",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    const path = folder + "/socket";
    await pair("unix:" + path, async (connection, client) => {
      assertEquals(Deno.lstatSync(path).mode! & 0o777, 0o600);
      assertEquals(outcome(() => listen("unix:" + path)), "EADDRINUSE");
      await client.write(bytes("hello"));
      await client.closeWrite();
      assertEquals(await all(connection), bytes("hello"));
    });
    assertEquals([...Deno.readDirSync(folder)], []);
    Deno.removeSync(folder);
  },
});

Deno.test({
  name: "a listener whose file cannot be removed is closed all the same",
  ignore: Deno.build.os === "windows",
  fn: () => {
    const folder = Deno.makeTempDirSync();
    Deno.mkdirSync(`${folder}/d`);
    const listener = listen(`unix:${folder}/d/socket`);
    Deno.removeSync(`${folder}/d`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/d`, "");
    listener.close();
    assertEquals(listener.ready(), 1);
    Deno.removeSync(folder, { recursive: true });
  },
});

Deno.test("a place that cannot be listened on is a fault", () => {
  const listener = listen("127.0.0.1:0");
  assertEquals(outcome(() => listen(listener.address)), "EADDRINUSE");
  listener.close();
  assertEquals(outcome(() => listen("unix:/no/such/folder/socket")), "ENOENT");
});
