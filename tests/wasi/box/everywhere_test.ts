import { assertEquals } from "@std/assert";
import { Box } from "../../../wasi/box.ts";
import { bytesCodec } from "../../../wasi/box/codec.ts";
import { BoxError } from "../../../wasi/box/error.ts";
import { type BoxLimits, type BoxModule, loadBoxModule } from "../../../wasi/box/module.ts";
import type { BoxOptions } from "../../../wasi/box/options.ts";
import { Numbers } from "../../fuzz/random.ts";
import { wat } from "../binary/wat.ts";

/** What a message can do, to everything in which a guest can have state; `$a` is the second byte of the message. */
const CHANGES = [
  "(global.set $i (i32.add (global.get $i) (local.get $a)))",
  "(global.set $l (i64.mul (global.get $l) (i64.extend_i32_s (local.get $a))))",
  "(global.set $f (f32.reinterpret_i32 (i32.mul (local.get $a) (i32.const 0x01010101))))",
  "(global.set $d (f64.reinterpret_i64 (i64.shl (i64.extend_i32_u (local.get $a)) (i64.const 51))))",
  "(global.set $v (i32x4.replace_lane 2 (global.get $v) (local.get $a)))",
  "(global.set $r (table.get $t (i32.rem_u (local.get $a) (table.size $t))))",
  "(table.set $t (i32.rem_u (local.get $a) (table.size $t)) (global.get $r))",
  "(global.set $i (table.grow $u (ref.func $two) (i32.rem_u (local.get $a) (i32.const 4))))",
  "(table.copy $u $t (i32.const 1) (i32.rem_u (local.get $a) (i32.const 4)) (i32.const 2))",
  "(table.fill $t (i32.rem_u (local.get $a) (i32.const 4)) (ref.func $three) (i32.const 2))",
  "(table.init $u $e (i32.const 0) (i32.rem_u (local.get $a) (i32.const 2)) (i32.const 1))",
  "(memory.init $p (i32.mul (local.get $a) (i32.const 200)) (i32.const 1) (i32.const 3))",
  "(memory.fill $m (i32.mul (local.get $a) (i32.const 200)) (local.get $a) (i32.const 300))",
  "(memory.copy (i32.mul (local.get $a) (i32.const 100)) (i32.const 0) (i32.const 500))",
  "(global.set $i (memory.grow $m (i32.rem_u (local.get $a) (i32.const 3))))",
  "(global.set $i (memory.grow (i32.rem_u (local.get $a) (i32.const 2))))",
  "(if (i32.eqz (ref.is_null (global.get $r))) (then (table.set $t (i32.const 0) (global.get $r))))",
  "(global.set $i (call_indirect $t (result i32) (i32.rem_u (local.get $a) (table.size $t))))",
  "(drop (table.grow $x (ref.null extern) (i32.rem_u (local.get $a) (i32.const 3))))",
  "(drop (call $random (i32.const 3000) (local.get $a)))",
  "(drop (call $clock (i32.and (local.get $a) (i32.const 1)) (i64.const 0) (i32.const 3300)))",
  "(local.set $k (i32.mul (local.get $a) (i32.const 40))) " +
  "(loop (br_if 0 (i32.gt_s (local.tee $k (i32.sub (local.get $k) (i32.const 1))) (i32.const 0))))",
];

