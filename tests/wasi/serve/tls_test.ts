import { assertEquals, assertMatch } from "@std/assert";
import { openDoor, parseText, type Server } from "../../../mod.ts";
import { pem } from "../../caps/host/tls/pem.ts";
import { withServer } from "./kit.ts";

const server = { cert: pem("localhost"), key: pem("localhost.key") };

/** Reads a line, computes for many turns, answers with the line, and that twice. */
const THINKER = parseText(new TextEncoder().encode(`(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $think (local $left i32)
    (local.set $left (i32.const 5000000))
    (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
  (func $answer
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 1024))
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $think)
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start") (call $answer) (call $answer) (call $think)))`));

async function connectTo({ address }: Server, who?: string): Promise<Deno.TlsConn> {
  const port = Number(address.split(":").at(-1));
  const certificate = who === undefined ? {} : { cert: pem(who), key: pem(`${who}.key`) };
  return await Deno.connectTls({
    hostname: "localhost",
    port,
    caCerts: [pem("authority")],
    ...certificate,
  });
}

/** What a client hears that waits for the first answer before it says its second line. */
async function talk(client: Deno.TlsConn): Promise<string> {
  const buffer = new Uint8Array(1000);
  let heard = "";
  await client.write(new TextEncoder().encode("one\n"));
  for (let said = 1;;) {
    const count = await client.read(buffer);
    if (count === null) return heard;
    heard += new TextDecoder().decode(buffer.subarray(0, count));
    if (heard === "one\n" && said++ === 1) await client.write(new TextEncoder().encode("two\n"));
  }
}

Deno.test("sessions over TLS go on while their guests compute for many turns, and end in order", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: server });
  await withServer({ guest: await THINKER, door }, async (server, log) => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => connectTo(server)));
    const heard = await Promise.all(clients.map(talk));
    for (const client of clients) client.close();
    assertEquals(heard, clients.map(() => "one\ntwo\nkeyhole: session ended\n"));
    assertEquals(log.filter((line) => line.includes("gone")), []);
  });
});

Deno.test("a whole session of a client that its certificate names", async () => {
  const door = await openDoor("tcp:localhost:0", { tls: { ...server, clientCa: pem("authority") } });
  await withServer({ guest: await THINKER, door }, async (server, log) => {
    const client = await connectTo(server, "alice");
    assertEquals(await talk(client), "one\ntwo\nkeyhole: session ended\n");
    client.close();
    assertMatch(log[0]!, /^session 1: begins, for alice, /);
  });
});
