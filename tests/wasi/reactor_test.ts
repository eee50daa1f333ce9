/**
 * Programs whose exports are called, and import objects for instances that others make.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  captureOutput,
  fn,
  Guest,
  GuestEndedError,
  hostFunctions,
  importTable,
  instantiate,
  memoryDirectory,
  nullInput,
  preview1,
  systemClocks,
  systemRandom,
  UnusableModuleError,
} from "../../mod.ts";

const guest = (name: string): URL => new URL(`../guests/${name}.wasm`, import.meta.url);
const text = (source: string): Uint8Array => new TextEncoder().encode(source);

interface Library extends WebAssembly.Exports {
  add(one: number, other: number): number;
  mul64(one: bigint, other: bigint): bigint;
  pair(): [number, bigint];
  log(number: number): void;
  fail(): void;
}

/** The outcome that a call ends with. */
function ending(call: () => unknown): [reason: string, code: number] {
  const error = assertThrows(call, GuestEndedError);
  return [error.outcome.reason, error.outcome.code];
}

Deno.test("a reactor is initialized once and then called as often as one likes", async () => {
  using reactor = await instantiate<Library>(guest("reactor"), { stdout: "capture" });
  const { exports } = reactor;
  assertEquals([exports.add(2, 3), exports.mul64(1n << 40n, 3n), exports.pair()], [
    5,
    3n << 40n,
    [7, 9007199254740993n],
  ]);
  exports.log(1);
  exports.log(4294967295);
  assertEquals(reactor.stdoutText(), "1\n4294967295\n");
  assertEquals(Object.keys(exports).includes("_initialize"), false);
  assertEquals((exports.answer as WebAssembly.Global).value, 42);
});

Deno.test("after a trap every call says how the guest ended", async () => {
  using reactor = await instantiate<Library>(guest("reactor"));
  assertEquals(ending(() => reactor.exports.fail()), ["trap", 134]);
  assertEquals(reactor.outcome?.reason, "trap");
  assertEquals(ending(() => reactor.exports.add(1, 1)), ["trap", 134]);
});

Deno.test("a reactor that exits throws its code, while it is made ready too", async () => {
  const exiting = (name: string): Uint8Array =>
    text(`(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "${name}") (call $exit (i32.const 3))))`);
  using reactor = await instantiate(exiting("leave"));
  const error = assertThrows(reactor.exports.leave as () => void, GuestEndedError);
  assertEquals(error.message, "The guest has ended: exit code 3");
  const early = await assertRejects(() => instantiate(exiting("_initialize")), GuestEndedError);
  assertEquals(early.outcome.code, 3);
});

Deno.test("a program with _start is no reactor", async () => {
  await assertRejects(() => instantiate(guest("exit")), UnusableModuleError, '"_start"');
});

Deno.test("a start function runs, and is not among the exports", async () => {
  using reactor = await instantiate<{ seen(): number }>(text(`(module
    (global $seen (mut i32) (i32.const 0))
    (func $begin (global.set $seen (i32.const 9)))
    (start $begin)
    (func (export "seen") (result i32) (global.get $seen)))`));
  assertEquals([reactor.exports.seen(), Object.keys(reactor.exports)], [9, ["seen"]]);
});

const LOOP = `(module
  (func (export "spin") (loop $again (br $again)))
  (func (export "one") (result i32) (i32.const 1)))`;

Deno.test("a time limit is for each call", async () => {
  using reactor = await instantiate<{ spin(): void; one(): number }>(text(LOOP), {
    limits: { timeout: 100 },
  });
  assertEquals(reactor.exports.one(), 1);
  assertEquals(ending(() => reactor.exports.spin()), ["timeout", 124]);
  assertEquals(ending(() => reactor.exports.one()), ["timeout", 124]);
});

Deno.test("fuel is for the whole life", async () => {
  using reactor = await instantiate<{ spin(): void; one(): number }>(text(LOOP), { limits: { fuel: 100 } });
  assertEquals(reactor.exports.one(), 1);
  assertEquals(ending(() => reactor.exports.spin()), ["limit", 125]);
});

