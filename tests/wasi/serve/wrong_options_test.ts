/** What a server is made with in types that TypeScript would not let through, or under names that there are not. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type Admission,
  type Door,
  hostFunctions,
  loadProgram,
  openDoor,
  serve,
  type ServeOptions,
} from "../../../mod.ts";
import { inTime } from "../in_time.ts";

const guest = new TextEncoder().encode('(module (memory (export "memory") 1) (func (export "_start")))');

async function connect(door: Door): Promise<string> {
  const client = await Deno.connect({ hostname: "127.0.0.1", port: Number(door.address.split(":")[2]) });
  return await inTime(new Response(client.readable).text());
}

const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ door: undefined }, 'as "door": give what "openDoor" makes'],
  [{ door: "unix:shell.sock" }, 'Cannot use "unix:shell.sock" as "door": give what "openDoor" makes'],
  [{ hots: [] }, 'Cannot use "hots" in "options": did you mean "host"?'],
  [{ stdin: "null" }, 'Cannot use "stdin" in "options": give any of "door", '],
  [{ host: hostFunctions("host", {}) }, 'as "host": give a list of what "hostFunctions" makes'],
  [{ host: [hostFunctions("a", {}), hostFunctions("a", {})] }, 'Cannot offer two modules as "a"'],
  [{ args: "-l" }, 'Cannot use "-l" as "args": give a list of texts'],
  [{ argv0: 5 }, 'as "argv0": give a text'],
  [{ env: { A: 5 } }, 'as "env["A"]": give a text'],
  [{ dirs: ["."] }, 'as "dirs": give an object of directories by name'],
  [{ dirs: { "/": {} } }, 'as "dirs["/"]": give a path, a URL, or a Directory'],
  [{ limits: { idel: 5 } }, 'Cannot limit "idel"'],
  [{ total: { limit: 5 } }, 'Cannot limit "limit"'],
  [{ token: "secret" }, 'Cannot use "secret" as "token": give true, false, or a function'],
  [{ admit: [] }, 'as "admit": give a function'],
  [{ patience: "5s" }, 'Cannot use "5s" as "patience": give milliseconds'],
  [{ clocks: {} }, 'as "clocks": give clocks'],
  [{ random: Math.random }, 'as "random": give a source of randomness'],
  [{ log: 5 }, 'as "log": give a function'],
  [{ signal: {} }, 'as "signal": give an AbortSignal'],
];

Deno.test("an option of a server that makes no sense is refused by name", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  try {
    for (const [option, message] of wrong) {
      const options = { door, ...option } as ServeOptions;
      const error: Error = await assertRejects(() => serve(guest, options), TypeError);
      assertStringIncludes(error.message, message);
    }
    for (const source of [null, 5, await loadProgram(guest)]) {
      const serving = (): Promise<unknown> => serve(source as unknown as Uint8Array, { door });
      await assertRejects(serving, TypeError, "Cannot take a program from a value of type");
    }
    for (const options of [null, undefined, []]) {
      const error = 'as "options": give a plain object with any of "door", ';
      await assertRejects(() => serve(guest, options as unknown as ServeOptions), TypeError, error);
    }
    for (
      const [name, values] of Object.entries({ fuel: [1.5, -1], timeout: [0, NaN], idle: [0], memory: [0.5] })
    ) {
      for (const value of values) {
        await assertRejects(() => serve(guest, { door, limits: { [name]: value } }), RangeError, `"${name}"`);
      }
    }
    const error: Error = await assertRejects(() =>
      serve(guest, { door, dirs: { "/data": "no/such/folder" } })
    );
    assertEquals(error.message, 'Cannot open the directory "no/such/folder": ENOENT');
  } finally {
    door.close();
  }
});

Deno.test("infinite limits of a session are none", async () => {
  const door = await openDoor("tcp:127.0.0.1:0");
  const names = [
    "fuel",
    "timeout",
    "idle",
    "memory",
    "tableEntries",
    "bytesIn",
    "bytesOut",
    "callsPerSecond",
    "log",
  ];
  const total = ["sessions", "fuel", "memory", "bytesIn", "bytesOut", "callsPerSecond"];
  const infinite = (all: string[]): Record<string, number> =>
    Object.fromEntries(all.map((it) => [it, Infinity]));
  const server = await serve(guest, { door, limits: infinite(names), total: infinite(total) });
  assertEquals(await connect(door), "keyhole: session ended\n");
  await server.close();
});

Deno.test("a client is refused that would get something else than was meant", async () => {
  for (
    const admission of [{ user: "alice", limit: { fuel: 5 } }, { sessions: "1" }, { limits: { feul: 5 } }, []]
  ) {
    const lines: string[] = [];
    const door = await openDoor("tcp:127.0.0.1:0");
    const admit = (): Admission => admission as Admission;
    const server = await serve(guest, { door, admit, log: (line) => void lines.push(line) });
    assertEquals(await connect(door), "keyhole: refused: internal error\n");
    assertEquals(lines.some((line) => /Cannot (use|limit) /.test(line)), true, lines.join("\n"));
    await server.close();
  }
});
