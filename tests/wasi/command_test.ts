import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  asyncFn,
  Command,
  fn,
  hostFunctions,
  loadProgram,
  memoryDirectory,
  run,
  UnusableModuleError,
} from "../../mod.ts";

const guest = (name: string): URL => new URL(`../guests/${name}.wasm`, import.meta.url);
const filter = new URL("../../examples/filter/filter.wasm", import.meta.url);
const text = (source: string): Uint8Array => new TextEncoder().encode(source);

Deno.test("a guest that is given nothing has nothing", async () => {
  const result = await run(guest("calls"), {
    args: ["args", "environ", "preopens", "open:/etc/passwd", "read:0"],
    stdout: "capture",
  });
  const lines = result.stdoutText().split("\n");
  for (const empty of ["environ_get() = OK 0", "preopens() = OK", 'fd_read(0, 4096) = OK 0 ""']) {
    assert(lines.includes(empty), `${empty} is not in\n${result.stdoutText()}`);
  }
  assert(lines.includes('path_open(3, "/etc/passwd") = EBADF'), result.stdoutText());
});

Deno.test("a non-zero exit is a result", async () => {
  const result = await run(guest("calls"), { args: ["exit:7"], stdout: "null" });
  assertEquals([result.reason, result.code, result.success], ["exit", 7, false]);
});

Deno.test("a trap is a result and names the guest's functions", async () => {
  const result = await run(guest("trap"), { stdout: "null" });
  assertEquals([result.reason, result.code], ["trap", 134]);
  assert(result.stack!.length > 1 && !result.stack!.join().includes(".ts"), String(result.stack));
});

Deno.test("a time limit is a result, and the process goes on", async () => {
  for (const name of ["spin", "start_spin"]) {
    const result = await run(guest(name), { limits: { timeout: 50 }, stdout: "null" });
    assertEquals([name, result.reason, result.code], [name, "timeout", 124]);
  }
});

Deno.test("calls that are under way when time is up come to their end, and none is begun then", async () => {
  const timeout = 20;
  const module = text(`(module
    (import "host" "work" (func $work)) (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (func (export "_start") (call $work) (drop (call $yield)) (loop (call $work) (br 0))))`);
  const ended: boolean[] = [];
  // Another process may keep this one from running for longer than such a call is waited for: once in five tries is enough.
  for (let tries = 0; tries < 5 && !ended.includes(true); tries++) {
    const program = await loadProgram(module);
    let begun = 0;
    let done = 0;
    const begin = performance.now();
    const work = (): void => {
      begun++;
      while (performance.now() < begin + timeout + 10);
      done++;
    };
    const host = [hostFunctions("host", { work: fn([], work) })];
    const { reason } = await run(program, { host, limits: { timeout }, stdout: "null" });
    assertEquals(reason, "timeout");
    ended.push(begun === 1 && done === 1);
  }
  assertEquals(ended.at(-1), true);
});

Deno.test("a time limit holds for the start function of a module that came compiled", async () => {
  const module = new WebAssembly.Module(await Deno.readFile(guest("start_spin")));
  const result = await run(module, { limits: { timeout: 50 }, stdout: "null" });
  assertEquals([result.reason, result.code], ["timeout", 124]);
});

Deno.test("a guest that was aborted before it started does not start", async () => {
  const program = await loadProgram(await Deno.readFile(guest("spin")));
  const result = await run(program, { signal: AbortSignal.abort(), stdout: "null" });
  assertEquals([result.reason, result.code], ["aborted", 130]);
});

Deno.test("a time limit may be longer than any timer", async () => {
  for (const timeout of [2 ** 31, 2 ** 33, 2 ** 53, Infinity]) {
    const result = await run(guest("calls"), { args: ["exit:7"], limits: { timeout }, stdout: "null" });
    assertEquals([timeout, result.reason, result.code], [timeout, "exit", 7]);
  }
});

Deno.test("output is cut exactly at its limit", async () => {
  const result = await run(guest("calls"), {
    args: ["flood:1000000"],
    stdout: "capture",
    limits: { output: 1000 },
  });
  assertEquals([result.reason, result.code, result.stdout.length], ["limit", 125, 1000]);
});

Deno.test("a memory limit holds for what a module defines and what it imports", async () => {
  const result = await run(guest("memory_bomb"), { stdout: "capture", limits: { memory: 64 * 65536 } });
  assert(result.stdoutText().includes("64"), result.stdoutText());
  await assertRejects(
    () => run(guest("imported_memory"), { limits: { memory: 0 } }),
    UnusableModuleError,
    "the limit is 0",
  );
});

