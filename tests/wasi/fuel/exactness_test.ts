import { assertEquals, assertThrows } from "@std/assert";
import { FuelExhausted } from "../../../wasi/fuel.ts";
import { wat } from "../binary/wat.ts";
import { metered, outcome } from "./run.ts";

/** Calls `f` and says what it used; with one unit less it has to be stopped before it can return. */
function cost(body: string, ...args: readonly unknown[]): number {
  const bytes = wat(`(module ${body})`);
  const { fuel, exports } = metered(bytes);
  (exports.f as (...args: readonly unknown[]) => void)(...args);
  const enough = metered(bytes, { limit: fuel.used });
  (enough.exports.f as (...args: readonly unknown[]) => void)(...args);
  assertEquals(enough.fuel.used, fuel.used);
  if (fuel.used > 0n) {
    const short = metered(bytes, { limit: fuel.used - 1n });
    assertThrows(() => (short.exports.f as (...args: readonly unknown[]) => void)(...args), FuelExhausted);
  }
  return Number(fuel.used);
}

Deno.test("an instruction is one unit, structure is free", () => {
  assertEquals(cost(`(func (export "f"))`), 0);
  assertEquals(cost(`(func (export "f") nop nop block nop end)`), 0);
  assertEquals(cost(`(func (export "f") (drop (i32.const 1)))`), 2);
  assertEquals(cost(`(func (export "f") (result i32) (i32.add (i32.const 1) (i32.const 2)))`), 3);
  assertEquals(cost(`(func (export "f") return)`), 1);
  assertEquals(cost(`(func (export "f") (block (br 0) (drop (i32.const 1))))`), 1);
});

Deno.test("only the arm that is taken is paid for", () => {
  const body =
    `(func (export "f") (param i32) (if (local.get 0) (then nop (drop (i32.const 1))) (else (drop (i64.const 1)) return)))`;
  assertEquals(cost(body, 1), 4);
  assertEquals(cost(body, 0), 5);
  assertEquals(cost(`(func (export "f") (param i32) (if (local.get 0) (then (drop (i32.const 1)))))`, 0), 2);
});

Deno.test("a loop pays for each round", () => {
  const body = `(func (export "f") (param i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`;
  assertEquals(cost(body, 1), 5);
  assertEquals(cost(body, 1000), 5000);
});

Deno.test("a tight loop is resumed where it ran out, whatever the slices", () => {
  const body = `(func (export "f") (param i32) (result i32) (local $sum i32)
    (loop $outer
      (loop $inner
        (local.set $sum (i32.add (local.get $sum) (local.get 0)))
        (br_if $inner (i32.rem_u (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 10))))
      (br_if $outer (local.get 0)))
    (local.get $sum))`;
  assertEquals(cost(body, 100), 100 * 11 + 10 * 2 + 1);
  for (let slice = 1; slice < 30; slice++) {
    const { fuel, exports } = metered(wat(`(module ${body})`), { slice });
    assertEquals(outcome(exports, "f", 100), { value: 5050 });
    assertEquals(fuel.used, 1121n);
  }
});

Deno.test("a call pays for itself and for what it calls", () => {
  const body =
    `(func $g (result i32) (i32.const 1)) (func (export "f") (drop (i32.add (call $g) (call $g))))`;
  assertEquals(cost(body), 2 + 2 + 2);
});

Deno.test("what a host sees during a call is what was executed so far", () => {
  const bytes = wat(`(module (import "env" "look" (func $look))
    (func (export "f") (drop (i32.const 1)) (call $look) (drop (i32.const 1)) (drop (i32.const 1)) (call $look)))`);
  const seen: bigint[] = [];
  const run = metered(bytes, {}, { env: { look: (): number => seen.push(run.fuel.used) } });
  outcome(run.exports, "f");
  assertEquals([seen, run.fuel.used], [[3n, 8n], 8n]);
});

Deno.test("a host that ends the guest in a call is not told of what comes behind it", () => {
  const bytes = wat(`(module (import "env" "exit" (func $exit))
    (func (export "f") (call $exit) (drop (i32.const 1)) (drop (i32.const 1))))`);
  const { fuel, exports } = metered(bytes, {}, {
    env: {
      exit(): never {
        throw new Error("exit");
      },
    },
  });
  assertEquals(outcome(exports, "f"), { error: "Error: exit" });
  assertEquals(fuel.used, 1n);
});

