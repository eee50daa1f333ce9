import { assertEquals, assertThrows } from "@std/assert";
import {
  applyState,
  captureInstance,
  checkState,
  type InstanceState,
} from "../../../wasi/snapshot/instance_state.ts";
import { SnapshotError } from "../../../wasi/snapshot/error.ts";
import { reachState, type StateShape } from "../../../wasi/snapshot/shape.ts";
import { moduleOf, section, wat } from "../binary/wat.ts";

interface Loaded {
  readonly shape: StateShape;
  instance(): WebAssembly.Exports;
}

function load(source: string | Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): Loaded {
  const { bytes, shape } = reachState(typeof source === "string" ? wat(source) : source);
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  return { shape, instance: () => new WebAssembly.Instance(module, imports).exports };
}

function call(exports: WebAssembly.Exports, name: string, ...args: unknown[]): unknown {
  return (exports[name] as (...args: unknown[]) => unknown)(...args);
}

/** Puts anything into a table, also what the types of the library do not know. */
function put(table: WebAssembly.ExportValue, index: number, value: unknown): void {
  (table as WebAssembly.Table).set(index, value as () => void);
}

/** Captures the state of one instance and gives it to a fresh one, after the check that any state goes through. */
function move({ shape, instance }: Loaded, from: WebAssembly.Exports): WebAssembly.Exports {
  const state = captureInstance(shape, from);
  checkState(shape, state);
  const fresh = instance();
  applyState(shape, fresh, state, captureInstance(shape, instance()));
  assertEquals(captureInstance(shape, fresh), state);
  return fresh;
}

Deno.test("hidden memories, globals and tables go from one instance to the other", () => {
  const loaded = load(`(module
    (memory 1) (memory $two 1)
    (global $i (mut i32) (i32.const 0)) (global $j (mut i64) (i64.const 0))
    (global $f (mut f32) (f32.const 0)) (global $d (mut f64) (f64.const 0))
    (table 4 funcref)
    (func $one (result i32) i32.const 1) (func $two (result i32) i32.const 2)
    (elem (i32.const 0) $one) (elem declare func $two)
    (func (export "change")
      (i32.store (i32.const 70000) (i32.const 5))
      (i32.store $two (i32.const 0) (i32.const 6))
      (global.set $i (i32.const -1)) (global.set $j (i64.const -2))
      (global.set $f (f32.const -0.0)) (global.set $d (f64.const 1e300))
      (table.set (i32.const 0) (ref.null func)) (table.set (i32.const 3) (ref.func $two)))
    (func (export "grow") (drop (memory.grow (i32.const 1))))
    (func (export "memory") (result i32) (i32.add (i32.load (i32.const 70000)) (i32.load $two (i32.const 0))))
    (func (export "i") (result i32) (global.get $i)) (func (export "j") (result i64) (global.get $j))
    (func (export "f") (result f32) (global.get $f)) (func (export "d") (result f64) (global.get $d))
    (func (export "empty") (result i32) (ref.is_null (table.get (i32.const 0))))
    (func (export "call") (result i32) (call_indirect (result i32) (i32.const 3))))`);
  const first = loaded.instance();
  call(first, "grow");
  call(first, "change");
  const second = move(loaded, first);
  const seen = ["memory", "i", "j", "f", "d", "empty", "call"].map((name) => call(second, name));
  assertEquals(seen, [11, -1, -2n, -0, 1e300, 1, 2]);
});

/** Globals of every type that is no reference, with functions that tell and take their bits in words. */
const BITS = `(module
  (global $i (mut i32) (i32.const 1)) (global $j (mut i64) (i64.const 2))
  (global $f (mut f32) (f32.const nan:0x200001)) (global $v (mut v128) (v128.const i64x2 3 4))
  (global $d (mut f64) (f64.const nan:0x4000000000001))
  (func (export "get") (result i32 i64 i32 i64 i64 i64)
    (global.get $i) (global.get $j) (i32.reinterpret_f32 (global.get $f))
    (i64x2.extract_lane 0 (global.get $v)) (i64x2.extract_lane 1 (global.get $v))
    (i64.reinterpret_f64 (global.get $d)))
  (func (export "set") (param i32 i64 i32 i64 i64 i64)
    (global.set $i (local.get 0)) (global.set $j (local.get 1)) (global.set $f (f32.reinterpret_i32 (local.get 2)))
    (global.set $v (i64x2.replace_lane 1 (i64x2.splat (local.get 3)) (local.get 4)))
    (global.set $d (f64.reinterpret_i64 (local.get 5)))))`;

