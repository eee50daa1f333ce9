/** What would pass a limit fails with its errno, or ends the guest with a named reason; all before it is kept. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Directory,
  hostDirectory,
  memoryDirectory,
  Quota,
  run,
  UnusableModuleError,
} from "../../mod.ts";
import { contents, file, put, text } from "../caps/outcome.ts";
import { Open } from "../../mod.ts";
import { answersOf, operate } from "./attack.ts";
import { PLAIN_STAGES, type Stage } from "./stage.ts";

const guest = (name: string): URL => new URL(`../guests/${name}.wasm`, import.meta.url);
const PAGE = 65536;
const KEPT = "0123456789";
const LIMIT = 100;

/**
 * What is made here stays until all tests are done: the host gives numbers of removed files to others, which then look
 * to a quota that is still there like the files it knows.
 */
const rooms = Deno.makeTempDirSync({ prefix: "keyhole-limits-" });
Deno.test.afterAll(() => Deno.removeSync(rooms, { recursive: true }));

/** A directory with a file of ten bytes in it, seen from behind the limits too. */
interface Place {
  readonly directory: Directory;
  close(): void;
}

function place({ backend }: Stage): Place {
  if (backend === "memory") {
    const directory = memoryDirectory({ a: KEPT });
    return { directory, close: () => {} };
  }
  const path = Deno.makeTempDirSync({ dir: rooms });
  Deno.writeTextFileSync(`${path}/a`, KEPT);
  const directory = hostDirectory(path, { backend });
  return { directory, close: () => directory.close() };
}

/** Every way to make the file `a` as large as a size, of which ten bytes are there. */
const GROWING: Readonly<Record<string, (size: number) => string[]>> = {
  "fd_write": (size) => ["f=open:a::write", "seek:$f:0:END", `fill:$f:${size - 10}:${size}`],
  "fd_write of many buffers": (size) => ["f=open:a::write", "seek:$f:0:END", `many:$f:${size - 10}:x`],
  "fd_write at a position behind the end": (
    size,
  ) => ["f=open:a::write", `seek:$f:${size - 1}:SET`, "write:$f:x"],
  "fd_write to the end": (size) => ["f=open:a:APPEND:write", `fill:$f:${size - 10}:${size}`],
  "fd_write after fd_fdstat_set_flags": (size) => [
    "f=open:a::write",
    "setflags:$f:APPEND",
    `fill:$f:${size - 10}:${size}`,
  ],
  "fd_pwrite": (size) => ["f=open:a::write", `pwrite:$f:10:${"x".repeat(size - 10)}`],
  "fd_pwrite behind the end": (size) => ["f=open:a::write", `pwrite:$f:${size - 1}:x`],
  "fd_allocate": (size) => ["f=open:a::write", `allocate:$f:0:${size}`],
  "fd_allocate behind the end": (size) => ["f=open:a::write", `allocate:$f:${size - 1}:1`],
  "fd_filestat_set_size": (size) => ["f=open:a::write", `setsize:$f:${size}`],
  "a second handle": (
    size,
  ) => ["open:a::write", "g=open:a::write", "seek:$g:0:END", `fill:$g:${size - 10}:${size}`],
  "a second name": (size) => ["link:a:b", "g=open:b::write", "seek:$g:0:END", `fill:$g:${size - 10}:${size}`],
  "a name that was moved": (size) => ["rename:a:b", "rename:b:a", "f=open:a::write", `setsize:$f:${size}`],
  "a descriptor that was moved": (size) => [
    "f=open:a::write",
    "g=open:a::write",
    "renumber:$f:$g",
    `setsize:$g:${size}`,
  ],
};

const LIMITS = [
  { name: "the size of a file", limits: { fileSize: LIMIT }, code: "EFBIG" },
  // Ten bytes were there before the guest and cost nothing.
  { name: "what all files grow by", limits: { bytes: LIMIT - 10 }, code: "EDQUOT" },
] as const;

