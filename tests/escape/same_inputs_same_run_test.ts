/** With virtual clocks and seeded randomness, the same inputs give the same run: every answer, call and byte of it. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  type Directory,
  fixedClocks,
  memoryDirectory,
  quota,
  readOnly,
  type RunOptions,
  seededRandom,
  steppingClocks,
  virtualClocks,
} from "../../mod.ts";
import { tree } from "../caps/outcome.ts";
import { operate } from "./attack.ts";
import { CORPUS } from "./attacks/corpus.ts";
import { NUMBERS } from "./attacks/numbers.ts";

const WORK = [
  "args",
  "environ",
  "clock:REALTIME",
  "clock:MONOTONIC",
  "random:64",
  "put:a:hello",
  "stat:a",
  "sleep:3600000000000",
  "clock:REALTIME",
  "put:b:later",
  "stat:b",
  "times:a:0:0:ATIM_NOW,MTIM_NOW",
  "stat:a",
  "poll:clock/MONOTONIC/86400000000000:clock/REALTIME/1:read/0",
  "poll:clock/REALTIME/99999999999999/ABSTIME",
  "repeat:1000:random:100",
  "random:1024",
  "mkdir:d",
  "rename:a:d/a",
  "link:d/a:c",
  "symlink:d/a:l",
  "list:.",
  "readdir:3:4096:0",
  "get:l",
  "repeat:50:put:n%i:%i",
  "list:.",
  "open:missing",
  "read:0:100",
  "clock:MONOTONIC",
  "resolution:MONOTONIC",
];

/** A run, with all that can be seen of it from inside and outside. */
async function seen(
  operations: readonly string[],
  seed: number,
  options: RunOptions = {},
): Promise<string[]> {
  const clocks = options.clocks ?? virtualClocks(1_000_000_000n);
  const directory = memoryDirectory({ "file.txt": "hello" }, { now: () => clocks.wall.now() });
  const trace: string[] = [];
  const result = await operate(operations, {
    dirs: { "/": directory, "/w": memoryDirectory({}, { now: () => 0n }) },
    env: { A: "1" },
    stdin: { text: "some input" },
    random: seededRandom(seed),
    trace: (line) => void trace.push(line),
    ...options,
    clocks,
  });
  const told = [result.reason, String(result.code), result.stdoutText(), result.stderrText(), ...trace];
  // The number of a tree in memory is its own in the whole process.
  return [...told, ...tree(directory)].map((line) => line.replaceAll(/dev=\d+/g, "dev"));
}

Deno.test("two runs with the same inputs are the same run", async (context) => {
  const clocks = {
    virtual: () => virtualClocks(5n),
    stepping: () => steppingClocks(0n, 1000n),
    fixed: () => fixedClocks(7n),
  };
  for (const [name, make] of Object.entries(clocks)) {
    await context.step(name, async () => {
      const first = await seen(WORK, 1, { clocks: make() });
      assert(first.length > 1000, String(first.length));
      assertEquals(await seen(WORK, 1, { clocks: make() }), first);
      assertNotEquals(await seen(WORK, 2, { clocks: make() }), first);
    });
  }
});

Deno.test("a run that is limited is the same run up to its limit", async () => {
  for (const limits of [{ output: 1000 }, { fuel: 300_000n }, { openFiles: 4 }, { memory: 1 << 24 }]) {
    const first = await seen(WORK, 1, { limits });
    assertEquals(await seen(WORK, 1, { limits }), first);
  }
});

Deno.test("the same run costs the same fuel", async () => {
  const fuels = [];
  for (let i = 0; i < 3; i++) {
    const { fuel } = await operate(WORK, {
      clocks: virtualClocks(),
      random: seededRandom(3),
      dirs: { "/": memoryDirectory({}, { now: () => 0n }) },
      stdin: { text: "some input" },
      limits: { fuel: 1n << 40n },
    });
    fuels.push(fuel);
  }
  assert(fuels[0]! > 100_000n);
  assertEquals(fuels, [fuels[0], fuels[0], fuels[0]]);
});

Deno.test("attacks are the same run too, on every wrapper of memory", async () => {
  const operations = [...CORPUS, ...NUMBERS].flatMap(({ steps }) => steps.map(([operation]) => operation))
    .filter((operation) => !operation.includes("/m/dir"));
  const parts = Array.from({ length: 8 }, (_, i) => operations.slice(i * 500, (i + 1) * 500));
  for (
    const wrap of [
      (it: Directory) => it,
      readOnly,
      (it: Directory) => quota(it, { bytes: 5000, entries: 50 }),
    ]
  ) {
    for (const part of parts) {
      const once = (): Promise<string[]> =>
        seen(part, 4, {
          dirs: { "/m": wrap(memoryDirectory({}, { now: () => 0n })), "/w": memoryDirectory() },
        });
      const first = await once();
      assertEquals(await once(), first);
    }
  }
});

Deno.test("virtual sleep costs no time", async () => {
  const begin = performance.now();
  const { reason } = await operate(["repeat:1000:sleep:86400000000000", "clock:MONOTONIC"], {
    clocks: virtualClocks(),
    limits: { timeout: 15_000 },
  });
  // Nearly three years.
  assertEquals(reason, "exit");
  assert(performance.now() - begin < 15_000);
});