Deno.test("globals keep all their bits: which NaN, which zero, both halves of a vector", () => {
  const loaded = load(BITS);
  const untouched = loaded.instance();
  assertEquals(call(move(loaded, untouched), "get"), call(untouched, "get"));
  const small = [0, 1, -1, 0x7fc00000, 0x7f800001, 0x7fa00000, -0x400000, -0x80000000, 0x3f800000];
  const large = [
    0n,
    1n,
    -1n,
    0x7ff8n << 48n,
    (0x7ff0n << 48n) + 1n,
    -(1n << 51n),
    -(1n << 63n),
    0x3ffn << 52n,
  ];
  for (const bits of small) {
    for (const [at, word] of large.entries()) {
      const [before, after] = [large.at(at - 1), large[(at + 1) % large.length]];
      const values = [bits, word, bits, before, after, word];
      const first = loaded.instance();
      call(first, "set", ...values);
      assertEquals([...call(move(loaded, first), "get") as Iterable<unknown>], values);
    }
  }
});

Deno.test("a grown table keeps functions of the host that the module imports, and globals that refer to functions", () => {
  let calls = 0;
  const loaded = load(
    `(module (import "env" "f" (func $f))
      (table $t 1 funcref) (global $g (mut funcref) (ref.null func)) (elem declare func $f)
      (func (export "change")
        (drop (table.grow (ref.func $f) (i32.const 2)))
        (global.set $g (ref.func $f)))
      (func (export "call") (call_indirect (i32.const 2)))
      (func (export "null") (result i32) (ref.is_null (global.get $g))))`,
    { env: { f: () => calls++ } },
  );
  const first = loaded.instance();
  call(first, "change");
  const second = move(loaded, first);
  call(second, "call");
  assertEquals([calls, call(second, "null")], [1, 0]);
});

Deno.test("an imported table is reached too", () => {
  const { bytes, shape } = reachState(
    wat(`(module (import "env" "t" (table 2 funcref)) (import "env" "m" (memory 1)))`),
  );
  assertEquals([shape.tables.length, shape.memories.length], [1, 1]);
  assertEquals(WebAssembly.validate(new Uint8Array(bytes)), true);
});

