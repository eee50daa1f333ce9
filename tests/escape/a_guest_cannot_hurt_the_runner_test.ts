/** Whatever a module does, it ends in an exit code, a trap or a limit, with one line, and the runner goes on. */
import { assert, assertEquals } from "@std/assert";
import { run, type RunOptions, type RunResult, UnusableModuleError } from "../../mod.ts";
import { answersOf, attempt, attemptOn, operate } from "./attack.ts";
import { NUMBERS } from "./attacks/numbers.ts";
import { SPECIAL_FILES } from "./attacks/special_files.ts";
import { PLAIN_STAGES, type Scene, STAGES } from "./stage.ts";
import { inRepository } from "../repository.ts";

const guests = new URL("../guests/", import.meta.url);
const PAGE = 65536;

for (const attack of NUMBERS) {
  Deno.test(attack.title, (context) => attemptOn(PLAIN_STAGES, attack, context));
}

/** Puts one of each kind of special file into a mount, and a link to each. */
function addSpecialFiles({ mount }: Scene): { close(): void } {
  const make = (...args: string[]): void => {
    const { success, stderr } = new Deno.Command("mknod", { args }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
  };
  make(`${mount}/pipe`, "p");
  make(`${mount}/null`, "c", "1", "3");
  make(`${mount}/zero`, "c", "1", "5");
  const socket = Deno.listen({ transport: "unix", path: `${mount}/socket` });
  for (const name of ["pipe", "null", "zero", "socket"]) Deno.symlinkSync(name, `${mount}/to-${name}`);
  return socket;
}

Deno.test({
  name: SPECIAL_FILES.title,
  // Only root makes device files.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn(context): Promise<void> {
    for (const stage of STAGES.filter(({ backend }) => backend !== "memory")) {
      await context.step(stage.name, async () => {
        let socket: { close(): void } | undefined;
        await attempt(SPECIAL_FILES, stage, (scene) => {
          socket = addSpecialFiles(scene);
        });
        socket?.close();
      });
    }
  },
});

/** How a run of a guest ended, in a few words; whatever else is thrown is a failure of the runner. */
async function ending(source: URL | Uint8Array, options: RunOptions): Promise<string> {
  try {
    const { reason, code, message } = await run(source, { stdout: "null", stderr: "null", ...options });
    assert(!/\n|\.ts\b|\.js\b/.test(message ?? ""), message);
    return `${reason} ${code}`;
  } catch (error) {
    if (!(error instanceof UnusableModuleError)) throw error;
    assert(!/\n|\.ts\b|\.js\b/.test(error.message), error.message);
    return "unusable";
  }
}

/** How every odd guest has to end; all others that import what is not there are unusable. */
const ENDINGS: Readonly<Record<string, string>> = {
  bench: "exit 2",
  both_entries: "exit 4",
  by_path: "exit 0",
  calls: "exit 0",
  exit: "exit 7",
  exit_in_catch: "exit 3",
  exit_in_catch_quiet: "exit 3",
  exit_in_try_table: "exit 3",
  export_then: "exit 6",
  hidden_memory: "exit 21",
  imported_memory: "exit 0",
  imported_memory_only: "exit 0",
  memory64: "exit 0",
  memory_bomb: "exit 0",
  memory_edge: "exit 9",
  memory_is_function: "exit 21",
  no_memory: "exit 3",
  no_memory_write: "exit 21",
  odd_memory: "exit 0",
  race: "timeout 124",
  reactor: "exit 0",
  recurse: "trap 134",
  session: "exit 0",
  spin: "timeout 124",
  start_exit: "exit 5",
  start_spin: "timeout 124",
  start_wasi: "exit 0",
  table_bomb: "exit 0",
  throw: "trap 134",
  trap: "trap 134",
  unstable_filestat: "trap 134",
  unstable_poll: "exit 0",
  unstable_seek: "trap 134",
};

Deno.test("every odd module ends as it should, whether it may be suspended or not", async (context) => {
  const limits = { timeout: 300, memory: 1024 * PAGE, tableEntries: 1 << 20, output: 1 << 16 };
  for await (const { name } of Deno.readDir(guests)) {
    if (!name.endsWith(".wasm")) continue;
    await context.step(name, async () => {
      const source = new URL(name, guests);
      const expected = ENDINGS[name.slice(0, -".wasm".length)] ?? "unusable";
      assertEquals(await ending(source, { limits }), expected, "at once");
      const { signal } = new AbortController();
      assertEquals(await ending(source, { limits, signal }), expected, "suspended");
    });
  }
});

Deno.test("an exit is an exit: nothing runs after it, and no number of bits makes a failure a success", async () => {
  for (const code of [0, 1, 2, 125, 126, 127, 128, 255, 256, 512, 0x7fffffff, 0x80000000, 0xffffffff]) {
    const result = await operate([`exit:${code}`, "put:@3@after:x"]);
    assertEquals([result.reason, result.code, result.success], ["exit", code, code === 0]);
    assertEquals(result.stdoutText(), "");
  }
});

