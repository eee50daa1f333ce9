import { assertEquals, assertRejects } from "@std/assert";
import { captureOutput } from "../../../caps/streams/capture.ts";
import { findSection, readSections, replaceSections, SectionId } from "../../../wasi/binary/sections.ts";
import { Box } from "../../../wasi/box.ts";
import { bytesCodec, jsonCodec } from "../../../wasi/box/codec.ts";
import { BoxError } from "../../../wasi/box/error.ts";
import { UnusableModuleError } from "../../../wasi/unusable.ts";
import { wat } from "../binary/wat.ts";
import { guest, guestBytes, moduleOf, open } from "./guests.ts";

/** The reason that a send fails for, and what it says. */
async function failure(sent: Promise<void>): Promise<[string, string]> {
  const error: BoxError = await assertRejects(() => sent, BoxError);
  return [error.reason, error.message];
}

Deno.test("messages go in and come out", async () => {
  const { say } = await open("counter");
  assertEquals(await say("up", "up", "down"), ["value=1", "value=2", "value=1"]);
});

Deno.test("the guest may speak before it is spoken to", async () => {
  const { messages, say } = await open("echo");
  assertEquals(messages, ["ready"]);
  assertEquals(await say("", "größer"), ["Echo: ", "Echo: größer"]);
});

Deno.test("guests written in Rust live in a box too", async () => {
  const { say } = await open("counter_rust");
  assertEquals(await say("up"), ["value=1"]);
  assertEquals((await (await open("echo_rust")).say("hello")).at(-1), "Echo: hello");
});

Deno.test("a missing export is named, and so is one of another type", async () => {
  const all = ["wasmbox_initialize", "wasmbox_malloc", "wasmbox_free", "wasmbox_send"];
  const text = (without: string, extra = ""): Uint8Array<ArrayBuffer> =>
    wat(`(module (memory ${without === "memory" ? "" : '(export "memory")'} 1)
      (func $i) (func $m (param i32) (result i32) unreachable) (func $f (param i32 i32))
      ${
      all.filter((name) => name !== without).map((name) => {
        const type = { wasmbox_initialize: "$i", wasmbox_malloc: "$m" }[name] ?? "$f";
        return `(export "${name}" (func ${type}))`;
      }).join(" ")
    } ${extra})`);
  for (const name of [...all, "memory"]) {
    await assertRejects(() => Box.open(text(name)), UnusableModuleError, `"${name}"`);
  }
  await assertRejects(
    () => Box.open(text("wasmbox_send", '(export "wasmbox_send" (func $i))')),
    UnusableModuleError,
    'The export "wasmbox_send" is of type () -> (), and has to be (i32,i32) -> ()',
  );
  await assertRejects(
    () => Box.open(new Uint8Array([1, 2, 3])),
    UnusableModuleError,
    "not a WebAssembly module",
  );
  (await Box.open(text("none"))).close();
});

Deno.test("sending while a message is received is queued", async () => {
  const order: string[] = [];
  const sent: Promise<void>[] = [];
  const box: Box = await Box.open(guestBytes("counter"), {
    onMessage: (message) => {
      order.push(message);
      if (order.length === 1) sent.push(box.send("down").then(() => void order.push("sent")));
    },
  });
  const first = box.send("up").then(() => order.push("first"));
  await box.send("up");
  await first;
  await Promise.all(sent);
  assertEquals(order.filter((word) => word.startsWith("value")), ["value=1", "value=2", "value=1"]);
  assertEquals(order.at(-1), "sent");
});

Deno.test("everything happens in the order in which it was asked for", async () => {
  const { box, messages } = await open("counter");
  const before = box.snapshot();
  void box.send("up");
  const after = box.snapshot();
  void box.send("up");
  void box.restore(await before);
  void box.send("down");
  await box.restore(await after);
  await box.send("up");
  assertEquals(messages, ["value=1", "value=2", "value=-1", "value=2"]);
});

