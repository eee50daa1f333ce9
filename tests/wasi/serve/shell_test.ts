import { assertEquals } from "@std/assert";
import { shellHost } from "../../../examples/shell/host.ts";
import { serveShell } from "../../../examples/shell/server.ts";
import { ShellState } from "../../../examples/shell/state.ts";
import { fileStore, type HostModule, type Server } from "../../../mod.ts";
import { GuestMemory } from "../../../wasi/abi/memory.ts";
import { Client, withClient } from "./kit.ts";

async function withShell(test: (server: Server, state: ShellState) => Promise<void>): Promise<void> {
  const state = new ShellState();
  const server = await serveShell("tcp:127.0.0.1:0", state, () => {});
  try {
    await test(server, state);
  } finally {
    await server.close();
  }
}

Deno.test("the transcript of existing guests holds byte for byte", () =>
  withShell((server) =>
    withClient(server, async (client) => {
      await client.say("hello\nadd 2\nadd\nadd x\nsum\nset k v\nget k\nget nope\n");
      await client.endSide();
      assertEquals(
        await client.all(),
        String.raw`"hello\n"
"ok"
"ok"
"error: argument must be an integer"
"3"
"ok"
"v"
"no such key"
keyhole: session ended
`,
      );
    })
  ));

Deno.test("the transcript of the README holds byte for byte", async () => {
  const readme = await Deno.readTextFile(new URL("../../../examples/shell/README.md", import.meta.url));
  const transcript = readme.split("```transcript\n")[1]!.split("```")[0]!;
  const lines = transcript.trimEnd().split("\n");
  await withShell((server) =>
    withClient(server, async (client) => {
      let shown = "";
      for (const line of lines.filter((line) => line.startsWith("> "))) {
        shown += `${line}\n${await client.ask(`${line.slice(2)}\n`)}`;
      }
      assertEquals(shown, transcript);
    })
  );
});

Deno.test("two clients and the host program see each other's changes", () =>
  withShell(async (server, state) => {
    const [a, b] = [await Client.to(server), await Client.to(server)];
    assertEquals(await a.ask("add 2\n"), '"ok"\n');
    assertEquals(await b.ask("add 3\n"), '"ok"\n');
    assertEquals([await a.ask("sum\n"), await b.ask("sum\n")], ['"5"\n', '"5"\n']);
    await state.add(10);
    assertEquals([await a.ask("sum\n"), await b.ask("sum\n")], ['"15"\n', '"15"\n']);
    assertEquals(await a.ask("set k from a\n"), '"ok"\n');
    assertEquals(await b.ask("get k\n"), '"from a"\n');
    assertEquals(new TextDecoder().decode(state.get("k")), "from a");
    await state.set("k", new TextEncoder().encode("from the host"));
    assertEquals(await a.ask("get k\n"), '"from the host"\n');
    a.close();
    b.close();
  }));

Deno.test("a sum that overflows hurts nobody", () =>
  withShell((server) =>
    withClient(server, async (client) => {
      for (
        const [count, sum] of [[2147483647, 2147483647], [2147483647, 2147483647], [-2147483648, 2147483646]]
      ) {
        await client.ask(`add ${count}\n`);
        assertEquals(await client.ask("sum\n"), `"${sum}"\n`);
      }
    })
  ));

type Get = (...values: number[]) => number | Promise<number>;

function functionsOf(host: HostModule, memory: WebAssembly.Memory): Record<string, Get> {
  const guestMemory = new GuestMemory();
  guestMemory.attach(memory);
  // In an engine's hands only; here the functions are called as they are.
  const bound: Record<string, Get> = {};
  const wrapped = host.bind({
    memory: guestMemory,
    exports: {},
    session: undefined,
    suspending: true,
    mayGoOn: () => {},
    until: async (promise) => void await promise.catch(() => {}),
    failed: () => {},
  });
  for (const name of Object.keys(wrapped)) {
    if (typeof wrapped[name] === "function") bound[name] = wrapped[name] as unknown as Get;
  }
  return bound;
}

Deno.test("the functions answer every bad parameter as existing guests expect, and change nothing then", async () => {
  const state = new ShellState();
  await state.set("k", new TextEncoder().encode("aä"));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { host_kv_get: get } = functionsOf(shellHost(state), memory);
  const bytes = new Uint8Array(memory.buffer);
  const answer = (...values: number[]): string => {
    bytes.fill(0x2e, 4096);
    const length = get!(...values) as number;
    assertEquals(bytes[values[2]! + length] ?? 0x2e, 0x2e, "nothing is written behind the answer");
    return new TextDecoder().decode(bytes.slice(values[2], values[2]! + length));
  };
  bytes[64] = 0x6b;
  bytes[65] = 0xff;
  assertEquals(answer(64, 1, 4096, 100), "aä");
  // Cut between characters.
  assertEquals(answer(64, 1, 4096, 2), "a");
  for (const [pointer, length] of [[0, 1], [64, 0], [0, 0]]) {
    assertEquals(answer(pointer!, length!, 4096, 100), "pointer and length need must be non-zero");
  }
  assertEquals(answer(64, 1025, 4096, 100), "parameter exceed maximum length");
  assertEquals(answer(64, -1, 4096, 100), "parameter exceed maximum length");
  assertEquals(answer(64, 1, 4096, 1025), "parameter exceed maximum length");
  assertEquals(answer(65535, 2, 4096, 100), "parameter is out of bounds of the memory");
  assertEquals(answer(-2, 2, 4096, 100), "parameter is out of bounds of the memory");
  assertEquals(answer(65, 1, 4096, 100), "parameter is not valid UTF-8");
  assertEquals(answer(66, 1, 4096, 100), "no such key");
  // When the answer itself cannot be written, the call returns 0.
  for (const [pointer, length] of [[0, 10], [4096, 0], [65530, 10], [-4, 8], [65536, 1]]) {
    assertEquals(get!(64, 1, pointer!, length!), 0);
  }
});

Deno.test("a set whose answer cannot be written has not happened", async () => {
  const guest = new TextEncoder().encode(`(module
    (import "host" "host_kv_set" (func $set (param i32 i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 8) "kv")
    (func (export "_start")
      (if (call $set (i32.const 8) (i32.const 1) (i32.const 9) (i32.const 1) (i32.const 65535) (i32.const 2))
        (then unreachable))
      (if (call $set (i32.const 8) (i32.const 1) (i32.const 9) (i32.const -1) (i32.const 0) (i32.const 0))
        (then unreachable))))`);
  const { run } = await import("../../../mod.ts");
  const state = new ShellState();
  const result = await run(guest, { host: [shellHost(state)], hostFailed: () => {} });
  assertEquals([result.reason, result.code], ["exit", 0]);
  assertEquals(state.get("k"), undefined);
});

Deno.test("a state that is kept is the same after a restart, gaps in it or not", async () => {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-shell-" });
  try {
    const path = `${directory}/state`;
    const store = fileStore(path);
    const state = new ShellState(store);
    for (const count of [1, 20, 300, -4000]) await state.add(count);
    await store.delete("count:1");
    await state.set("k", new Uint8Array([0, 255]));
    await store.close();
    const again = fileStore(path);
    const restored = new ShellState(again);
    assertEquals([restored.sum, restored.get("k")], [-3699, new Uint8Array([0, 255])]);
    // A new count takes the place of none that is there.
    await restored.add(50_000);
    await again.close();
    const last = fileStore(path);
    assertEquals(new ShellState(last).sum, 46_301);
    await last.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
