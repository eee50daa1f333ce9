import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  asyncFn,
  captureOutput,
  fn,
  hostFunctions,
  memoryDirectory,
  run,
  UnusableModuleError,
} from "../../../mod.ts";
import { describeModule } from "../../../wasi/binary/describe.ts";
import { readSections } from "../../../wasi/binary/sections.ts";
import { meter } from "../../../wasi/fuel.ts";
import { SnapshotError } from "../../../wasi/snapshot/error.ts";
import { preinitialize, type PreinitializeOptions } from "../../../wasi/snapshot/preinitialize.ts";
import { code, moduleOf, mustBeReadable, section, wat } from "../binary/wat.ts";

type Call = (...args: unknown[]) => unknown;

function instance(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): Record<string, Call> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as Record<string, Call>;
}

Deno.test("memories, globals and tables begin with what they held", async () => {
  const module = await preinitialize(wat(`(module
    (memory 1) (memory $two 1)
    (data (i32.const 0) "old") (data $passive "passive")
    (global $i (mut i32) (i32.const 0)) (global $j (mut i64) (i64.const 0))
    (global $f (mut f32) (f32.const 0)) (global $d (mut f64) (f64.const 0))
    (global $r (mut funcref) (ref.null func)) (global $same i32 (i32.const 77))
    (table $t 2 funcref) (elem (i32.const 0) $one $one) (elem $later func $two)
    (func $one (result i32) i32.const 1) (func $two (result i32) i32.const 2)
    (func (export "_initialize")
      (drop (memory.grow (i32.const 2)))
      (i32.store (i32.const 150000) (i32.const 5)) (i32.store8 (i32.const 1) (i32.const 0))
      (i32.store $two (i32.const 65532) (i32.const -1))
      (global.set $i (i32.const -1)) (global.set $j (i64.const -9223372036854775808))
      (global.set $f (f32.const -0.5)) (global.set $d (f64.const 1e-300)) (global.set $r (ref.func $two))
      (drop (table.grow $t (ref.func $two) (i32.const 3))) (table.set $t (i32.const 0) (ref.null func)))
    (func (export "memory") (result i32) (i32.add (i32.load (i32.const 150000)) (i32.load $two (i32.const 65532))))
    (func (export "bytes") (result i32) (i32.load (i32.const 0)))
    (func (export "size") (result i32) (memory.size))
    (func (export "i") (result i32) (global.get $i)) (func (export "j") (result i64) (global.get $j))
    (func (export "f") (result f32) (global.get $f)) (func (export "d") (result f64) (global.get $d))
    (func (export "same") (result i32) (global.get $same))
    (func (export "empty") (result i32) (ref.is_null (table.get $t (i32.const 0))))
    (func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0)))
    (func (export "tables") (result i32) (table.size $t))
    (func (export "passive") (result i32)
      (memory.init $passive (i32.const 8) (i32.const 0) (i32.const 4)) (i32.load (i32.const 8)))
    (func (export "later") (result i32)
      (table.init $t $later (i32.const 0) (i32.const 0) (i32.const 1)) (call_indirect $t (result i32) (i32.const 0))))`));
  const exports = instance(module);
  const seen = ["memory", "bytes", "size", "i", "j", "f", "d", "same", "empty", "tables"].map((name) =>
    exports[name]!()
  );
  assertEquals(seen, [4, 0x64006f, 3, -1, -(2n ** 63n), -0.5, 1e-300, 77, 1, 5]);
  assertEquals([1, 2, 4].map((at) => exports.call!(at)), [1, 2, 2]);
  assertEquals([exports.passive!(), exports.later!()], [0x73736170, 2]);
  assertEquals("_initialize" in exports, false);
});

Deno.test("vectors and numbers that are NaN begin with all their bits", async () => {
  const { get } = instance(
    await preinitialize(wat(`(module
    (global $v (mut v128) (v128.const i64x2 0 0)) (global $i (mut i32) (i32.const 0))
    (global $f (mut f32) (f32.const 0)) (global $d (mut f64) (f64.const 0))
    (func (export "_initialize")
      (global.set $v (v128.const i64x2 -2 3)) (global.set $i (i32.const 4))
      (global.set $f (f32.const -nan:0x200001)) (global.set $d (f64.const nan:0x4000000000001)))
    (func (export "get") (result i64 i64 i32 i32 i64)
      (i64x2.extract_lane 0 (global.get $v)) (i64x2.extract_lane 1 (global.get $v)) (global.get $i)
      (i32.reinterpret_f32 (global.get $f)) (i64.reinterpret_f64 (global.get $d))))`)),
  );
  assertEquals(get!(), [-2n, 3n, 4, 0xffa00001 | 0, 0x7ff4000000000001n]);
});