for (const { name, limits, code } of LIMITS) {
  Deno.test(`${name} is limited exactly, by every call that could pass it`, async (context) => {
    for (const stage of PLAIN_STAGES) {
      for (const [call, operations] of Object.entries(GROWING)) {
        await context.step(`${stage.name}: ${call}`, async () => {
          for (const size of [LIMIT - 1, LIMIT, LIMIT + 1]) {
            const { directory, close } = place(stage);
            const quota = new Quota(limits);
            const result = await operate(operations(size), {
              dirs: { "/": quota.directory(directory.again()) },
            });
            const last = answersOf(result.stdoutText()).at(-1)!;
            const kept = text(directory, "a");
            if (size <= LIMIT) {
              assert(last.startsWith("OK"), `${size}: ${last}`);
              assertEquals(kept.length, size);
            } else {
              assert(last.startsWith(code), `${size}: ${last}`);
              assertEquals(kept, KEPT);
            }
            assertEquals(kept.slice(0, 10), KEPT);
            // An operation that was refused has cost nothing.
            assertEquals(quota.bytes, size <= LIMIT ? size - 10 : 0);
            close();
          }
        });
      }
    }
  });
}

Deno.test("a write of which a part would fit is refused, and one that fits goes on", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      const quota = new Quota({ fileSize: LIMIT, bytes: 150 });
      const result = await operate([
        "f=open:a::write",
        "seek:$f:0:END",
        "fill:$f:1000:40",
        `write:$f:${"x".repeat(10)}`,
        "write:$f:x",
        "put:b:" + "y".repeat(60),
        "put:c:z",
      ], { dirs: { "/": quota.directory(directory.again()) } });
      assertEquals(answersOf(result.stdoutText()).slice(2), [
        "EFBIG written=80",
        "OK 10",
        "EFBIG",
        "OK",
        "EDQUOT",
      ]);
      assertEquals([quota.bytes, text(directory, "a").length, text(directory, "b").length], [150, LIMIT, 60]);
      close();
    });
  }
});

Deno.test("what was there before can be emptied and filled again, and no more", async (context) => {
  for (const stage of PLAIN_STAGES) {
    for (
      const [how, empty] of [["path_open", "f=open:a:TRUNC:write"], ["set_size", "f=open:a::write"]] as const
    ) {
      await context.step(`${stage.name}: ${how}`, async () => {
        for (const size of [14, 15, 16]) {
          const { directory, close } = place(stage);
          const quota = new Quota({ bytes: 5 });
          const result = await operate(
            [empty, "setsize:$f:0", `write:$f:${"n".repeat(size)}`],
            { dirs: { "/": quota.directory(directory.again()) } },
          );
          const last = answersOf(result.stdoutText()).at(-1);
          assertEquals(last, size <= 15 ? `OK ${size}` : "EDQUOT");
          assertEquals(text(directory, "a"), size <= 15 ? "n".repeat(size) : "");
          close();
        }
      });
    }
  }
});

Deno.test("what is removed, cut or replaced is credited, once its last name and handle are gone", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      const quota = new Quota({ bytes: 50 });
      const full = "x".repeat(50);
      const result = await operate([
        `put:b:${full}`,
        "put:c:y",
        "unlink:b",
        `put:b:${full}`,
        "link:b:c2",
        "unlink:b",
        "put:d:y",
        "unlink:c2",
        "put:d:y",
        // A file without a name is charged as long as it is open.
        "f=open:e:CREAT:write",
        `write:$f:${"z".repeat(49)}`,
        "unlink:e",
        "put:g:zz",
        "close:$f",
        "put:g:zz",
        // A file that takes another's name takes its room too.
        `put:h:${"h".repeat(47)}`,
        "put:i:",
        "rename:i:h",
        `put:j:${"j".repeat(47)}`,
        "put:k:k",
        // Links cost what they say.
        "symlink:t:l",
        "unlink:d",
        "symlink:t:l",
        "symlink:t:m",
      ], { dirs: { "/": quota.directory(directory.again()) } });
      const answers = answersOf(result.stdoutText());
      assertEquals(answers.filter((answer) => answer !== "EDQUOT" && !answer.startsWith("OK")), []);
      const refused = answers.flatMap((answer, index) => answer === "EDQUOT" ? [index] : []);
      assertEquals(refused, [1, 6, 12, 19, 20, 23]);
      assertEquals(quota.bytes, 50);
      close();
    });
  }
});