Deno.test("memory instructions pay for every 16 bytes", () => {
  const fill =
    `(memory 1) (func (export "f") (param i32) (memory.fill (i32.const 0) (i32.const 7) (local.get 0)))`;
  assertEquals([0, 15, 16, 65536].map((size) => cost(fill, size)), [4, 4, 5, 4 + 4096]);
  const copy =
    `(memory 1) (func (export "f") (param i32) (memory.copy (i32.const 0) (i32.const 8) (local.get 0)))`;
  assertEquals([0, 160].map((size) => cost(copy, size)), [4, 14]);
  const init = `(memory 1) (data $d "${"x".repeat(64)}")
    (func (export "f") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 64)) (data.drop $d))`;
  assertEquals(cost(init), 4 + 4 + 1);
});

Deno.test("memories of 64 bits pay the same", () => {
  const body = `(memory i64 1 4) (func (export "f") (param i64)
    (memory.fill (i64.const 0) (i32.const 7) (local.get 0))
    (memory.copy (i64.const 0) (i64.const 8) (local.get 0))
    (drop (memory.grow (i64.const 2))) (drop (memory.grow (i64.const 2))))`;
  assertEquals(cost(body, 64n), 4 + 4 + 4 + 4 + 3 + 2 * 4096 + 3);
});

Deno.test("growing is paid for when it succeeds", () => {
  const grow = `(memory 1 3) (func (export "f") (param i32) (result i32) (memory.grow (local.get 0)))`;
  assertEquals([0, 2, 3, 0xffffffff].map((pages) => cost(grow, pages)), [2, 2 + 2 * 4096, 2, 2]);
  const table = `(table 1 100 funcref)
    (func (export "f") (param i32) (result i32) (table.grow (ref.null func) (local.get 0)))`;
  assertEquals([0, 99, 100].map((entries) => cost(table, entries)), [3, 3 + 99, 3]);
});

Deno.test("table instructions pay for every entry", () => {
  const body =
    `(table $t 100 funcref) (table $u 100 funcref) (elem $e func 0 0 0) (func (export "f") (param i32)
    (table.fill $t (i32.const 0) (ref.null func) (local.get 0))
    (table.copy $u $t (i32.const 0) (i32.const 0) (local.get 0))
    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 3))
    (elem.drop $e))`;
  assertEquals([0, 50].map((entries) => cost(body, entries)), [
    4 + 4 + 4 + 3 + 1,
    4 + 50 + 4 + 50 + 4 + 3 + 1,
  ]);
});

Deno.test("a function pays for clearing many locals", () => {
  assertEquals(cost(`(func (export "f") (local ${"i32 ".repeat(15)}))`), 0);
  assertEquals(cost(`(func (export "f") (local ${"i32 ".repeat(16)}))`), 1);
  assertEquals(cost(`(func (export "f") (local ${"i64 ".repeat(1000)}))`), 62);
});

Deno.test("a trap has paid for the rest of its stretch, and for no more", () => {
  const bytes = wat(`(module (memory 1) (func (export "f") (param i32)
    (drop (i32.load (local.get 0))) (drop (i32.const 1)) (block (br_if 0 (local.get 0)) (drop (i32.const 1)))))`);
  const { fuel, exports } = metered(bytes);
  assertEquals(outcome(exports, "f", -1), { error: "RuntimeError: memory access out of bounds" });
  assertEquals(fuel.used, 7n);
});

Deno.test("the start function is paid for too", () => {
  const bytes = wat(`(module (func $start (drop (i32.const 1))) (start $start) (func (export "f")))`);
  assertEquals(metered(bytes).fuel.used, 2n);
  assertThrows(() => metered(bytes, { limit: 1 }), FuelExhausted, "Fuel limit of 1 reached");
  assertThrows(
    () => metered(wat(`(module (func $start (loop (br 0))) (start $start))`), { limit: 1e6 }),
    FuelExhausted,
  );
});

Deno.test("a loop that only an exception repeats is paid for", () => {
  const bytes = wat(`(module (tag $e) (func (export "f") (loop (try (do (throw $e)) (catch_all (br 1))))))`);
  const { fuel, exports } = metered(bytes, { limit: 1000 });
  assertEquals(outcome(exports, "f"), { error: "FuelExhausted: Fuel limit of 1000 reached" });
  assertEquals(fuel.used, 1000n);
});