Deno.test("many boxes share one module and nothing else", async () => {
  const module = await moduleOf("counter");
  const boxes = await Promise.all(Array.from({ length: 20 }, () => open(module)));
  await Promise.all(
    boxes.map(({ box }, index) => Promise.all(Array.from({ length: index }, () => box.send("up")))),
  );
  for (const [index, { say }] of boxes.entries()) assertEquals(await say("up"), [`value=${index + 1}`]);
});

Deno.test("JSON and bytes as messages", async () => {
  const answers: unknown[] = [];
  const json = await Box.open(guestBytes("echo"), {
    codec: {
      encode: jsonCodec.encode,
      decode: (bytes) => new TextDecoder().decode(bytes.slice(8)) as unknown,
    },
    onMessage: (message) => answers.push(message),
  });
  await json.send({ add: [1, 2] });
  assertEquals(answers.at(-1), 'Echo: {"add":[1,2]}');
  const bytes = await Box.open(guestBytes("echo"), {
    codec: bytesCodec,
    onMessage: (message) => answers.push(message),
  });
  await bytes.send(new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 65]));
  assertEquals(
    answers.at(-1),
    new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode("Echo: A")]),
  );
});

Deno.test("a trap rejects that send, poisons the box until a restore, and does not touch others", async () => {
  const module = await moduleOf("trap");
  const { box, messages, say } = await open(module);
  const other = await open(module);
  await say("a");
  const snapshot = await box.snapshot();
  assertEquals(await failure(box.send("trap")), ["trap", "The guest crashed: unreachable"]);
  assertEquals([box.poisoned, messages.at(-1)], [true, "count=2"]);
  for (const asked of [box.send("a"), box.snapshot(), box.hash(), box.fork(), box.setTime(1)]) {
    const error: BoxError = await assertRejects(() => asked, BoxError);
    assertEquals(error.reason, "poisoned");
  }
  await box.restore(snapshot);
  assertEquals([box.poisoned, await say("a")], [false, ["count=2"]]);
  assertEquals(await other.say("a"), ["count=1"]);
});

Deno.test("a box that rolls back is as if the message had not been sent", async () => {
  const { box, messages, say } = await open("trap", { rollBack: true });
  await say("a");
  const hash = await box.hash();
  messages.length = 0;
  assertEquals((await failure(box.send("trap")))[0], "trap");
  assertEquals((await failure(box.send("recurse")))[0], "trap");
  assertEquals(await failure(box.send("exit 3")), ["exit", "The guest exited with 3"]);
  assertEquals([messages, box.poisoned, await box.hash()], [[], false, hash]);
  assertEquals(await say("a"), ["count=2"]);
});

Deno.test("a guest that runs on is stopped at its time limit", async () => {
  const { box, messages, say } = await open("trap", { limits: { timeout: 200 } });
  const snapshot = await box.snapshot();
  assertEquals(await failure(box.send("spin")), ["timeout", "The guest took longer than 200 ms"]);
  assertEquals([box.poisoned, messages], [true, ["count=1"]]);
  await box.restore(snapshot);
  assertEquals(await say("a"), ["count=1"]);
});

Deno.test("a guest that computes more than its fuel allows is stopped, and each message has the same", async () => {
  const { box, messages, say } = await open("trap", { limits: { fuel: 1_000_000 } });
  for (let i = 0; i < 200; i++) await say("a");
  const snapshot = await box.snapshot();
  assertEquals(await failure(box.send("spin")), ["limit", "The guest used more than 1000000 units of fuel"]);
  assertEquals([box.poisoned, messages], [true, ["count=200", "count=201"]]);
  await box.restore(snapshot);
  assertEquals(await say("a"), ["count=201"]);
});