/** Every call that makes a name. */
const MAKING: readonly ((name: string) => string)[] = [
  (name) => `open:${name}:CREAT:write`,
  (name) => `open:${name}:CREAT,EXCL:write`,
  (name) => `mkdir:${name}`,
  (name) => `symlink:a:${name}`,
  (name) => `link:a:${name}`,
];

Deno.test("names are limited exactly, by every call that makes one", async (context) => {
  for (const stage of PLAIN_STAGES) {
    for (const make of MAKING) {
      await context.step(`${stage.name}: ${make("x")}`, async () => {
        const { directory, close } = place(stage);
        const quota = new Quota({ entries: 3 });
        const result = await operate(
          [make("1"), make("2"), make("3"), make("4"), "stat:4:NOFOLLOW", make("a"), "rename:1:4", make("1")],
          { dirs: { "/": quota.directory(directory.again()) } },
        );
        const answers = answersOf(result.stdoutText()).map((answer) => answer.split(" ")[0]);
        const over = make("a") === "open:a:CREAT:write" ? "OK" : "EEXIST";
        assertEquals(answers, ["OK", "OK", "OK", "ENOSPC", "ENOENT", over, "OK", "ENOSPC"]);
        assertEquals([quota.entries, text(directory, "a")], [3, KEPT]);
        assertEquals(directory.list().map(({ name }) => name).sort(), ["2", "3", "4", "a"]);
        close();
      });
    }
  }
});

Deno.test("names that go away make room: removed, or taken by another", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      const quota = new Quota({ entries: 2 });
      const result = await operate([
        "mkdir:d",
        "put:f:x",
        "put:g:x",
        "rmdir:d",
        "put:g:x",
        "rename:g:f",
        "symlink:x:l",
        "link:f:k",
        "unlink:l",
        "link:f:k",
        "unlink:a",
        "mkdir:e",
      ], { dirs: { "/": quota.directory(directory.again()) } });
      const answers = answersOf(result.stdoutText());
      assertEquals(answers.flatMap((answer, index) => answer === "ENOSPC" ? [index] : []), [2, 7, 11]);
      assertEquals(answers.filter((answer) => answer !== "ENOSPC" && answer !== "OK"), []);
      close();
    });
  }
});

Deno.test("sparse bombs and bombs of names are stopped where the limits are", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      const quota = new Quota({ bytes: 1000, entries: 20 });
      const result = await operate([
        "f=open:s:CREAT:read,write",
        "setsize:$f:0x1fffffffffffff",
        "allocate:$f:0:0x1ffffffffffff0",
        "pwrite:$f:0xfffffffffffff:x",
        "seek:$f:1001:SET",
        "write:$f:x",
        "upto:100:put:n%i:123456789012345678901234567890123456789012345678901234567890",
        "upto:100:mkdir:d%i",
      ], { dirs: { "/": quota.directory(directory.again()) } });
      assertEquals(answersOf(result.stdoutText()).slice(1), [
        "EDQUOT",
        "EDQUOT",
        "EDQUOT",
        "OK 1001",
        "EDQUOT",
        "EDQUOT ok=16 failed=1",
        "ENOSPC ok=2 failed=1",
      ]);
      close();
    });
  }
});