const ECHO = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "echo") (result i32)
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 1024))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
    (i32.load (i32.const 8))))`;

Deno.test("with an asynchronous stream exports return promises, one at a time", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  using reactor = await instantiate<{ echo(): Promise<number> }>(text(ECHO), {
    stdin: readable,
    stdout: "capture",
  });
  const { echo } = reactor.exports;
  const first = echo();
  assertThrows(echo, TypeError, 'Cannot call "echo" before "echo" has ended');
  const writer = writable.getWriter();
  await writer.write(text("hello"));
  assertEquals(await first, 5);
  const second = echo();
  await writer.write(text(", world"));
  assertEquals(await second, 7);
  assertEquals(reactor.stdoutText(), "hello, world");
  await writer.close();
  assertEquals(await echo(), 0);
});

Deno.test("closing ends a call that waits", async () => {
  const { readable } = new TransformStream<Uint8Array, Uint8Array>();
  const reactor = await instantiate<{ echo(): Promise<number> }>(text(ECHO), { stdin: readable });
  const waiting = reactor.exports.echo();
  reactor.close();
  const error = await assertRejects(() => waiting, GuestEndedError);
  assertEquals([error.outcome.reason, error.outcome.code], ["aborted", 130]);
});

Deno.test("a signal ends a call that waits", async () => {
  const { readable } = new TransformStream<Uint8Array, Uint8Array>();
  const abort = new AbortController();
  using reactor = await instantiate<{ echo(): Promise<number> }>(text(ECHO), {
    stdin: readable,
    signal: abort.signal,
  });
  const waiting = reactor.exports.echo();
  abort.abort();
  const error = await assertRejects(() => waiting, GuestEndedError);
  assertEquals(error.outcome.reason, "aborted");
});

Deno.test("memory and the table of descriptors are within reach", async () => {
  using reactor = await instantiate<{ echo(): number }>(text(ECHO), {
    stdin: { text: "hello" },
    stdout: "null",
    dirs: { "/data": memoryDirectory({ "a.txt": "A" }) },
  });
  assertEquals(reactor.exports.echo(), 5);
  const { memory, descriptors } = reactor.guest;
  assertEquals(new TextDecoder().decode(memory.bytes.subarray(64, 69)), "hello");
  assertEquals(descriptors.get(3).directory!.list().map(({ name }) => name), ["a.txt"]);
  const output = captureOutput();
  descriptors.get(1).output = output;
  assertStrictEquals(descriptors.get(1).output, output);
  assertThrows(() => descriptors.get(4), Error, "EBADF");
});

Deno.test("host functions see the guest's memory, and may call it back", async () => {
  const seen: string[] = [];
  const host = hostFunctions("host", {
    tell: fn(["u32", "u32"], (at, length) => {
      const { bytes } = reactor.guest.memory;
      seen.push(new TextDecoder().decode(bytes.subarray(at, at + length)));
      seen.push(String((reactor.exports.twice as (n: number) => number)(21)));
    }),
  });
  using reactor = await instantiate(
    text(`(module
      (import "host" "tell" (func $tell (param i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 16) "from the guest")
      (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
      (func (export "go") (call $tell (i32.const 16) (i32.const 14))))`),
    { host: [host] },
  );
  (reactor.exports.go as () => void)();
  assertEquals(seen, ["from the guest", "42"]);
});

Deno.test("an import object can be built for an instance of one's own, with functions put over it", async () => {
  const stdout = captureOutput();
  const own = new Guest({
    args: ["calls", "print:hello"],
    env: {},
    preopens: [],
    stdin: nullInput(),
    stdout,
    stderr: stdout,
    clocks: systemClocks(),
    random: systemRandom(),
  });
  const system = preview1(own, "sync");
  let writes = 0;
  const write = system.fd_write as (...args: number[]) => number;
  const counted = importTable(Object.entries(system));
  counted.fd_write = (...args: number[]): number => {
    writes++;
    return write(...args);
  };
  const bytes = await Deno.readFile(guest("calls"));
  const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: counted });
  own.memory.attach(instance.exports.memory as WebAssembly.Memory);
  try {
    (instance.exports._start as () => void)();
  } catch (error) {
    assert(own.ended, String(error));
  }
  assertEquals([stdout.text(), own.exitCode ?? 0, writes], ["hello", 0, 1]);
  own.close();
});
