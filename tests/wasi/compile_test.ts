/** What has to be changed before it is compiled: it stays what it was, or is refused in one clear line. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compileProgram, loadProgram, type ProgramOptions, run, UnusableModuleError } from "../../mod.ts";
import { isGuestException } from "../../wasi/engine.ts";
import { code, leb, moduleOf, section, wat } from "./binary/wat.ts";

const LIMITED: readonly ProgramOptions[] = [{ maxMemory: 1 << 20 }, { maxMemory: 1 << 20, metered: true }];
const EXNREF = 0x69;
const V128 = 0x7b;

function instance(bytes: Uint8Array<ArrayBuffer>, options: ProgramOptions): WebAssembly.Exports {
  return new WebAssembly.Instance(compileProgram(bytes, options).module, {
    "keyhole:fuel": { refill: (remaining: bigint) => remaining + 1_000_000_000n },
  }).exports;
}

/** Grows each of two tables, and says how large they are then. */
const tables = wat(`(module (table $a 1 externref) (table $b i64 1 externref)
  (func (export "grow") (param i32) (result i32)
    (drop (table.grow $a (ref.null extern) (local.get 0)))
    (drop (table.grow $b (ref.null extern) (i64.extend_i32_u (local.get 0))))
    (i32.add (table.size $a) (i32.wrap_i64 (table.size $b)))))`);

Deno.test("under a memory limit tables cannot fill the engine's heap either", () => {
  for (const options of LIMITED) {
    const grow = instance(tables, options).grow as (by: number) => number;
    assertEquals([grow(1), grow(500_000), grow(400_000), grow(1)], [4, 4, 800_004, 800_006]);
    for (let round = 0; round < 5; round++) assertEquals(grow(100_000) <= 1_000_000, true);
  }
  const many = wat("(module (table 600000 funcref) (table 600000 funcref))");
  const refused = assertThrows(() => compileProgram(many, LIMITED[0]), UnusableModuleError) as Error;
  assertEquals(refused.message, "The module needs 1200000 table entries to start, the limit is 1000000");
});

/** A module with a function, and a list that names it so often. */
function listing(times: number): Uint8Array<ArrayBuffer> {
  const before = moduleOf(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]));
  const head = [1, 1, 0, ...leb(times)];
  const list = [9, ...leb(head.length + times), ...head];
  const behind = code([0x0b]);
  const bytes = new Uint8Array(before.length + list.length + times + behind.length);
  bytes.set(before);
  bytes.set(list, before.length);
  bytes.set(behind, bytes.length - behind.length);
  return bytes;
}

Deno.test("under a memory limit lists of what tables are filled with cannot fill the engine's heap either", () => {
  const [short, long] = [listing(5_000_000), listing(6_000_000)];
  assertEquals([WebAssembly.validate(short), WebAssembly.validate(long)], [true, true]);
  compileProgram(short, { maxMemory: 65536 });
  compileProgram(long, { maxTableEntries: 10 });
  compileProgram(long, { maxMemory: 65536, maxTableEntries: 2_000_000 });
  const refused = assertThrows(
    () => compileProgram(long, { maxMemory: 65536 }),
    UnusableModuleError,
  ) as Error;
  assertEquals(
    refused.message,
    "Its lists of functions can fill the engine's own heap, which no limit of memory can hold",
  );
});

Deno.test("a limit of table entries holds as it is given, with a memory limit and without", () => {
  for (const options of [{ maxTableEntries: 2_000_000 }, { maxTableEntries: 2_000_000, maxMemory: 65536 }]) {
    const grow = instance(tables, options).grow as (by: number) => number;
    assertEquals([grow(900_000), grow(900_000)], [1_800_002, 1_800_002]);
    assertEquals(compileProgram(tables, options).maxTableEntries, 2_000_000);
  }
  const grow = instance(tables, {}).grow as (by: number) => number;
  assertEquals(grow(3_000_000), 6_000_002);
});

/** A tag with these parameters, and what else is in a module with it. */
const withTag = (
  params: readonly (readonly number[])[],
  ...sections: readonly number[][]
): Uint8Array<ArrayBuffer> =>
  moduleOf(
    section(1, [1, 0x60, ...leb(params.length), ...params.flat(), 0]),
    ...sections.filter(([id]) => id < 6),
    section(13, [1, 0, 0]),
    ...sections.filter(([id]) => id >= 6),
  );

Deno.test("under a memory limit exceptions cannot fill the engine's heap", () => {
  const filling = {
    "hold others": withTag([[EXNREF]]),
    "hold others that are there": withTag([[0x64, EXNREF]]),
    "are kept in a table": withTag([], section(4, [1, EXNREF, 0, 0])),
    "are kept in a global": withTag([], section(6, [1, EXNREF, 1, 0xd0, EXNREF, 0x0b])),
    "are large": withTag(Array.from({ length: 17 }, () => [V128])),
  };
  for (const [which, bytes] of Object.entries(filling)) {
    assertEquals(WebAssembly.validate(bytes), true, which);
    compileProgram(bytes, { metered: true, maxTableEntries: 10 });
    for (const options of LIMITED) {
      const refused = () => compileProgram(bytes, options);
      const error = assertThrows(refused, UnusableModuleError, undefined, which) as Error;
      assertEquals(
        error.message,
        "Its exceptions can fill the engine's own heap, which no limit of memory can hold",
      );
    }
  }
});

