/** Guests that are suspended while they wait: a small program makes the calls, since only one can be suspended. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Listener } from "../../../mod.ts";
import { promising } from "../../../wasi/engine.ts";
import { Guest, type GuestOptions } from "../../../wasi/guest.ts";
import { preview1 } from "../../../wasi/preview1/mod.ts";
import { isUnwinding } from "../../../wasi/unwind.ts";
import { binaryOf, inputOf, listenerOf, realClocks, testClocks, TestConnection } from "./kit.ts";

/** Calls one import with what it is given. */
const program = await binaryOf(`(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $sock_accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_recv" (func $sock_recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "fd_read") (param i32 i32 i32 i32) (result i32)
    (call $fd_read (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32)
    (call $fd_write (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "sock_send") (param i32 i32 i32 i32 i32) (result i32)
    (call $sock_send (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))
  (func (export "fd_close") (param i32) (result i32) (call $fd_close (local.get 0)))
  (func (export "poll_oneoff") (param i32 i32 i32 i32) (result i32)
    (call $poll_oneoff (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "sched_yield") (result i32) (call $sched_yield))
  (func (export "sock_accept") (param i32 i32 i32) (result i32)
    (call $sock_accept (local.get 0) (local.get 1) (local.get 2)))
  (func (export "sock_recv") (param i32 i32 i32 i32 i32 i32) (result i32)
    (call $sock_recv (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))))`);

class Suspended {
  readonly guest: Guest;
  readonly connection = new TestConnection();
  readonly #instance: WebAssembly.Instance;

  constructor(options: Partial<GuestOptions> = {}) {
    this.guest = new Guest({
      args: [],
      env: {},
      preopens: [],
      stdin: this.connection,
      stdout: this.connection.writing,
      stderr: this.connection.writing,
      clocks: realClocks(),
      random: { fill: () => {} },
      ...options,
    });
    const imports = { wasi_snapshot_preview1: preview1(this.guest, "suspending") };
    this.#instance = new WebAssembly.Instance(new WebAssembly.Module(program), imports);
    this.guest.memory.attach(this.memory);
  }

  get memory(): WebAssembly.Memory {
    return this.#instance.exports.memory as WebAssembly.Memory;
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  call(name: string, ...values: number[]): Promise<unknown> {
    return promising(this.#instance.exports[name]!)(...values);
  }

  /** A list of buffers at 16. */
  buffers(...ranges: [number, number][]): [number, number] {
    ranges.flat().forEach((value, i) => this.view.setUint32(16 + i * 4, value, true));
    return [16, ranges.length];
  }

  text(pointer: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.memory.buffer).slice(pointer, pointer + length));
  }
}

/** Lets everything happen that is about to. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a read waits for bytes without blocking the thread", async () => {
  const suspended = new Suspended();
  const read = suspended.call("fd_read", 0, ...suspended.buffers([2000, 8]), 8);
  await settle();
  assertEquals(suspended.connection.waits, 1);
  suspended.connection.arrive("hello");
  assertEquals(await read, 0);
  assertEquals([suspended.view.getUint32(8, true), suspended.text(2000, 5)], [5, "hello"]);
});

Deno.test("a write waits until there is room", async () => {
  for (const name of ["fd_write", "sock_send"]) {
    const full = new TestConnection();
    const wake = Promise.withResolvers<void>();
    let room: number | undefined = undefined;
    Object.assign(full.writing, { ready: () => room, wait: () => wake.promise });
    const suspended = new Suspended({ preopens: [{ name: "tcp", listener: listenerOf(full) }] });
    await suspended.call("sock_accept", 3, 0, 0);
    const write = suspended.call(
      name,
      4,
      ...suspended.buffers([2000, 5]),
      ...(name === "sock_send" ? [0] : []),
      8,
    );
    await settle();
    assertEquals(full.sent.length, 0);
    room = 5;
    wake.resolve();
    assertEquals([await write, suspended.view.getUint32(8, true), full.sent.length], [0, 5, 5]);
  }
});

Deno.test("what is ready is read without being suspended", async () => {
  const suspended = new Suspended();
  suspended.connection.arrive("hello");
  assertEquals(await suspended.call("fd_read", 0, ...suspended.buffers([2000, 8]), 8), 0);
  assertEquals([suspended.view.getUint32(8, true), suspended.connection.waits], [5, 0]);
});

Deno.test("memory that grew during the wait is written where it is then", async () => {
  const suspended = new Suspended();
  const read = suspended.call("fd_read", 0, ...suspended.buffers([65534, 2]), 8);
  await settle();
  suspended.memory.grow(1);
  suspended.connection.arrive("hi");
  assertEquals(await read, 0);
  assertEquals(suspended.text(65534, 2), "hi");
});

Deno.test("a descriptor that was closed during the wait is EBADF then", async () => {
  const suspended = new Suspended();
  const read = suspended.call("fd_read", 0, ...suspended.buffers([2000, 8]), 8);
  await settle();
  assertEquals(await suspended.call("fd_close", 0), 0);
  suspended.connection.arrive("hello");
  assertEquals(await read, 8);
});

Deno.test("a guest that is ended while it waits is left at once", async () => {
  const suspended = new Suspended();
  const read = suspended.call("fd_read", 0, ...suspended.buffers([2000, 8]), 8);
  await settle();
  suspended.guest.end();
  assert(isUnwinding(await assertRejects(() => read)));
});

Deno.test("a wait ends at the deadline, and the guest with it", async () => {
  const suspended = new Suspended();
  suspended.guest.deadline = performance.now() + 5;
  const read = suspended.call("fd_read", 0, ...suspended.buffers([2000, 8]), 8);
  assert(isUnwinding(await assertRejects(() => read)));
  assertEquals(suspended.guest.timedOut, true);
});

/** Subscriptions to a clock (in milliseconds from now) and to reading descriptor 0, at 1024. */
function subscribe({ view }: Suspended, milliseconds: number): number[] {
  view.setUint8(1024 + 8, 0);
  view.setUint32(1024 + 16, 1, true);
  view.setBigUint64(1024 + 24, BigInt(milliseconds) * 1_000_000n, true);
  view.setUint8(1072 + 8, 1);
  view.setInt32(1072 + 16, 0, true);
  return [1024, 4096, 2, 8];
}