Deno.test("under a memory limit a module is refused that could fill the engine's heap", async () => {
  // (module (type (struct (field i32))) (type (func)) (func (export "_start") (drop (struct.new_default 0))))
  const module = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 2, 0x5f, 1, 0x7f, 0, 0x60, 0, 0, 3, 2, 1, 1],
    ...[7, 10, 1, 6, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0, 0, 10, 8, 1, 6, 0, 0xfb, 1, 0, 0x1a, 0x0b],
  ]);
  assertEquals((await run(module)).code, 0);
  await assertRejects(() => run(module, { limits: { memory: 1 << 20 } }), UnusableModuleError, "heap");
});

Deno.test("an asynchronous input is waited for while the event loop goes on", async () => {
  let turns = 0;
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    turns++;
  };
  async function* lines(): AsyncGenerator<string> {
    for (const line of ["one\n", "two\n"]) {
      for (let i = 0; i < 3; i++) await turn();
      yield line;
    }
  }
  const result = await run(filter, { args: ["--upper"], stdin: lines(), stdout: "capture" });
  assertEquals([result.stdoutText(), turns], ["ONE\nTWO\n", 6]);
});

Deno.test("an abort signal ends a guest that waits", async () => {
  const controller = new AbortController();
  const never = new ReadableStream<Uint8Array>();
  const running = run(filter, { args: ["x"], stdin: never, stdout: "null", signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  const result = await running;
  assertEquals([result.reason, result.code], ["aborted", 130]);
});

Deno.test("a guest that computes is ended by a signal and by time, also when it could be suspended", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  const aborted = await run(guest("spin"), { signal: controller.signal, stdout: "null" });
  assertEquals([aborted.reason, aborted.code], ["aborted", 130]);
  const stdin = new ReadableStream<Uint8Array>();
  const timed = await run(guest("spin"), { stdin, stdout: "null", limits: { timeout: 50 } });
  assertEquals([timed.reason, timed.code], ["timeout", 124]);
});

Deno.test("a command answers like Deno.Command", async () => {
  const command = new Command(filter, { args: ["--upper"], stdin: { text: "a\n" } });
  assertEquals(new TextDecoder().decode((await command.output()).stdout), "A\n");
  assertEquals(new TextDecoder().decode(command.outputSync().stdout), "A\n");
});

Deno.test("what a program would have to wait for is named when it is run without waiting", () => {
  const host = [hostFunctions("app", { later: asyncFn([], async () => {}) })];
  const { signal } = new AbortController();
  for (
    const [options, what] of [
      [{ host }, 'functions of "app" that wait'],
      [{ signal }, "a signal"],
      [{ stdin: new ReadableStream<Uint8Array>() }, 'the asynchronous stream "stdin"'],
      [{ stdout: new WritableStream<Uint8Array>() }, 'the asynchronous stream "stdout"'],
    ] as const
  ) {
    const command = new Command(filter, options);
    assertThrows(() => command.outputSync(), TypeError, `Cannot run synchronously with ${what}`);
  }
});

Deno.test("piped input cannot be given to output", () => {
  assertThrows(() => new Command(filter, { stdin: "piped" }).outputSync(), TypeError, "spawn");
});

Deno.test("a program compiled once runs many times, each with memory of its own", async () => {
  const command = new Command(await Deno.readFile(guest("calls")), {
    args: ["f=open:a:CREAT", "write:$f:x", "grow:1"],
    dirs: { "/": memoryDirectory() },
  });
  const first = (await command.output()).stdoutText();
  assertStringIncludes(first, "fd_write");
  assertEquals((await command.output()).stdoutText(), first);
});

Deno.test("a module in text form runs", async () => {
  const result = await run(text('(module (func (export "_start")))'));
  assertEquals(result.code, 0);
});

Deno.test("a module whose data does not fit its memory is refused in one line", async () => {
  const module = text('(module (memory 1) (data (i32.const 65535) "too long") (func (export "_start")))');
  await assertRejects(() => run(module), UnusableModuleError, "data segment 0 is out of bounds");
});

Deno.test("a name with a line break is told in one line", async () => {
  const module = text('(module (import "a\\0ab" "c\\0d" (func)) (func (export "_start")))');
  const error: Error = await assertRejects(() => run(module), UnusableModuleError, "Unknown import");
  assert(!/[\n\r]/.test(error.message), error.message);
});

Deno.test("what is no module is refused in one line", async () => {
  for (
    const bytes of [
      new Uint8Array(0),
      text("#!/bin/sh"),
      new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1]),
    ]
  ) {
    const error: Error = await assertRejects(() => run(bytes), UnusableModuleError);
    assert(!error.message.includes("\n"), error.message);
  }
});

Deno.test("a capability that throws undefined is no success", async () => {
  const directory = memoryDirectory();
  directory.open = () => {
    throw undefined;
  };
  const given = { args: ["open:a"], dirs: { "/": { ...directory, again: () => directory } } } as const;
  await assertRejects(() => run(guest("calls"), { ...given, stdout: "null" }), TypeError, "threw undefined");
});