Deno.test("exceptions as compilers make them are fine under a memory limit", () => {
  // block (result exnref), try_table (catch_all_ref 0), throw of 7, then local.set, local.get, throw_ref
  const caught = [
    ...[0x02, EXNREF, 0x1f, 0x40, 1, 3, 0, 0x41, 7, 0x08, 0, 0x0b, 0x00, 0x0b],
    ...[0x21, 0, 0x20, 0, 0x0a, 0x0b],
  ];
  const bytes = moduleOf(
    section(1, [2, 0x60, 1, 0x7f, 0, 0x60, 0, 0]),
    section(3, [1, 1]),
    section(13, [1, 0, 0]),
    section(7, [1, 1, 0x66, 0, 0]),
    section(10, [1, caught.length + 3, 1, 1, EXNREF, ...caught]),
  );
  for (const options of LIMITED) {
    const { f } = instance(bytes, options);
    let thrown: unknown;
    try {
      (f as () => void)();
    } catch (error) {
      thrown = error;
    }
    assertEquals(isGuestException(thrown), true);
  }
});

Deno.test("what is not valid is not made valid by being changed", () => {
  const invalid = {
    "a start function with a parameter": wat("(module (func $f (param i32)) (start $f))"),
    "a start function with a result": wat("(module (func $f (result i32) (i32.const 0)) (start $f))"),
    "a start function that does not exist": moduleOf(section(8, [0])),
    "shared memory without a maximum": moduleOf(section(5, [1, 2, 1])),
  };
  for (const [what, bytes] of Object.entries(invalid)) {
    assertEquals(WebAssembly.validate(bytes), false, what);
    for (const options of [{}, ...LIMITED]) {
      assertThrows(() => compileProgram(bytes, options), UnusableModuleError, undefined, what);
    }
  }
});

Deno.test("faults are told at their places in the module as it is", () => {
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    code([0x6a, 0x0b]),
  );
  const [limited, metered] = LIMITED.map((options) =>
    (assertThrows(() => compileProgram(bytes, options), UnusableModuleError) as Error).message
  );
  assertEquals(limited, metered);
  assertEquals(limited.endsWith(` at byte 0x${(bytes.length - 2).toString(16)}`), true, limited);
});

Deno.test("a module that is too large only with what counts its fuel is refused in words that say so", () => {
  // if (x) nothing, again and again: the price of each round is asked for.
  const rounds = 320_000;
  const body = new Uint8Array(rounds * 4 + 2);
  body.set([0x02, 0x40]);
  for (let round = 0; round < rounds; round++) body.set([0x20, 0, 0x0d, 0], 2 + round * 4);
  const bytes = moduleOf(
    section(1, [1, 0x60, 1, 0x7f, 0]),
    section(3, [1, 0]),
    code([...body, 0x0b, 0x0b]),
  );
  compileProgram(bytes, { maxMemory: 65536 });
  const refused = () => compileProgram(bytes, { metered: true });
  const { message } = assertThrows(refused, UnusableModuleError) as Error;
  assertEquals(
    /^With what counts its fuel or holds its limits, the engine refuses it: size \d+ > maximum function size \d+$/
      .test(message),
    true,
    message,
  );
});

Deno.test("a module has a hundred memories and no more, declared or imported, with limits and without", async () => {
  const memories = (count: number): Uint8Array<ArrayBuffer> =>
    moduleOf(section(5, [...leb(count), ...Array(count).fill([0, 0]).flat()]));
  const imported = (count: number): Uint8Array<ArrayBuffer> =>
    moduleOf(section(2, [...leb(count), ...Array(count).fill([1, 0x61, 1, 0x62, 2, 0, 0]).flat()]));
  for (const module of [memories, imported]) {
    for (const options of [{}, { maxMemory: 65536 }, { metered: true }]) {
      await loadProgram(module(100), options);
      await assertRejects(
        () => loadProgram(module(101), options),
        UnusableModuleError,
        "More than 100 memories: 101",
      );
      await assertRejects(
        () => loadProgram(module(40_000), options),
        UnusableModuleError,
        "More than 100 memories",
      );
    }
  }
});

Deno.test("imported memories and tables are made with addresses as wide as they are declared", async () => {
  for (const address of ["", "i64 "]) {
    const module = wat(
      `(module (import "a" "m" (memory ${address}1 2)) (import "a" "t" (table ${address}3 4 funcref))
      (func (export "_start")))`,
    );
    for (const limits of [{}, { memory: 1 << 20, tableEntries: 100 }]) {
      assertEquals([address, (await run(module, { limits })).code], [address, 0]);
    }
  }
});