Deno.test("structs and arrays that are always there are not lost in silence", () => {
  const ARRAY = [0x5e, 0x7f, 1]; // (type 0 (array (mut i32)))
  const made = [0x41, 3, 0xfb, 0x07, 0, 0x0b]; // (array.new_default 0 (i32.const 3))
  const mutable = (bit: number): number[] => section(6, [1, 0x63, 0, bit, ...made]);
  const capture = (...sections: readonly number[][]): unknown => {
    const { bytes, shape } = reachState(moduleOf(section(1, [1, ...ARRAY]), ...sections));
    return captureInstance(shape, new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  };
  const kept = {
    "in a global": mutable(0),
    "in a segment": section(9, [1, 5, 0x63, 0, 1, ...made]),
  };
  for (const [where, keeping] of Object.entries(kept)) {
    const error = assertThrows(() => capture(keeping), SnapshotError, undefined, where) as SnapshotError;
    assertEquals(
      [error.code, error.message],
      [
        "unsupported",
        "The module keeps structs or arrays, which a host cannot read: no snapshot can be taken",
      ],
    );
  }
  assertThrows(
    () => capture(mutable(1)),
    SnapshotError,
    "Global 0 refers to something that is not a function",
  );
  // A null, and a small number, are the same in every instance.
  capture(section(6, [2, 0x63, 0, 0, 0xd0, 0, 0x0b, 0x6c, 0, 0x41, 7, 0xfb, 0x1c, 0x0b]));
});

Deno.test("what the host cannot see is named", () => {
  const refused = (
    source: string | Uint8Array<ArrayBuffer>,
    change?: (exports: WebAssembly.Exports) => void,
  ): string => {
    const loaded = load(source);
    const exports = loaded.instance();
    change?.(exports);
    const error = assertThrows(() => captureInstance(loaded.shape, exports), SnapshotError);
    assertEquals(error.code, "unsupported");
    return error.message;
  };
  assertEquals(
    refused(moduleOf(section(6, [1, 0x69, 1, 0xd0, 0x69, 0x0b]))), // (global (mut exnref) (ref.null exn))
    "Global 0 is of type exnref, which a host cannot read: no snapshot can be taken",
  );
  assertEquals(
    refused(`(module (table (export "t") 3 externref))`, ({ t }) => put(t, 2, "text")),
    "Entry 2 of table 0 refers to something that is not a function of the module: no snapshot can be taken",
  );
  const other = load(`(module (func (export "f")))`).instance();
  assertEquals(
    refused(
      `(module (table (export "t") 1 funcref) (func (export "f")))`,
      ({ t }) => put(t, 0, other.f),
    ),
    "Entry 0 of table 0 refers to something that is not a function of the module: no snapshot can be taken",
  );
  assertEquals(
    refused(`(module (memory 1 1 shared))`),
    "Memory 0 is shared between threads: no snapshot can be taken",
  );
});

Deno.test("a state that does not fit is refused before anything is made", () => {
  const { shape, instance } = load(
    `(module (memory 1 2) (table 1 3 funcref) (global (mut i32) (i32.const 0)) (func (export "f")))`,
  );
  const good = captureInstance(shape, instance());
  const refused = (change: Partial<InstanceState>, code: string): void => {
    const error = assertThrows(() => checkState(shape, { ...good, ...change }), SnapshotError);
    assertEquals(error.code, code);
  };
  const memory = (
    pages: number,
  ): InstanceState["memories"] => [{ length: pages * 65536, runs: [], data: new Uint8Array() }];
  checkState(shape, good);
  refused({ memories: [] }, "damaged");
  refused({ memories: memory(0) }, "damaged");
  refused({ memories: memory(3) }, "too-large");
  refused({ memories: memory(2 ** 36) }, "too-large");
  refused({ globals: [1n << 32n] }, "damaged");
  refused({ globals: [] }, "damaged");
  refused({ globals: [0n, 0n] }, "damaged");
  refused({ tables: [new Uint32Array(0)] }, "damaged");
  refused({ tables: [new Uint32Array(4)] }, "too-large");
  refused({ tables: [new Uint32Array([2])] }, "damaged");
  checkState(shape, { ...good, tables: [new Uint32Array([1])] });
});

Deno.test("a reference of a type that the module does not allow leaves nothing behind", () => {
  const { shape, instance } = load(`(module (table 1 externref) (func (export "f")))`);
  const state = { ...captureInstance(shape, instance()), memories: [], tables: [new Uint32Array([1])] };
  checkState(shape, state);
  applyState(shape, instance(), state, { ...state, tables: [] }); // a function is a fine externref
  const loaded = load(`(module (memory 1 1) (func (export "f")))`);
  const large = captureInstance(loaded.shape, loaded.instance());
  const unlimited = load(`(module (memory 1))`);
  const beyond = { ...large, memories: [{ ...large.memories[0], length: 65536 * 65537 }] };
  assertEquals(
    assertThrows(() => applyState(unlimited.shape, unlimited.instance(), beyond, large), SnapshotError).code,
    "too-large",
  );
});

Deno.test("tables and memories with 64-bit addresses", () => {
  const loaded = load(
    `(module (memory i64 1) (func (export "change") (drop (memory.grow (i64.const 1))) (i32.store (i64.const 65540) (i32.const 9)))
    (func (export "look") (result i32) (i32.load (i64.const 65540))))`,
  );
  const first = loaded.instance();
  call(first, "change");
  assertEquals(call(move(loaded, first), "look"), 9);
});
