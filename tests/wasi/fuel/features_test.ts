import { assertEquals } from "@std/assert";
import { code, moduleOf, section, wat } from "../binary/wat.ts";
import { countEach, metered, outcome } from "./run.ts";

/** The same results as without a meter, and the same count as one by one. */
function agrees(bytes: Uint8Array<ArrayBuffer>, ...args: unknown[]): unknown {
  const expected = outcome(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports, "f", ...args);
  const counted = new WebAssembly.Instance(new WebAssembly.Module(countEach(bytes))).exports;
  outcome(counted, "f", ...args);
  // With small slices the fuel is always near zero, which hides what was lost; with large ones it never has to be asked for.
  for (const slice of [3, 1e6]) {
    const { fuel, exports } = metered(bytes, { slice });
    assertEquals(outcome(exports, "f", ...args), expected);
    assertEquals(fuel.used, (counted.count as WebAssembly.Global).value);
  }
  return "value" in expected ? expected.value : expected.error;
}

/** The same, but with prices above one: the difference to one by one is given. */
function costsMore(bytes: Uint8Array<ArrayBuffer>, more: bigint): unknown {
  const expected = outcome(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports, "f");
  const counted = new WebAssembly.Instance(new WebAssembly.Module(countEach(bytes))).exports;
  outcome(counted, "f");
  for (const slice of [3, 1e6]) {
    const { fuel, exports } = metered(bytes, { slice });
    assertEquals(outcome(exports, "f"), expected);
    assertEquals(fuel.used, (counted.count as WebAssembly.Global).value as bigint + more);
  }
  return "value" in expected ? expected.value : expected.error;
}

Deno.test("numbers: sign extension, saturating conversion, multiple values", () => {
  const bytes = wat(
    `(module (func $two (result i32 i64) (i32.extend8_s (i32.const 0x80)) (i64.trunc_sat_f64_s (f64.const 1e99)))
    (func (export "f") (result i64) (call $two) (drop) (i64.extend_i32_s)))`,
  );
  assertEquals(agrees(bytes), -128n);
});

Deno.test("vectors, relaxed ones too", () => {
  const bytes = wat(`(module (memory 1) (func (export "f") (param i32) (result i32)
    (v128.store (i32.const 0) (v128.const i32x4 1 2 3 4))
    (i32x4.extract_lane 2 (i32x4.add (v128.load (i32.const 0))
      (v128.load32_lane 2 (i32.const 4) (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
        (i32x4.splat (local.get 0)) (i8x16.relaxed_swizzle (v128.const i32x4 0 0 0 0) (v128.load32_zero (i32.const 0)))))))))`);
  assertEquals(agrees(bytes, 5), 5);
});

Deno.test("tail calls do not use stack, metered or not", () => {
  const bytes = wat(`(module (type $t (func (param i32) (result i32))) (table funcref (elem $f))
    (func $f (export "f") (param i32) (result i32)
      (if (i32.eqz (local.get 0)) (then (return (i32.const 42))))
      (if (i32.and (local.get 0) (i32.const 1)) (then (return_call $f (i32.sub (local.get 0) (i32.const 1)))))
      (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))`);
  assertEquals(agrees(bytes, 200_000), 42);
});

Deno.test("shared memory and atomics", () => {
  const bytes = wat(`(module (memory 1 1 shared) (func (export "f") (result i32)
    (i32.atomic.store (i32.const 8) (i32.const 5)) (atomic.fence)
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 2)))
    (drop (i32.atomic.rmw.cmpxchg (i32.const 8) (i32.const 7) (i32.const 9)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))
    (i32.atomic.load (i32.const 8))))`);
  assertEquals(agrees(bytes), 9);
});

Deno.test("several memories, of 32 and 64 bits", () => {
  const bytes = wat(`(module (memory $a 1) (memory $b i64 1) (data $d "0123456789abcdef")
    (func (export "f") (result i32)
      (memory.fill $b (i64.const 0) (i32.const 7) (i64.const 32))
      (memory.copy $a $b (i32.const 16) (i64.const 0) (i32.const 32))
      (memory.copy $b $a (i64.const 64) (i32.const 16) (i32.const 16))
      (memory.init $b $d (i64.const 0) (i32.const 0) (i32.const 16))
      (i32.add (i32.load8_u $a (i32.const 20)) (i32.add (i32.load8_u $b (i64.const 0))
        (i32.add (memory.size $a) (i32.wrap_i64 (memory.size $b)))))))`);
  assertEquals(costsMore(bytes, 2n + 2n + 1n + 1n), 7 + 48 + 2);
});

Deno.test("constant expressions that compute", () => {
  const bytes = wat(`(module (global $g i32 (i32.add (i32.const 40) (i32.mul (i32.const 1) (i32.const 2))))
    (func (export "f") (result i32) (global.get $g)))`);
  assertEquals(agrees(bytes), 42);
});