Deno.test("a guest cannot catch what ends it", async () => {
  const { box } = await open(guest({
    send: `(try (do (call $exit (i32.const 7))) (catch_all))`,
  }));
  assertEquals(await failure(box.send("a")), ["exit", "The guest exited with 7"]);
});

Deno.test("a message outside of the guest's memory ends the guest, and nothing is read", async () => {
  for (const [at, length] of [[-1, 1], [0, -1], [65530, 7], [0x7fffffff, 0x7fffffff]]) {
    const { box, messages } = await open(guest({
      send: `(try (do (call $callback (i32.const ${at}) (i32.const ${length}))) (catch_all))`,
    }));
    const [reason, message] = await failure(box.send("a"));
    assertEquals([reason, message.startsWith("The guest sent a message that is not in its memory")], [
      "trap",
      true,
    ]);
    assertEquals(messages, []);
  }
});

Deno.test("an allocator that gives memory which is not there, or none, is told", async () => {
  const allocating = (pointer: string): Uint8Array<ArrayBuffer> =>
    wat(`(module (memory (export "memory") 1) (func (export "wasmbox_initialize"))
      (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const ${pointer}))
      (func (export "wasmbox_free") (param i32 i32) unreachable)
      (func (export "wasmbox_send") (param i32 i32) unreachable))`);
  assertEquals(await failure((await open(allocating("-1"))).box.send("a")), [
    "trap",
    "The guest's allocator gave memory that it does not have: 9 bytes at 4294967295",
  ]);
  assertEquals(await failure((await open(allocating("0"))).box.send("a")), [
    "limit",
    "The guest has no memory for a message of 9 bytes",
  ]);
});

Deno.test("what receiving a message throws rejects the send and does the guest no harm", async () => {
  const box = await Box.open(guestBytes("counter"), {
    onMessage: (message) => {
      if (message !== "value=2") throw new TypeError(`not ${message}`);
    },
  });
  await assertRejects(() => box.send("up"), TypeError, "not value=1");
  assertEquals(box.poisoned, false);
  await box.send("up");
});

Deno.test("what receiving one message throws keeps no other from being received, nor what the guest fails over", async () => {
  const talking = guest({
    send: `(call $callback (i32.const 1024) (i32.const 1))
      (call $callback (i32.const 1025) (i32.const 1))
      (if (i32.load8_u (i32.const 1026)) (then unreachable))`,
  });
  for (const limits of [{}, { timeout: 60_000 }]) {
    const heard: (number | undefined)[] = [];
    const onMessage = ([byte]: Uint8Array): void => {
      heard.push(byte);
      throw new TypeError(`not ${byte}`);
    };
    const box = await Box.open(talking, { codec: bytesCodec, limits, onMessage });
    await assertRejects(() => box.send(new Uint8Array([1, 2, 0])), TypeError, "not 1");
    assertEquals([heard.splice(0), box.poisoned], [[1, 2], false]);
    assertEquals((await failure(box.send(new Uint8Array([3, 4, 1]))))[0], "trap");
    assertEquals([heard, box.poisoned], [[3, 4], true]);
  }
});

Deno.test("a guest that fails over its initialization is no box", async () => {
  await assertRejects(
    () => open(guest({ initialize: "unreachable" })),
    BoxError,
    "The guest crashed: unreachable",
  );
});

Deno.test("messages that wait until the guest is done cannot fill the memory of the host", async () => {
  const flood = (length: number): Uint8Array<ArrayBuffer> =>
    guest({ send: `(loop (call $callback (i32.const 0) (i32.const ${length})) (br 0))` });
  for (
    const [length, options] of [
      [65536, { limits: { timeout: 600_000 } }],
      [0, { limits: { timeout: 600_000 } }],
      [65536, { rollBack: true }],
    ] as const
  ) {
    let received = 0;
    const onMessage = (): void => void received++;
    const box = await Box.open(flood(length), { codec: bytesCodec, onMessage, ...options });
    assertEquals(await failure(box.send(new Uint8Array(1))), [
      "limit",
      "The guest sent more than 268435456 bytes before it was done",
    ]);
    assertEquals(received, "rollBack" in options ? 0 : Math.floor(2 ** 28 / (length + 256)));
    assertEquals(box.poisoned, !("rollBack" in options));
  }
});