Deno.test("two handles, two mounts of one directory and two guests share one limit", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      const quota = new Quota({ bytes: 100, fileSize: 90, entries: 4 });
      const mounts = (): Record<string, Directory> => ({
        "/one": quota.directory(directory.again()),
        "/two": quota.directory(directory.again()),
      });
      // Both guests run at once, in turns: each waits for its next line while the other has its own.
      const script = async function* (lines: string[]): AsyncGenerator<string> {
        for (const line of lines) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield `${line}\n`;
        }
      };
      const greedy = (name: string): string[] => [
        `f=open:@/one@a::write`,
        `g=open:@/two@a::write`,
        ...Array.from(
          { length: 12 },
          () => [`seek:$f:0:END`, "write:$f:ffffff", "seek:$g:0:END", "write:$g:gggggg"],
        ).flat(),
        `h=open:@/one@${name}:CREAT:write`,
        ...Array.from({ length: 20 }, () => "write:$h:hhhhh"),
        ...Array.from({ length: 5 }, (_, i) => `mkdir:@/two@${name}${i}`),
      ];
      const results = await Promise.all(
        ["x", "y"].map((name) => operate(["script"], { stdin: script(greedy(name)), dirs: mounts() })),
      );
      for (const { reason, code, stderr } of results) {
        assertEquals([reason, code, new TextDecoder().decode(stderr)], ["exit", 0, ""]);
      }
      const answers = results.flatMap((result) => answersOf(result.stdoutText()));
      for (const code of ["EFBIG", "EDQUOT", "ENOSPC"]) {
        assert(answers.some((answer) => answer.startsWith(code)), `${code} is not among ${answers}`);
      }
      const sizes = directory.list().map(({ name }) => directory.lookup(name))
        .filter(({ kind }) => kind === "file").map(({ size }) => size);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      assert(total - KEPT.length <= 100 && total - KEPT.length > 94, String(sizes));
      assert(text(directory, "a").length <= 90 && text(directory, "a").length > 84, String(sizes));
      assertEquals(directory.list().length - 1, 4);
      assertEquals([quota.bytes, quota.entries], [total - KEPT.length, 4]);
      // What another program adds is not the guest's, and what it takes away is credited when it is seen.
      put(directory, "b", "not the guest's");
      assertEquals(quota.bytes, total - KEPT.length);
      close();
    });
  }
});

Deno.test("open files are limited exactly, whatever was opened", async (context) => {
  for (const stage of PLAIN_STAGES) {
    await context.step(stage.name, async () => {
      const { directory, close } = place(stage);
      for (const [limit, most] of [[4, 0], [5, 1], [10, 6]] as const) {
        for (const what of ["open:a", "open:.:DIRECTORY", "open:new:CREAT:write"]) {
          const result = await operate(
            [`upto:100:${what}`, "open:never:CREAT", "stat:never", "close:0", what, what],
            { dirs: { "/": directory }, limits: { openFiles: limit } },
          );
          const answers = answersOf(result.stdoutText()).map((answer) => answer.replace(/^OK \d+$/, "OK"));
          assertEquals(
            answers,
            [`EMFILE ok=${most} failed=1`, "EMFILE", "ENOENT", "OK", "OK", "EMFILE"],
            `${limit} ${what}`,
          );
        }
      }
      close();
    });
  }
});

Deno.test("memory is limited exactly, for what a module defines, grows and imports", async () => {
  const pages = async (limit: number): Promise<string> => {
    const result = await run(guest("memory_bomb"), { stdout: "capture", limits: { memory: limit } });
    return result.stdoutText().trim();
  };
  assertEquals(await pages(10 * PAGE), "10");
  assertEquals(await pages(10 * PAGE + PAGE - 1), "10");
  assertEquals(await pages(11 * PAGE), "11");
  assertEquals(await pages(PAGE), "1");
  await assertRejects(() => pages(PAGE - 1), UnusableModuleError, "limit");

  const before = await operate(["grow:0"], { limits: { memory: 1 << 30 } });
  const own = Number(answersOf(before.stdoutText())[0]!.slice(3));
  const grown = await operate(["grow:1", "grow:2", "grow:1", "grow:1", "grow:0"], {
    limits: { memory: (own + 2) * PAGE },
  });
  assertEquals(answersOf(grown.stdoutText()), [
    `OK ${own}`,
    "OK -1",
    `OK ${own + 1}`,
    "OK -1",
    `OK ${own + 2}`,
  ]);

  // Two memories share the limit; an imported one counts.
  const two = (a: number, b: number): Uint8Array =>
    new TextEncoder().encode(`(module (import "env" "m" (memory ${a})) (memory ${b})
      (func (export "_start")))`);
  for (const [a, b, fits] of [[3, 4, true], [4, 4, true], [4, 5, false], [9, 0, false]] as const) {
    const running = run(two(a, b), { limits: { memory: 8 * PAGE } });
    if (fits) assertEquals((await running).code, 0);
    else await assertRejects(() => running, UnusableModuleError);
  }
});

