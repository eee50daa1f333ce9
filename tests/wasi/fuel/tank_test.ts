import { assertEquals, assertThrows } from "@std/assert";
import { Fuel, FuelExhausted, meter } from "../../../wasi/fuel.ts";
import { wat } from "../binary/wat.ts";
import { metered, outcome } from "./run.ts";

/** JavaScript promise integration, which the type declarations do not know yet. */
interface PromiseIntegration {
  readonly Suspending: new (wait: (...args: bigint[]) => Promise<bigint>) => WebAssembly.ImportValue;
  promising(run: WebAssembly.ExportValue): (...args: number[]) => Promise<unknown>;
}
const { Suspending, promising } = WebAssembly as unknown as PromiseIntegration;

const SPIN = `(module (func (export "f") (param i32)
  (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`;

Deno.test("the count does not depend on the size of the slices", () => {
  for (const slice of [1, 4, 7, 1000, 10n ** 15n]) {
    const { fuel, exports } = metered(wat(SPIN), { slice });
    outcome(exports, "f", 100);
    assertEquals(fuel.used, 500n);
  }
});

Deno.test("each slice but the first gives the host its turn, and it may end the guest", () => {
  let turns = 0;
  const options = {
    slice: 50,
    onSlice(): void {
      if (++turns === 3) throw new DOMException("Enough", "AbortError");
    },
  };
  const { fuel, exports } = metered(wat(SPIN), options);
  assertEquals(outcome(exports, "f", 100), { error: "AbortError: Enough" });
  assertEquals([turns, fuel.exhausted], [3, true]);
  assertEquals(outcome(exports, "f", 1), { error: "AbortError: Enough" });
});

Deno.test("a limit that is raised lets the guest run again", () => {
  const { fuel, exports } = metered(wat(SPIN), { limit: 499 });
  assertEquals(outcome(exports, "f", 100), { error: "FuelExhausted: Fuel limit of 499 reached" });
  fuel.limit = 10_000n;
  assertEquals(fuel.exhausted, false);
  assertEquals(outcome(exports, "f", 100), { value: undefined });
});

Deno.test("a guest that catches its own end cannot do anything with it", () => {
  const bytes = wat(
    `(module (import "env" "reach" (func $reach)) (global $n (export "n") (mut i32) (i32.const 0))
    (func $try (try (do (loop (br 0))) (catch_all)))
    (func $tries (try (do (call $try) (call $reach)) (catch_all (call $reach) (br 0))))
    (func (export "f")
      (loop
        (call $try)
        (try (do (call $tries)) (catch_all (call $reach)))
        (call $reach)
        (global.set $n (i32.const 1))
        (br 0)))
    (func (export "quiet") (call $try)))`,
  );
  let reached = 0;
  const { fuel, exports } = metered(bytes, { limit: 5000 }, { env: { reach: (): number => ++reached } });
  assertEquals(outcome(exports, "f"), { error: "FuelExhausted: Fuel limit of 5000 reached" });
  assertEquals([reached, (exports.n as WebAssembly.Global).value, fuel.used, fuel.exhausted], [
    0,
    0,
    5000n,
    true,
  ]);
  outcome(exports, "quiet");
  assertEquals([reached, fuel.exhausted], [0, true]);
});

Deno.test("nothing behind a handler is paid for before the handler is left", () => {
  const bytes = wat(`(module (import "env" "reach" (func $reach))
    (func (export "f") (param i32)
      (try (do (if (local.get 0) (then ${"(drop (i32.const 1))".repeat(50)}))) (catch_all))
      (call $reach)))`);
  for (const limit of [3, 20]) {
    let reached = 0;
    const { fuel, exports } = metered(bytes, { limit }, { env: { reach: (): number => ++reached } });
    outcome(exports, "f", 1);
    assertEquals([reached, fuel.exhausted], [0, true]);
  }
});

Deno.test("guests that suspend at the end of a slice take turns on one thread", async () => {
  const module = new WebAssembly.Module(meter(wat(SPIN)));
  const turns: string[] = [];
  const start = (name: string): Promise<unknown> => {
    const fuel = new Fuel({ slice: 100 });
    const refill = new Suspending(async (remaining: bigint) => {
      turns.push(name);
      await Promise.resolve();
      return fuel.refill(remaining);
    });
    const instance = new WebAssembly.Instance(module, { "keyhole:fuel": { refill } });
    return promising(instance.exports.f)(100);
  };
  await Promise.all([start("a"), start("b")]);
  assertEquals(turns.join(""), "ababababab");
});

Deno.test("only an instance of a metered module can be attached to", () => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wat("(module)")));
  assertThrows(() => new Fuel().attach(instance), TypeError, "Not an instance of a metered module");
});

Deno.test("a limit of nothing stops at the first instruction", () => {
  const { fuel, exports } = metered(wat(SPIN), { limit: 0 });
  assertThrows(() => (exports.f as (rounds: number) => void)(1), FuelExhausted, "Fuel limit of 0 reached");
  assertEquals(fuel.used, 0n);
});

Deno.test("the remaining fuel is there to be read and written", () => {
  const { exports } = metered(wat(SPIN), { slice: 1000 });
  const global = exports["keyhole:fuel"] as WebAssembly.Global;
  outcome(exports, "f", 100);
  assertEquals(global.value, 500n);
  global.value = 700n;
  outcome(exports, "f", 100);
  assertEquals(global.value, 200n);
});