Deno.test("a poll ends with what comes first: the clock, or the stream", async () => {
  const suspended = new Suspended();
  assertEquals(await suspended.call("poll_oneoff", ...subscribe(suspended, 5)), 0);
  assertEquals([suspended.view.getUint32(8, true), suspended.view.getUint8(4096 + 10)], [1, 0]);
  const poll = suspended.call("poll_oneoff", ...subscribe(suspended, 3_600_000));
  await settle();
  suspended.connection.arrive("hello");
  assertEquals(await poll, 0);
  assertEquals([suspended.view.getUint32(8, true), suspended.view.getUint8(4096 + 10)], [1, 1]);
});

Deno.test("polling a silent stream again and again leaves one wait on it, not many", async () => {
  const suspended = new Suspended();
  for (let i = 0; i < 20; i++) await suspended.call("poll_oneoff", ...subscribe(suspended, 0));
  for (let i = 0; i < 3; i++) await suspended.call("poll_oneoff", ...subscribe(suspended, 1));
  assertEquals(suspended.connection.waits, 1);
  suspended.connection.finish();
});

Deno.test("virtual clocks do not wait for real time, nor for a stream", async () => {
  const clocks = testClocks();
  const suspended = new Suspended({ clocks });
  assertEquals(await suspended.call("poll_oneoff", ...subscribe(suspended, 3_600_000)), 0);
  assertEquals(clocks.slept, [3_600_000_000_000n]);
});

Deno.test("a blocking stream in a poll does not block the thread for long", async () => {
  let asked = 0;
  const suspended = new Suspended({
    stdin: { ...inputOf("x"), ready: () => ++asked > 2 ? 1 : undefined, wait: () => assert(false) },
  });
  assertEquals(await suspended.call("poll_oneoff", ...subscribe(suspended, 3_600_000)), 0);
  assertEquals(asked > 2, true);
});

Deno.test("yielding lets timers run", async () => {
  const suspended = new Suspended();
  let ran = false;
  setTimeout(() => ran = true, 0);
  assertEquals(await suspended.call("sched_yield"), 0);
  assertEquals(ran, true);
});

Deno.test("accepting waits for somebody, and receiving all for all of it", async () => {
  const waiting: TestConnection[] = [];
  const wake = Promise.withResolvers<void>();
  const listener: Listener = {
    ...listenerOf(),
    ready: () => waiting.length > 0 ? waiting.length : undefined,
    wait: () => wake.promise,
    accept: () => waiting.shift()!,
  };
  const suspended = new Suspended({ preopens: [{ name: "tcp", listener }] });
  const accept = suspended.call("sock_accept", 3, 0, 0);
  await settle();
  const connection = new TestConnection();
  waiting.push(connection);
  wake.resolve();
  assertEquals([await accept, suspended.view.getUint32(0, true)], [0, 4]);

  const receive = suspended.call("sock_recv", 4, ...suspended.buffers([2000, 2], [3000, 3]), 2, 8, 12);
  for (const part of ["a", "bc", "d"]) {
    await settle();
    connection.arrive(part);
  }
  await settle();
  connection.finish();
  assertEquals(await receive, 0);
  assertEquals([suspended.view.getUint32(8, true), suspended.text(2000, 2), suspended.text(3000, 2)], [
    4,
    "ab",
    "cd",
  ]);
});