Deno.test("a table that may grow to 2**64 - 1 entries may still grow", async () => {
  const module = await preinitialize(
    wat(`(module (table $t i64 1 0xffffffffffffffff funcref) (elem declare func $one)
    (func $one (result i32) i32.const 1)
    (func (export "_initialize") (table.set $t (i64.const 0) (ref.func $one)))
    (func (export "call") (result i32) (call_indirect $t (result i32) (i64.const 0)))
    (func (export "grow") (result i64) (table.grow $t (ref.null func) (i64.const 1000))))`),
  );
  const { call, grow } = instance(module);
  assertEquals([call(), grow()], [1, 1n]);
});

Deno.test("references of every type begin with null, and typed ones with functions", async () => {
  const types = [0x63, 0x70, 0x6f, 0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71, 0x72, 0x73];
  const nulls = types.map((type) =>
    type === 0x63 ? [0x63, 0, 1, 0xd0, 0, 0x0b] : [type, 1, 0xd0, type, 0x0b]
  );
  const last = nulls.length; // another of the first type, which the initialization sets
  const exported = [...[1, 0x66, 0, 1], ...[11, ...new TextEncoder().encode("_initialize"), 0, 0]];
  const module = await preinitialize(moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [2, 0, 0]),
    section(6, [last + 1, ...nulls.flat(), ...nulls[0]!]),
    section(7, [2, ...exported]),
    code([0xd2, 1, 0x24, last, 0x0b], [0x23, last, 0x14, 0, 0x0b]), // call_ref of what was set: itself
  ));
  const { f } = instance(module);
  assertThrows(f!, RangeError);
});

Deno.test("a start function has run and is gone, and known initializers come last", async () => {
  const module = await preinitialize(wat(`(module (global $n (mut i32) (i32.const 0))
    (func $add (param i32) (global.set $n (i32.add (i32.mul (global.get $n) (i32.const 10)) (local.get 0))))
    (func $start (call $add (i32.const 1))) (start $start)
    (func (export "_initialize") (call $add (i32.const 2)))
    (func (export "wizer.initialize") (call $add (i32.const 3)))
    (func (export "n") (result i32) (global.get $n)))`));
  const exports = instance(module);
  assertEquals([exports.n!(), Object.keys(exports)], [123, ["n"]]);
  assertEquals(describeModule(module).hasStart, false);
});

Deno.test("a module with names and without data gets its data before the names", async () => {
  const text = `(module $named (memory (export "memory") 1)
    (func $first (export "_initialize") (i32.store (i32.const 4) (i32.const 5))))`;
  const module = await preinitialize(wat(text, true));
  const sections = readSections(module).map(({ name }) => name);
  assertEquals(sections.slice(-3), ["code", "data", "name"]);
  mustBeReadable(module);
  const { memory } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  assertEquals(new Uint8Array((memory as WebAssembly.Memory).buffer)[4], 5);
  mustBeReadable(meter(module));
  mustBeReadable(meter(wat(text, true)));
  mustBeReadable(meter(wat("(module $nothing)", true)));
});

Deno.test("a function that only its export named can still be referred to", async () => {
  const exports = instance(
    await preinitialize(wat(`(module (table 1 funcref) (global $n (mut i32) (i32.const 0))
      (func $init (export "_initialize") (global.set $n (i32.add (global.get $n) (i32.const 1))))
      (func (export "again") (result i32)
        (table.set (i32.const 0) (ref.func $init)) (call_indirect (i32.const 0)) (global.get $n)))`)),
  );
  assertEquals(exports.again!(), 2);
});

const COMMAND = wat(`(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "config") (data (i32.const 16) "\\64\\00\\00\\00\\40\\00\\00\\00")
  (func (export "load")
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 6) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)) (then unreachable))
    (if (call $read (i32.const 4) (i32.const 16) (i32.const 1) (i32.const 20)) (then unreachable))
    (drop (call $close (i32.const 4))))
  (func (export "load_and_keep")
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 6) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32))))
  (func (export "close_output") (drop (call $close (i32.const 1))))
  (func (export "leave") (call $exit (i32.const 3)))
  (func (export "crash") unreachable)
  (func (export "wrong") (param i32))
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))))`);

Deno.test("a command that has loaded a file runs without it", async () => {
  const dirs = { "/": memoryDirectory({ "config": "loaded once" }) };
  const module = await preinitialize(COMMAND, { dirs, initializer: "load" });
  const stdout = captureOutput();
  const { code } = await run(module, { stdout });
  assertEquals([code, stdout.text()], [0, "loaded once"]);
});