Deno.test("limits of memory hold in every life of a box", async () => {
  const { box, say } = await open("grow", { limits: { memory: 4 << 20 } });
  assertEquals(await say("hold 8000000"), ["error: no memory for 8000000 bytes"]);
  await box.restore(await box.snapshot());
  assertEquals(await say("hold 8000000", "hold 1000000"), ["error: no memory for 8000000 bytes", "held=1"]);
});

Deno.test("under a limit of memory a box cannot fill the engine's own heap either", async () => {
  const growing = guest({
    more: "(table $table 1 funcref)",
    send:
      "(if (i32.gt_s (table.grow $table (ref.null func) (i32.const 2000000)) (i32.const 0)) (then unreachable))",
  });
  await assertRejects(async () => (await open(growing)).say("grow"), BoxError, "crashed");
  assertEquals(await (await open(growing, { limits: { memory: 4 << 20 } })).say("grow"), []);
  // One more type, at the end: (struct (field i32)).
  const bytes = guestBytes("counter");
  const sections = readSections(bytes);
  const { contents, end } = findSection(sections, SectionId.type)!;
  const [count, ...types] = bytes.subarray(contents, end);
  const added = new Uint8Array([count! + 1, ...types, 0x5f, 1, 0x7f, 0]);
  const structs = replaceSections(bytes, sections, new Map([[SectionId.type, added]]));
  assertEquals(await (await open(structs)).say("up"), ["value=1"]);
  const limits = { memory: 4 << 20 };
  await assertRejects(() => open(structs, { limits }), UnusableModuleError, "structs and arrays can fill");
});

Deno.test("nothing is granted that was not given", async () => {
  const stdout = captureOutput();
  const wasi = (call: string): string => `(drop (call ${call}))`;
  const bytes = wat(`(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 100) "\\80\\00\\00\\00\\05\\00\\00\\00") (data (i32.const 128) "hello")
    (func (export "wasmbox_initialize")
      ${wasi("$args (i32.const 0) (i32.const 4)")} ${wasi("$environ (i32.const 8) (i32.const 12)")}
      (i32.store (i32.const 16) (call $prestat (i32.const 3) (i32.const 64)))
      ${wasi("$read (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 20)")}
      ${wasi("$write (i32.const 1) (i32.const 100) (i32.const 1) (i32.const 24)")}
      (call $callback (i32.const 0) (i32.const 28)))
    (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "wasmbox_free") (param i32 i32)) (func (export "wasmbox_send") (param i32 i32)))`);
  const messages: Uint8Array[] = [];
  const box = await Box.open(bytes, {
    codec: bytesCodec,
    stdout,
    onMessage: (message) => messages.push(message),
  });
  const numbers = [...new Uint32Array(messages[0]!.slice().buffer)];
  // No arguments, no variables, no directory (EBADF is 8), nothing on standard input; five bytes out.
  assertEquals(numbers, [0, 0, 0, 0, 8, 0, 5]);
  assertEquals(stdout.text(), "hello");
  await box.close();
});

Deno.test("a closed box says so", async () => {
  const { box } = await open("counter");
  await box.close();
  await box.close();
  assertEquals((await failure(box.send("up")))[0], "closed");
  const error: BoxError = await assertRejects(() => box.restore(new Uint8Array(0)), BoxError);
  assertEquals(error.reason, "closed");
});

Deno.test("times that no clock can show are refused", async () => {
  const { box } = await open("sleep");
  for (const time of [-1, 1.5, NaN, Infinity, 2 ** 54]) {
    await assertRejects(() => box.setTime(time), RangeError);
  }
});
