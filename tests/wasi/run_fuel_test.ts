import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  asyncFn,
  hostFunctions,
  run,
  type RunModuleOptions,
  type RunOptions,
  runProgramSync,
  type RunResult,
  UnusableModuleError,
} from "../../mod.ts";
import { runModule } from "../../wasi/run.ts";
import { loadProgram } from "../../wasi/program.ts";
import { prepare } from "../../wasi/settings.ts";
import { binaryOf } from "./preview1/kit.ts";

const text = (wat: string): Uint8Array => new TextEncoder().encode(wat);
const SPIN = text('(module (func (export "_start") (loop (br 0))))');
const THRICE = text(`(module (global $n (mut i32) (i32.const 0)) (func (export "_start")
  (loop (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (br_if 0 (i32.lt_u (global.get $n) (i32.const 3))))))`);
/** Catches whatever is thrown through it, and goes on. */
const CATCHES = text('(module (func (export "_start") (loop (try (do (loop (br 0))) (catch_all)) (br 0))))');

const fuelled = (wat: Uint8Array, fuel: number): Promise<RunResult> => run(wat, { limits: { fuel } });

Deno.test("a guest that spins is ended by its fuel, always after the same number of units", async () => {
  for (const guest of [SPIN, CATCHES]) {
    const results = [await fuelled(guest, 12_345), await fuelled(guest, 12_345)];
    for (const result of results) {
      assertEquals([result.reason, result.code, result.fuel], ["limit", 125, 12_345n]);
      assertEquals(result.message, "Fuel limit of 12345 reached");
    }
  }
});

Deno.test("a guest may use all of its fuel and not one unit more", async () => {
  const used = Number((await fuelled(THRICE, 1_000_000)).fuel);
  assertEquals((await fuelled(THRICE, used)).reason, "exit");
  assertEquals((await fuelled(THRICE, used - 1)).reason, "limit");
});

Deno.test("a guest that is not metered tells no fuel, and a compiled module is not run unmetered", async () => {
  assertEquals((await run(THRICE)).fuel, undefined);
  const compiled = (await loadProgram(THRICE)).module;
  await assertRejects(() => run(compiled, { limits: { fuel: 100 } }), Error, "cannot be metered");
});

Deno.test("a suspended guest that spins has its turns, its time limit and its signal between two slices", async () => {
  const program = await loadProgram(SPIN, { metered: true });
  // Something that waits makes it a guest that can be suspended.
  const host = [hostFunctions("host", { later: asyncFn([], () => Promise.resolve()) })];
  let turns = 0;
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, turns++ > 0 ? 1 : 0));
  const { options } = prepare({ host }, "guest");
  const rations = { slice: 1000, turn };
  const timed = await runModule(program, { ...options, rations, limits: { timeout: 15 } });
  assertEquals(timed.reason, "timeout");
  assertEquals(turns > 1, true);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  const aborted = await runModule(program, { ...options, rations, signal: controller.signal });
  assertEquals(aborted.reason, "aborted");
});

Deno.test("a program that was loaded without the limits of a run is not run without them", async () => {
  const bytes = await binaryOf(
    `(module (memory (export "memory") 1) (table 1 funcref) (func (export "_start")))`,
  );
  const program = await loadProgram(bytes);
  const never = new ReadableStream<Uint8Array>();
  const cases: [RunOptions, string][] = [
    [{ limits: { memory: 1 << 20 } }, "maxMemory: 1048576"],
    [{ limits: { tableEntries: 10 } }, "maxTableEntries: 10"],
    [{ limits: { fuel: 100 } }, "metered: true"],
    [{ limits: { timeout: 1000 }, stdin: never }, "metered: true"],
  ];
  for (const [options, missing] of cases) {
    await assertRejects(() => run(program, options), UnusableModuleError, missing);
    assertEquals((await run(bytes, { ...options, stdin: "null" })).code, 0);
  }
  const tight = await loadProgram(bytes, { maxMemory: 1 << 20, maxTableEntries: 10, metered: true });
  assertEquals((await run(tight, { limits: { memory: 1 << 21, tableEntries: 11, fuel: 100 } })).code, 0);
  assertEquals((await run(tight)).code, 0);
  await assertRejects(() => run(tight, { limits: { memory: 1 << 19 } }), UnusableModuleError);
});

Deno.test("a program is stopped between two slices, and goes on when its turn comes", async () => {
  const { options } = prepare({}, "program.wasm");
  const whole = (await fuelled(THRICE, 1_000_000)).fuel;
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const turns: number[] = [];
  const turn = (): Promise<void> => {
    turns.push(turns.length);
    asked.resolve();
    return gate.promise;
  };
  let over = false;
  const running = runModule(THRICE, { ...options, rations: { slice: 5, turn } }).finally(() => over = true);
  await asked.promise;
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals([turns, over], [[0], false]);
  gate.resolve();
  assertEquals(await running, { reason: "exit", code: 0, fuel: whole });
  assert(turns.length > 1);

  // What a turn returns besides a promise does not matter: `push` returns a number.
  const counted: number[] = [];
  const count = (): void => counted.push(0) as unknown as void;
  await runModule(THRICE, { ...options, rations: { slice: 5, turn: count } });
  assertEquals(counted.length, turns.length);
});

Deno.test("rations that make no sense are refused, and so is a program that was not metered for them", async () => {
  const { options } = prepare({}, "program.wasm");
  const program = await loadProgram(THRICE, { metered: true });
  for (
    const [rations, message] of [
      ...["5", null].map((slice) => [{ slice }, '"rations.slice" by a value of type'] as const),
      [{ slise: 5 }, 'did you mean "slice"?'],
      [{ turn: true }, 'as "rations.turn": give a function'],
      [null, 'as "rations": give a plain object'],
    ] as const
  ) {
    const wrong = { ...options, rations } as unknown as RunModuleOptions;
    await assertRejects(() => runModule(program, wrong), TypeError, message);
    assertThrows(() => runProgramSync(program, wrong), TypeError, message);
  }
  for (const slice of [0, -1, 1.5, NaN, Infinity]) {
    const wrong = { ...options, rations: { slice } };
    await assertRejects(
      () => runModule(program, wrong),
      RangeError,
      `Cannot limit "rations.slice" to ${slice}`,
    );
  }
  const plain = await loadProgram(THRICE);
  const rations = { slice: 5 };
  await assertRejects(() => runModule(plain, { ...options, rations }), UnusableModuleError, "metered: true");
  assertEquals((await runModule(THRICE, { ...options, rations })).reason, "exit");
  const turn = (): void => {};
  const sync = (): unknown => runProgramSync(program, { ...options, rations: { turn } });
  assertThrows(sync, TypeError, "Cannot run synchronously with turns");
});