Deno.test("signals that a guest raises end the guest, and no process is sent any", async () => {
  for (let signal = 0; signal <= 30; signal++) {
    const result = await operate([`raise:${signal}`, "print:went on"]);
    if ([18, 19, 20, 21].includes(signal)) assertEquals(answersOf(result.stdoutText())[0], "ENOTSUP");
    else if (result.code !== 0) assertEquals([result.reason, result.code], ["exit", 128 + signal]);
    else assert(result.stdoutText().endsWith("went on"), String(signal));
  }
});

Deno.test("a guest that waits for ever waits until its time is up", async () => {
  const waits = [
    ["sleep:-1"],
    ["sleep:0x7fffffffffffffff"],
    ["poll:clock/REALTIME/-1/ABSTIME"],
    ["poll:clock/MONOTONIC/0x8000000000000000/ABSTIME", "sleep:-1"],
    ["repeat:1000000000:sleep:1000"],
    ["repeat:1000000000:yield"],
    ["repeat:1000000000:raw:random_get:mem:65536"],
    ["repeat:1000000000:stat:@3@x"],
    ["flood:0"],
    ["spin"],
  ];
  for (const operations of waits) {
    for (const signal of [undefined, new AbortController().signal]) {
      const { reason } = await operate(operations, { stdout: "null", signal, limits: { timeout: 150 } });
      assertEquals(reason, "timeout", `${operations}, ${signal === undefined ? "at once" : "suspended"}`);
    }
  }
  for (const operation of ["read:0", "cat", "poll:read/0", "poll:read/0:clock/MONOTONIC/-1"]) {
    const { reason } = await operate([operation], { stdin: new ReadableStream(), limits: { timeout: 100 } });
    assertEquals(reason, "timeout", operation);
  }
});

Deno.test("a recursion ends in a trap also where it passes through calls of the host", async () => {
  const text = `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
    (memory (export "memory") 1)
    (func $again (export "_start")
      (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 0)))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
      (call $again)))`;
  const source = new TextEncoder().encode(text);
  for (let i = 0; i < 5; i++) assertEquals(await ending(source, {}), "trap 134");
  assertEquals(await ending(source, { signal: new AbortController().signal }), "trap 134");
});

Deno.test("the last bytes of four gigabytes are memory like any other", async () => {
  const result = await run(new URL("memory_edge.wasm", guests), { stdout: "capture" });
  assertEquals([result.code, result.stdoutText()], [0, "on edge\n"]);
});

Deno.test("what a guest did to itself is nothing to the next one", async () => {
  const bad: string[][] = [["recurse"], ["trap"], ["exit:3"], ["close:0", "close:1", "close:2", "trap"], [
    "grow:60000",
  ]];
  for (const operations of [...bad, ...bad]) {
    await operate(operations);
    const result: RunResult = await operate(["print:well"]);
    assertEquals([result.reason, result.code, result.stdoutText()], ["exit", 0, "well"]);
  }
});

/** Runs the command line in a process of its own, which may have few descriptors. */
async function keyhole(
  args: readonly string[],
  descriptors = 1024,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const cli = inRepository("cli.ts");
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [
      "-c",
      `ulimit -n ${descriptors}; exec "$@"`,
      "sh",
      Deno.execPath(),
      "run",
      "-A",
      "--no-config",
      cli,
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test({
  name: "a guest that opens all that the process may have is refused, and the process goes on",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const folder = await Deno.makeTempDir({ prefix: "keyhole-runner-" });
    await Deno.mkdir(`${folder}/a/b/c`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/file`, "hello");
    const calls = inRepository("tests/guests/calls.wasm");
    for (const backend of ["kernel", "portable"]) {
      const { code, stdout, stderr } = await keyhole([
        "--backend",
        backend,
        "--dir",
        `${folder}::/`,
        calls,
        "upto:5000:open:a/file",
        "open:a/b/../file",
        "list:a",
        "close:20",
        "close:21",
        "get:a/file",
      ], 100);
      const answers = answersOf(stdout);
      assertEquals([code, stderr], [0, ""]);
      assert(/^EMFILE ok=\d\d failed=1$/.test(answers[0]!), answers[0]);
      assertEquals(answers.slice(-3), ["OK", "OK", 'OK 5 "hello"'], backend);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a guest closes its own streams and not those of the runner", async () => {
  const calls = inRepository("tests/guests/calls.wasm");
  const { code, stderr } = await keyhole([calls, "close:1", "close:0", "close:2", "trap"]);
  assertEquals(code, 134);
  assert(stderr.startsWith("error: The program crashed: unreachable\n"), stderr);
});
