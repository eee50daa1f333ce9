/** Programs with threads: what they share, what ends them, and what they are not given. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Command,
  fn,
  hostFunctions,
  loadProgram,
  memoryDirectory,
  run,
  type RunOptions,
  type RunResult,
  UnusableModuleError,
} from "../../mod.ts";

interface Parts {
  /** What the first thread does. */
  start: string;
  /** What each other one does with `$id` and `$argument`. */
  thread?: string;
  /** Imports and functions besides. */
  more?: string;
  /** The memory. */
  memory?: string;
}

const WASI = '(import "wasi_snapshot_preview1"';

/** A program whose threads agree by numbers in their memory. */
function program({ start, thread = "", more = "", memory = "2 4 shared" }: Parts): Uint8Array {
  return new TextEncoder().encode(`(module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    ${WASI} "proc_exit" (func $exit (param i32)))
    ${WASI} "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    ${WASI} "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    ${
    more.includes("path_open")
      ? `${WASI} "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))`
      : ""
  }
    (import "env" "memory" (memory ${memory}))
    (export "memory" (memory 0))
    (func $tell (param $at i32) (param $value i32)
      (i32.atomic.store (local.get $at) (local.get $value))
      (drop (memory.atomic.notify (local.get $at) (i32.const 100))))
    (func $await (param $at i32)
      (loop $again
        (if (i32.eqz (i32.atomic.load (local.get $at)))
          (then (drop (memory.atomic.wait32 (local.get $at) (i32.const 0) (i64.const -1))) (br $again)))))
    (func $forever (drop (memory.atomic.wait32 (i32.const 1000) (i32.const 0) (i64.const -1))))
    (func $print (param $at i32) (param $length i32)
      (i32.store (i32.const 2000) (local.get $at))
      (i32.store (i32.const 2004) (local.get $length))
      (if (call $write (i32.const 1) (i32.const 2000) (i32.const 1) (i32.const 2008)) (then (unreachable))))
    ${more.replace("path_open", "")}
    (func (export "wasi_thread_start") (param $id i32) (param $argument i32) ${thread})
    (func (export "_start") ${start}))`);
}

async function ends(parts: Parts, options: RunOptions = {}): Promise<RunResult> {
  return await run(program(parts), { stdout: "capture", stderr: "null", threads: 8, ...options });
}

const SPAWN = "(drop (call $spawn (i32.const 7)))";

Deno.test("a thread gets its number and its argument, and shares the memory", async () => {
  const { code, reason } = await ends({
    start: `(local $id i32)
      (local.set $id (call $spawn (i32.const 40)))
      (call $await (i32.const 4))
      (if (i32.ne (local.get $id) (i32.load (i32.const 8))) (then (unreachable)))
      (call $exit (i32.add (i32.load (i32.const 12)) (i32.gt_s (local.get $id) (i32.const 0))))`,
    thread: `(i32.store (i32.const 8) (local.get $id)) (i32.store (i32.const 12) (local.get $argument))
      (call $tell (i32.const 4) (i32.const 1))`,
  });
  assertEquals([code, reason], [41, "exit"]);
});

Deno.test("an exit of any thread ends all of them, and so does the first one's return", async () => {
  const exits = await ends({ start: `${SPAWN} (call $forever)`, thread: "(call $exit (i32.const 5))" });
  assertEquals([exits.code, exits.reason], [5, "exit"]);
  const returns = await ends({
    start: `${SPAWN} (call $await (i32.const 4))`,
    thread: "(call $tell (i32.const 4) (i32.const 1)) (call $forever)",
  });
  assertEquals([returns.code, returns.reason], [0, "exit"]);
});

Deno.test("a trap of any thread is the program's", async () => {
  const trap = await ends({
    start: `${SPAWN} (call $forever)`,
    thread: "(call $deep)",
    more: "(func $deep (unreachable))",
  });
  assertEquals([trap.reason, trap.code, trap.message], ["trap", 134, "unreachable"]);
  const numbers = trap.stack!.map((frame) =>
    /^(\S+) \(wasm-function\[(\d+)\]/.exec(frame)?.slice(1).join(" ")
  );
  assertEquals(numbers, ["deep 8", "? 9"]);
  const recursion = await ends({
    start: `${SPAWN} (call $forever)`,
    thread: "(call $deep)",
    more: "(func $deep (call $deep) (call $deep))",
  });
  assertEquals([recursion.reason, recursion.message], ["trap", "call stack exhausted"]);
});

Deno.test("threads start threads, no more at once than were allowed", async () => {
  const { code } = await ends({
    // The second thread waits until the first one has been refused a third.
    start:
      `(drop (call $spawn (i32.const 1))) (call $await (i32.const 4)) (call $exit (i32.load (i32.const 8)))`,
    thread: `(if (i32.eq (local.get $argument) (i32.const 1)) (then
        (drop (call $spawn (i32.const 2)))
        (call $await (i32.const 12))
        (i32.store (i32.const 8) (i32.sub (i32.const 0) (call $spawn (i32.const 3))))
        (call $tell (i32.const 4) (i32.const 1)))
      (else (call $tell (i32.const 12) (i32.const 1)) (call $forever)))`,
  }, { threads: 2 });
  assertEquals(code, 6, "EAGAIN");
});

Deno.test("a thread that is over makes room for another one", async () => {
  const { code } = await ends({
    start: `(local $n i32) (local $id i32)
      (loop $next
        (loop $again
          (local.set $id (call $spawn (i32.const 0)))
          (br_if $again (i32.lt_s (local.get $id) (i32.const 0))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $n) (i32.const 5))))
      (call $exit (local.get $id))`,
  }, { threads: 1 });
  assertEquals(code, 5);
});

Deno.test("while one thread waits for input, others call and are answered", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  let printed = "";
  const { code } = await ends({
    start: `${SPAWN} (call $await (i32.const 4)) (i32.store8 (i32.const 100) (i32.const 33))
      (call $print (i32.const 100) (i32.const 1))
      (call $await (i32.const 8)) (call $exit (i32.load8_u (i32.const 200)))`,
    thread: `(i32.store (i32.const 300) (i32.const 200)) (i32.store (i32.const 304) (i32.const 1))
      (call $tell (i32.const 4) (i32.const 1))
      (if (call $read (i32.const 0) (i32.const 300) (i32.const 1) (i32.const 308)) (then (unreachable)))
      (call $tell (i32.const 8) (i32.const 1))`,
  }, {
    stdin: readable,
    stdout: (bytes) => {
      printed += new TextDecoder().decode(bytes);
      void writer.write(new Uint8Array([9]));
    },
  });
  assertEquals([code, printed], [9, "!"]);
});

Deno.test("descriptors are everybody's", async () => {
  const { code } = await ends({
    start: `${SPAWN} (call $await (i32.const 4))
      (i32.store (i32.const 300) (i32.const 200)) (i32.store (i32.const 304) (i32.const 1))
      (if (call $read (i32.load (i32.const 8)) (i32.const 300) (i32.const 1) (i32.const 308)) (then (unreachable)))
      (call $exit (i32.load8_u (i32.const 200)))`,
    thread:
      `(if (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 0) (i64.const 2)
        (i64.const 0) (i32.const 0) (i32.const 8)) (then (unreachable)))
      (call $tell (i32.const 4) (i32.const 1))`,
    more: 'path_open (data (i32.const 100) "f")',
  }, { dirs: { "/": memoryDirectory({ f: "\x07" }) } });
  assertEquals(code, 7);
});

Deno.test("what a thread adds to the memory, calls of all threads reach, within the limit", async () => {
  const parts = {
    start: `${SPAWN} (call $await (i32.const 4)) (i32.store8 (i32.const 131072) (i32.const 33))
      (call $print (i32.const 131072) (i32.const 1))`,
    thread: `(if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (call $exit (i32.const 3))))
      (call $tell (i32.const 4) (i32.const 1))`,
  };
  const grown = await ends(parts);
  assertEquals([grown.code, grown.stdoutText()], [0, "!"]);
  assertEquals((await ends(parts, { limits: { memory: 131072 } })).code, 3);
});

Deno.test("a list of buffers that changes while it is read leads nowhere outside", async () => {
  const { reason, code } = await ends({
    start: `(local $n i32) ${SPAWN} (call $await (i32.const 4))
      (loop $again
        (drop (call $write (i32.const 1) (i32.const 2000) (i32.const 2) (i32.const 2100)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $n) (i32.const 500))))
      (i32.atomic.store (i32.const 8) (i32.const 1)) (call $await (i32.const 12)) (call $exit (i32.const 4))`,
    thread: `(call $tell (i32.const 4) (i32.const 1))
      (loop $again
        (i32.store (i32.const 2000) (i32.const 0xfffffff0)) (i32.store (i32.const 2004) (i32.const 0xffffffff))
        (i32.store (i32.const 2008) (i32.const 0xffffffff)) (i32.store (i32.const 2012) (i32.const 1))
        (i32.store (i32.const 2000) (i32.const 0)) (i32.store (i32.const 2004) (i32.const 4))
        (i32.store (i32.const 2008) (i32.const 0)) (i32.store (i32.const 2012) (i32.const 4))
        (br_if $again (i32.eqz (i32.atomic.load (i32.const 8)))))
      (call $tell (i32.const 12) (i32.const 1))`,
  }, { stdout: "null" });
  assertEquals([reason, code], ["exit", 4]);
});

Deno.test("limits and signals end a program whose threads all wait", async () => {
  const parts = { start: `${SPAWN} (call $forever)`, thread: "(call $forever)" };
  const late = await ends(parts, { limits: { timeout: 200 } });
  assertEquals([late.reason, late.code], ["timeout", 124]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const aborted = await ends(parts, { signal: controller.signal });
  assertEquals([aborted.reason, aborted.code], ["aborted", 130]);
  const never = await ends({ start: "(call $print (i32.const 0) (i32.const 1))" }, {
    signal: AbortSignal.abort(),
  });
  assertEquals([never.reason, never.stdout.length], ["aborted", 0]);
  const flood = await ends({
    start: `${SPAWN} (call $forever)`,
    thread: "(loop $again (call $print (i32.const 0) (i32.const 100)) (br $again))",
  }, { limits: { output: 1000 } });
  assertEquals([flood.reason, flood.stdout.length], ["limit", 1000]);
});

Deno.test("a start function runs in each instance, before anything else", async () => {
  const { code } = await ends({
    start: `${SPAWN} (call $await (i32.const 4)) (call $exit (i32.atomic.load (i32.const 8)))`,
    thread: "(call $tell (i32.const 4) (i32.const 1))",
    more: "(func $count (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))) (start $count)",
  });
  assertEquals(code, 2);
});

Deno.test("nobody starts threads who was not allowed to", async () => {
  const source = program({ start: SPAWN });
  for (const threads of [undefined, 0]) {
    await assertRejects(
      () => run(source, { threads }),
      UnusableModuleError,
      'Unknown import: function "wasi.thread-spawn", threads have to be allowed (--threads, in the library the option "threads")',
    );
  }
  for (const threads of [-1, 1.5, NaN, 1025, Infinity]) {
    await assertRejects(
      () => run(source, { threads }),
      RangeError,
      "threads: give a whole number from 0 to 1024",
    );
  }
});

Deno.test("a process ends although a thread waits or computes when its program is over", async () => {
  const mod = new URL("../../mod.ts", import.meta.url).href;
  for (const goesOn of ["(call $forever)", "(loop $on (br $on))"]) {
    const source = new TextDecoder().decode(program({
      start: `${SPAWN} (call $await (i32.const 4)) (call $exit (i32.const 5))`,
      thread: `(call $tell (i32.const 4) (i32.const 1)) ${goesOn}`,
    }));
    const code = `import { run } from ${JSON.stringify(mod)};
      const { code } = await run(new TextEncoder().encode(${JSON.stringify(source)}), { threads: 1 });
      console.log(code);`;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", code], stdout: "piped" })
      .spawn();
    const hang = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const { success, stdout } = await child.output();
    clearTimeout(hang);
    assertEquals([success, new TextDecoder().decode(stdout)], [true, "5\n"], goesOn);
  }
});

Deno.test({
  name: "a thread that ends its program is gone with it",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const tasks = (): number => [...Deno.readDirSync("/proc/self/task")].length;
    await ends({ start: "(call $exit (i32.const 0))" });
    const before = tasks();
    for (let round = 0; round < 8; round++) await ends({ start: `${SPAWN} (call $exit (i32.const 0))` });
    const patience = performance.now() + 20_000;
    while (tasks() > before + 3 && performance.now() < patience) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals(tasks() <= before + 3, true, `${tasks()} threads, ${before} before`);
  },
});

Deno.test("threads take a run that waits", () => {
  const command = new Command("examples/copy/hello.wasm", { threads: 2 });
  assertThrows(() => command.outputSync(), TypeError, "Cannot allow threads synchronously");
});

Deno.test("a program without threads runs as ever when they are allowed", async () => {
  const { code, stdoutText } = await run("examples/copy/hello.wasm", { threads: 3, stdout: "capture" })
    .then((result) => ({ code: result.code, stdoutText: result.stdoutText() }));
  assertEquals([code, stdoutText], [0, "hello world\n"]);
  const growing = `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))))`;
  const limited = await loadProgram(new TextEncoder().encode(growing), { maxMemory: 65536 });
  for (const threads of [undefined, 0, 2]) {
    for (const signal of [undefined, new AbortController().signal]) {
      assertEquals((await run(limited, { threads, signal })).code, 1, `${threads} threads`);
    }
  }
});

Deno.test("what threads cannot have is refused before anything runs", async () => {
  const source = program({ start: SPAWN });
  const unusable = async (text: string, message: string): Promise<void> => {
    const bytes = new TextEncoder().encode(text);
    await assertRejects(() => run(bytes, { threads: 2 }), UnusableModuleError, message);
  };
  const spawn = '(import "wasi" "thread-spawn" (func (param i32) (result i32)))';
  const memory = '(import "env" "memory" (memory 1 1 shared))';
  const entry = '(func (export "wasi_thread_start") (param i32 i32)) (func (export "_start"))';
  await unusable(
    `(module ${spawn} (memory (export "memory") 1) ${entry})`,
    "has to import one shared memory",
  );
  await unusable(
    `(module ${spawn} (import "env" "memory" (memory 1)) ${entry})`,
    "has to import one shared memory",
  );
  await unusable(
    `(module ${spawn} ${memory} (func (export "_start")))`,
    'has to export a function "wasi_thread_start"',
  );
  await unusable(
    `(module ${spawn} ${memory} (func (export "wasi_thread_start") (param i32)) (func (export "_start")))`,
    "of type (i32, i32) -> ()",
  );
  await unusable(
    `(module ${spawn} ${memory} (import "env" "t" (table 1 funcref)) ${entry})`,
    "an imported table",
  );
  await unusable(
    `(module ${spawn} (import "wasi" "other" (func)) ${memory} ${entry})`,
    'Unknown import: function "wasi.other"',
  );
  await unusable(
    `(module (import "wasi" "thread-spawn" (func (param i64) (result i32))) ${memory} ${entry})`,
    'The import "wasi.thread-spawn" is declared with another type than (i32) -> i32',
  );
  const own = `(module ${spawn} ${memory} (memory $own 1) (export "memory" (memory $own)) ${entry})`;
  await unusable(own, "and to have no other");
  const other = '(func (export "wasi_thread_start") (param i64 i32)) (func (export "_start"))';
  await unusable(`(module ${spawn} ${memory} ${other})`, "of type (i32, i32) -> ()");
  const host = [hostFunctions("host", { add: fn(["i32"], () => {}) })];
  for (const options of [{ host }, { limits: { fuel: 100 } }, { invoke: { name: "_start", args: [] } }]) {
    await assertRejects(() => run(source, { threads: 2, ...options }), TypeError, "a program with threads");
  }
});