/** Does what a message says, and sends what it can see of its state. */
const GUEST = wat(`(module
  (import "env" "wasmbox_callback" (func $say (param i32 i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1 8) (memory $m 1 5) (data $p "passive") (data (i32.const 10) "active")
  (table $t 4 funcref) (table $u 3 30 funcref) (table $x 1 10 externref)
  (elem (table $t) (i32.const 0) func $one $two $random) (elem $e func $three $one) (elem declare func $two $three)
  (global $i (mut i32) (i32.const 9)) (global $l (mut i64) (i64.const 77777))
  (global $f (mut f32) (f32.const nan:0x200123)) (global $d (mut f64) (f64.const -0))
  (global $v (mut v128) (v128.const i64x2 9 8)) (global $r (mut funcref) (ref.func $one))
  (global $y (mut externref) (ref.null extern))
  (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
  (func $three (result i32) (global.set $l (i64.const 3)) (i32.const 3))
  (func (export "wasmbox_initialize"))
  (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 2048))
  (func (export "wasmbox_free") (param i32 i32))
  (func (export "wasmbox_send") (param $at i32) (param i32) (local $a i32) (local $k i32)
    (local.set $a (i32.load8_u offset=1 (local.get $at)))
    ${
  CHANGES.map((change, n) => `(if (i32.eq (i32.load8_u (local.get $at)) (i32.const ${n})) (then ${change}))`)
    .join("\n")
}
    (i32.store (i32.const 4000) (global.get $i)) (i64.store (i32.const 4004) (global.get $l))
    (f32.store (i32.const 4012) (global.get $f)) (f64.store (i32.const 4016) (global.get $d))
    (v128.store (i32.const 4024) (global.get $v)) (i32.store (i32.const 4040) (ref.is_null (global.get $r)))
    (i32.store (i32.const 4044) (table.size $t)) (i32.store (i32.const 4048) (table.size $u))
    (i32.store (i32.const 4052) (table.size $x)) (i32.store (i32.const 4056) (memory.size))
    (i32.store (i32.const 4060) (memory.size $m))
    (call $say (i32.const 3000) (i32.const 1064))))`);

/** Ways to go on behind a snapshot of a box. */
const WAYS: readonly ((
  box: Box<Uint8Array>,
  snapshot: Uint8Array,
  open: () => Promise<Box<Uint8Array>>,
) => Promise<Box<Uint8Array>>)[] = [
  (box) => Promise.resolve(box),
  (box, snapshot) => box.restore(snapshot).then(() => box),
  (box) => box.fork(),
  async (_box, snapshot, open) => {
    const other = await open();
    await other.restore(snapshot);
    return other;
  },
];

/** What a guest sends and fails over, and what it is like after each message. */
async function life(
  module: BoxModule,
  options: BoxOptions<Uint8Array>,
  messages: readonly Uint8Array[],
  ways: readonly number[],
): Promise<string[]> {
  const seen: string[] = [];
  const onMessage = (message: Uint8Array): void => void seen.push(message.toHex());
  const open = (): Promise<Box<Uint8Array>> => Box.open(module, { ...options, codec: bytesCodec, onMessage });
  let box = await open();
  let snapshot = await box.snapshot();
  for (const [at, message] of messages.entries()) {
    try {
      await box.send(message);
    } catch (error) {
      if (!(error instanceof BoxError)) throw error;
      seen.push(error.message);
      if (box.poisoned) await box.restore(snapshot);
    }
    snapshot = await box.snapshot();
    const next = await WAYS[ways[at] ?? 0]!(box, snapshot, open);
    if (next !== box) await box.close();
    box = next;
    seen.push((await box.snapshot()).toHex());
  }
  await box.close();
  return seen;
}

Deno.test("wherever a guest has state, it goes on behind a snapshot as if there had been none", async () => {
  const allLimits: BoxLimits[] = [{}, { fuel: 3000 }, { fuel: 60_000 }, { memory: 6 << 16 }, {
    timeout: 60_000,
  }];
  for (const [seed, limits] of allLimits.entries()) {
    const module = await loadBoxModule(GUEST, limits);
    for (const rollBack of [false, true]) {
      const numbers = new Numbers(2 * seed + Number(rollBack));
      const messages = Array.from(
        { length: 60 },
        () => Uint8Array.of(numbers.below(CHANGES.length), numbers.below(256)),
      );
      const ways = messages.map(() => numbers.below(WAYS.length));
      const options = { rollBack, clock: numbers.below(2) === 0 ? "set" : "step" } as const;
      assertEquals(
        await life(module, options, messages, ways),
        await life(module, options, messages, []),
        JSON.stringify({ limits, rollBack }),
      );
    }
  }
});
