import { assertEquals } from "@std/assert";
import { fn, hostFunctions, type HostModule, memoryDirectory } from "../../../mod.ts";
import { Client, withClient, withServer } from "./kit.ts";

Deno.test("no session can reach another's memory", () =>
  withServer({}, async (server) => {
    const [one, other] = [await Client.to(server), await Client.to(server)];
    assertEquals(await one.ask("p one's secret..\n"), "secret of nobody\n");
    assertEquals(await one.ask("p\n"), "p one's secret..\n");
    assertEquals(await other.ask("p\n"), "secret of nobody\n");
    one.close();
    other.close();
    // Nor what is left of one that has ended.
    await withClient(server, async (next) => assertEquals(await next.ask("p\n"), "secret of nobody\n"));
  }));

Deno.test("no session can read or write another's streams", () =>
  withServer({}, async (server) => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => Client.to(server)));
    await Promise.all(clients.map((client, i) => client.say(`e for ${i}\n`.repeat(50))));
    for (const [i, client] of clients.entries()) {
      for (let line = 0; line < 50;) line += (await client.line()).split(`e for ${i}\n`).length - 1;
      await client.endSide();
      assertEquals(await client.all(), "keyhole: session ended\n");
      client.close();
    }
  }));

Deno.test("no session has a descriptor besides its three, however many others there are", () =>
  withServer({}, async (server) => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => Client.to(server)));
    for (const client of clients) {
      // One digit for each descriptor from 3 to 9: 0 for EBADF.
      assertEquals(await client.ask("w\n"), "0000000\n");
      client.close();
    }
  }));

Deno.test("no session can reach a directory that was not given to it", () =>
  withServer(
    { dirs: { "/given": memoryDirectory({ "a.txt": "text" }) } },
    (server) =>
      withClient(server, async (client) => {
        // Descriptor 3 is a directory, which cannot be written; the others are not there.
        assertEquals(await client.ask("w\n"), "1000000\n");
      }),
  ));

Deno.test("no session can import a host function that was not given to it, even if another session can", async () => {
  const guest = new TextEncoder().encode(`(module
    (import "host" "secret" (func $secret)) (memory (export "memory") 1)
    (func (export "_start") (call $secret)))`);
  let calls = 0;
  const given: HostModule = hostFunctions("host", { secret: fn([], () => void calls++) });
  const harmless: HostModule = hostFunctions("host", { other: fn([], () => {}) });
  const admit = ({ token }: { token: string | undefined }): { host: HostModule[] } => ({
    host: token === "trusted" ? [given] : token === "other" ? [harmless] : [],
  });
  await withServer({ guest, token: true, admit }, async (server) => {
    const told = (token: string): Promise<string> =>
      withClient(server, async (client) => {
        await client.say(`${token}\n`);
        return await client.all();
      });
    const refused = 'keyhole: session ended: unknown import: function "host.secret"';
    assertEquals(await told("nobody"), `${refused}, nothing is offered under "host"\n`);
    assertEquals(await told("other"), `${refused}\n`);
    assertEquals(calls, 0);
    assertEquals(await told("trusted"), "keyhole: session ended\n");
    assertEquals(calls, 1);
    assertEquals(await told("nobody"), `${refused}, nothing is offered under "host"\n`);
    assertEquals(calls, 1);
  });
});

Deno.test("a host function is told which session calls, and no guest can say otherwise", async () => {
  const guest = new TextEncoder().encode(`(module
    (import "host" "who" (func $who)) (memory (export "memory") 1)
    (func (export "_start") (call $who)))`);
  const seen: string[] = [];
  const who = fn([], ({ session }) => void seen.push(`${session!.id} ${session!.user}`));
  const host = [hostFunctions("host", { who })];
  const admit = ({ token }: { token: string | undefined }): { user: string } => ({ user: `user ${token}` });
  await withServer({ guest, host, token: true, admit }, async (server) => {
    for (const token of ["a", "b"]) {
      await withClient(server, async (client) => {
        await client.say(`${token}\n`);
        await client.all();
      });
    }
  });
  assertEquals(seen, ["1 user a", "2 user b"]);
});