Deno.test("table entries are limited exactly", async () => {
  const grow = (by: number): Uint8Array =>
    new TextEncoder().encode(`(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1) (table $t 10 funcref)
      (func (export "_start")
        (call $exit (i32.eq (table.grow $t (ref.null func) (i32.const ${by})) (i32.const -1)))))`);
  for (const [by, code] of [[89, 0], [90, 0], [91, 1]] as const) {
    assertEquals((await run(grow(by), { limits: { tableEntries: 100 } })).code, code, String(by));
  }
  await assertRejects(() => run(grow(0), { limits: { tableEntries: 9 } }), UnusableModuleError);
});

Deno.test("output is limited exactly, over both streams and every call, and what fits arrives", async () => {
  for (const [size, reason] of [[99, "exit"], [100, "exit"], [101, "limit"]] as const) {
    const ways = [
      [`flood:${size}`],
      [`print:${"o".repeat(size - 40)}`, `print:${"e".repeat(40)}:2`],
      [`out:2`, `flood:${size}:2`],
    ];
    for (const operations of ways) {
      const result = await operate(operations, { limits: { output: 100 } });
      const told = result.stdout.length + result.stderr.length;
      assertEquals([result.reason, result.code], [reason, reason === "exit" ? 0 : 125], operations.join(" "));
      assertEquals(told, Math.min(size, 100));
    }
  }
  const result = await operate(["flood:200"], { limits: { output: 0 } });
  assertEquals([result.reason, result.message, result.stdout.length], [
    "limit",
    "Output limit of 0 bytes reached",
    0,
  ]);
});

Deno.test("fuel is limited exactly: what a run needs is enough, and one unit less is not", async () => {
  const operations = ["put:a:hello", "get:a", "repeat:100:stat:a"];
  const measure = (fuel: bigint): ReturnType<typeof operate> =>
    operate(operations, { dirs: { "/": memoryDirectory() }, argv0: "x", limits: { fuel } });
  const used = (await measure(1n << 40n)).fuel!;
  assert(used > 1000n);
  for (const [fuel, reason] of [[used + 1n, "exit"], [used, "exit"], [used - 1n, "limit"]] as const) {
    const result = await measure(fuel);
    assertEquals([result.reason, result.code], [reason, reason === "exit" ? 0 : 125]);
    assert(result.stdoutText().startsWith('put(3, "a") = OK\n'), result.stdoutText());
  }
});

Deno.test("a time limit keeps what was done before it", async () => {
  for (const end of ["spin", "sleep:-1"]) {
    const { directory, close } = place(PLAIN_STAGES[0]!);
    const result = await operate(["put:b:kept", "print:said", end, "put:c:never"], {
      dirs: { "/": directory },
      limits: { timeout: 100 },
    });
    assertEquals([result.reason, result.code, result.message], ["timeout", 124, "Time limit reached"]);
    assertEquals(result.stdoutText(), 'put(3, "b") = OK\nsaid');
    assertEquals(text(directory, "b"), "kept");
    const opened = file(directory, "b", Open.read);
    assertEquals(contents(opened), "kept");
    opened.close();
    assertEquals(directory.list().map(({ name }) => name).sort(), ["a", "b"]);
    close();
  }
});