Deno.test("what no module can begin with, and an initialization that fails, are refused", async () => {
  const dirs = { "/": memoryDirectory({ "config": "" }) };
  const refused = async (initializer: string, kind: new (...args: never[]) => Error): Promise<string> => {
    return (await assertRejects(() => preinitialize(COMMAND, { dirs, initializer }), kind) as Error).message;
  };
  assertEquals(
    await refused("load_and_keep", SnapshotError),
    "The initialization leaves descriptor 4 open: no module begins so",
  );
  assertEquals(
    await refused("close_output", SnapshotError),
    "The initialization has closed a descriptor: no module begins so",
  );
  assertEquals(await refused("crash", UnusableModuleError), "The initialization crashed: unreachable");
  assertEquals(await refused("leave", UnusableModuleError), "The initialization exited with 3");
  assertEquals(
    await refused("wrong", UnusableModuleError),
    'The module exports no function "wrong" without parameters and results',
  );
  const endless = wat(`(module (func (export "_initialize") (loop (br 0))))`);
  await assertRejects(
    () => preinitialize(endless, { limits: { timeout: 100 } }),
    UnusableModuleError,
    "was ended: Time limit reached",
  );
  await assertRejects(() => preinitialize(COMMAND), UnusableModuleError, "nothing that initializes it");
  await assertRejects(
    () => preinitialize(wat(`(module (import "env" "m" (memory 1)) (func (export "_initialize")))`)),
    SnapshotError,
    "imports memory",
  );
});

/** Writes 100 bytes, reads one into 200, asks the host for a number into 204, and counts to a million. */
const BUSY = wat(`(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "h" "answer" (func $answer (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\64\\00\\00\\00\\c8\\00\\00\\00\\01\\00\\00\\00")
  (func (export "_initialize") (local $n i32)
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 300)))
    (drop (call $read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 300)))
    (i32.store (i32.const 204) (call $answer (i32.const 20)))
    (loop (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000000)))))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0))))`);

const host = [
  hostFunctions("h", { answer: fn(["i32"], (half) => half * 2 + 2, { result: "i32" }) }),
];

Deno.test("an initialization gets all that it is promised: input, output, host functions, fuel enough", async () => {
  const stdout = captureOutput();
  const lines: string[] = [];
  const module = await preinitialize(BUSY, {
    host,
    stdin: { text: "x" },
    stdout,
    limits: { output: 100, fuel: 100_000_000, timeout: 60_000 },
    trace: (line) => lines.push(line),
  });
  const imports = { wasi_snapshot_preview1: { fd_write: () => 0, fd_read: () => 0 }, h: { answer: () => 0 } };
  const { get } = instance(module, imports);
  assertEquals([get!(200), get!(204)], ["x".charCodeAt(0), 42]);
  assertEquals([stdout.bytes().length, lines.length], [100, 2]);
  assertEquals(describeModule(module).imports.map(({ name }) => name), ["fd_write", "fd_read", "answer"]);
});

Deno.test("an initialization is held to its limits", async () => {
  const refused = async (options: PreinitializeOptions): Promise<string> => {
    const initializing = preinitialize(BUSY, { host, stdout: "null", ...options });
    return (await assertRejects(() => initializing, UnusableModuleError) as Error).message;
  };
  assertEquals(
    await refused({ limits: { fuel: 10 } }),
    "The initialization was ended: Fuel limit of 10 reached",
  );
  const stdout = captureOutput();
  assertEquals(
    await refused({ stdout, limits: { output: 10 } }),
    "The initialization was ended: Output limit of 10 bytes reached",
  );
  assertEquals(stdout.bytes().length, 10);
});

Deno.test("what an initialization cannot have is refused before it begins", async () => {
  const refused = async (options: Record<string, unknown>, message: string): Promise<void> => {
    const stdout = captureOutput();
    const initializing = preinitialize(BUSY, { host, stdout, ...options });
    await assertRejects(() => initializing, TypeError, message);
    assertEquals(stdout.bytes().length, 0);
  };
  const { signal } = new AbortController();
  for (
    const [name, value] of Object.entries({ invoke: { name: "get" }, signal, report: true, listeners: [] })
  ) {
    await refused({ [name]: value }, `cannot have "${name}"`);
  }
  await refused({ stdin: new ReadableStream() }, "cannot wait");
  await refused({ stdin: ReadableStream.from(["x"]).values() }, "cannot wait");
  await refused({ stderr: new WritableStream() }, "cannot wait");
  const later = asyncFn(["i32"], (half) => Promise.resolve(half * 2), { result: "i32" });
  await refused({ host: [hostFunctions("h", { answer: later })] }, "cannot wait");
});