Deno.test("blocks whose types are written longer than they need be", () => {
  const f = [
    ...[0x03, 0xc0, 0x7f, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // loop, of no values in two bytes
    ...[0x02, 0x80, 0x80, 0x00, 0x20, 0, 0x0b, 0x0b], // block, of type 0 in three
  ];
  const bytes = moduleOf(
    section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
    section(3, [1, 1]),
    section(7, [1, 1, 0x66, 0, 0]),
    code(f),
  );
  assertEquals(agrees(bytes, 9), 0);
});

// (type 0 (array (mut i32))) (type 1 (struct (mut i32) (ref null 0))) (type 2 (func (result i32))) (type 3 (func (param anyref) (result i32)))
const TYPES = section(1, [
  4,
  0x5e,
  0x7f,
  1,
  0x5f,
  2,
  0x7f,
  1,
  0x63,
  0,
  0,
  0x60,
  0,
  1,
  0x7f,
  0x60,
  1,
  0x6e,
  1,
  0x7f,
]);
const EXPORT = section(7, [1, 1, 0x66, 0, 0]);
const END = 0x0b;
const number = (value: number): number[] => [0x41, value];

Deno.test("structs and arrays", () => {
  const body = [
    ...[...number(3), ...number(4), 0xfb, 0x06, 0], // array.new of 4 threes
    ...[0x21, 0, 0x20, 0, ...number(1), ...number(9), ...number(2), 0xfb, 0x10, 0], // array.fill from 1, two nines
    ...[0x20, 0, ...number(2), 0x20, 0, ...number(0), ...number(2), 0xfb, 0x11, 0, 0], // array.copy
    ...[...number(5), 0x20, 0, 0xfb, 0x00, 1, 0x21, 1], // struct.new
    ...[0x20, 1, 0xfb, 0x02, 1, 0], // struct.get 0
    ...[0x20, 1, 0xfb, 0x02, 1, 1, ...number(3), 0xfb, 0x0b, 0], // array.get 3 of struct.get 1
    ...[0x6a, ...number(1), ...number(2), ...number(3), 0xfb, 0x08, 0, 3, 0xfb, 0x0f, 0x6a], // array.new_fixed, array.len
    ...[...number(6), 0xfb, 0x07, 0, 0xfb, 0x0f, 0x6a, END], // array.new_default
  ];
  const locals = [2, 1, 0x63, 0, 1, 0x63, 1];
  const bytes = moduleOf(
    TYPES,
    section(3, [1, 2]),
    EXPORT,
    section(10, [1, locals.length + body.length, ...locals, ...body]),
  );
  assertEquals(costsMore(bytes, BigInt(4 + 2 + 2 + 3 + 6)), 5 + 9 + 3 + 6);
});

Deno.test("casts that branch, small integers, null tests", () => {
  // f: g(i31 7) + g(struct) + g(null); g: a chain of branches by type
  const g = [
    ...[0x02, 0x40], // block: null goes to its end
    ...[0x02, 0x64, 0x6c], // block (result (ref i31))
    ...[0x20, 0, 0xd5, 1], // br_on_null
    ...[0xfb, 0x18, 0, 0, 0x6e, 0x6c], // br_on_cast 0 (ref any) (ref i31)
    ...[0xfb, 0x14, 0x6b, 0x0f, END], // ref.test struct, return
    ...[0xfb, 0x1d, 0x0f, END], // i31.get_s, return
    ...[...number(30), END],
  ];
  const f = [
    ...[...number(7), 0xfb, 0x1c, 0x10, 1],
    ...[0xfb, 0x01, 1, 0x10, 1, 0x6a],
    ...[0xd0, 0x6e, 0x10, 1, 0x6a, END],
  ];
  const bytes = moduleOf(TYPES, section(3, [2, 2, 3]), EXPORT, code(f, g));
  assertEquals(agrees(bytes), 7 + 1 + 30);
});

Deno.test("calls through typed references", () => {
  const f = [0xd2, 1, 0x14, 2, 0xd2, 2, 0xd4, 0x14, 2, 0x6a, END]; // ref.func, call_ref, ref.as_non_null
  const g = [0xd2, 2, 0x15, 2, END]; // return_call_ref
  const h = [...number(20), END];
  const declared = section(9, [1, 3, 0, 2, 1, 2]);
  const bytes = moduleOf(TYPES, section(3, [3, 2, 2, 2]), EXPORT, declared, code(f, g, h));
  assertEquals(agrees(bytes), 40);
});

Deno.test("exceptions with values, caught into a loop, which goes on with fresh fuel", () => {
  // A loop with an i32 parameter: round n throws n + 1 back to its head until it is 10.
  const thrower = [0x20, 0, ...number(1), 0x6a, 0x08, 0, END];
  const f = [
    ...[...number(0), 0x03, 3], // loop (type 3)
    ...[0x22, 0, 0x20, 0, ...number(10), 0x4e, 0x0d, 1, 0x21, 0], // ten rounds, then out with the value
    ...[0x1f, 0x40, 1, 0x00, 0, 0], // try_table (catch 0 0)
    ...[0x20, 0, 0x10, 1, END, 0x00, END, END],
  ];
  const types = section(1, [4, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 1, 0x7f, 0, 0x60, 1, 0x7f, 1, 0x7f]);
  const bytes = moduleOf(
    types,
    section(3, [2, 0, 1]),
    section(13, [1, 0, 2]),
    EXPORT,
    section(10, [2, f.length + 3, 1, 1, 0x7f, ...f, thrower.length + 1, 0, ...thrower]),
  );
  assertEquals(agrees(bytes), 10);
});
