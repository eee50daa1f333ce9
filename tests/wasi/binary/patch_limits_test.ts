import { assertEquals, assertThrows } from "@std/assert";
import { describeModule } from "../../../wasi/binary/describe.ts";
import { ModuleLimitError } from "../../../wasi/binary/module_error.ts";
import { type LimitCaps, patchLimits } from "../../../wasi/binary/patch_limits.ts";
import { moduleOf, section, wat } from "./wat.ts";

function maxima(text: string, caps: LimitCaps): { memories: unknown[]; tables: unknown[] } {
  const bytes = patchLimits(wat(text), caps).bytes;
  assertEquals(WebAssembly.validate(bytes), true);
  const { memories, tables } = describeModule(bytes);
  return { memories: memories.map(({ maximum }) => maximum), tables: tables.map(({ maximum }) => maximum) };
}

Deno.test("a guest cannot grow its memory beyond the cap, to the page", () => {
  const bytes = patchLimits(
    wat(
      `(module (memory (export "m") 2) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
    ),
    { maxMemoryPages: 5 },
  ).bytes;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const grow = exports.grow as (pages: number) => number;
  assertEquals([grow(4), grow(3), grow(1), grow(0)], [-1, 2, -1, 5]);
});

Deno.test("a guest cannot grow its table beyond the cap, to the entry", () => {
  const bytes = patchLimits(
    wat(`(module (table 2 funcref)
      (func (export "grow") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))`),
    { maxTableEntries: 1000 },
  ).bytes;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const grow = exports.grow as (entries: number) => number;
  assertEquals([grow(999), grow(998), grow(1)], [-1, 2, -1]);
});

Deno.test("declared maxima are lowered, never raised", () => {
  assertEquals(
    maxima("(module (memory 1 100) (table 1 9 funcref))", { maxMemoryPages: 16, maxTableEntries: 20 }),
    {
      memories: [16],
      tables: [9],
    },
  );
});

Deno.test("several memories share one cap", () => {
  const text = "(module (memory 1) (memory 3 4) (memory 2 1000))";
  const { memories } = maxima(text, { maxMemoryPages: 60 });
  assertEquals(memories, [19, 4, 37]);
});

Deno.test("imported, shared and 64-bit ones keep their flags", () => {
  const text = `(module (import "env" "m" (memory 1 300 shared)) (import "env" "t" (table 1 funcref))
    (memory i64 1 0x100000000))`;
  const patched = patchLimits(wat(text), { maxMemoryPages: 10, maxTableEntries: 5 });
  const shared = { minimum: 1, maximum: 5, address: "i32", shared: true };
  const table = { element: "funcref", minimum: 1, maximum: 5, address: "i32" };
  assertEquals(patched.importedMemories, [{ module: "env", name: "m", type: shared }]);
  assertEquals(patched.importedTables, [{ module: "env", name: "t", type: table }]);
  const { memories, tables } = describeModule(patched.bytes);
  assertEquals(memories, [shared, { minimum: 1, maximum: 5, address: "i64", shared: false }]);
  assertEquals(tables, [table]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(patched.bytes), {
    env: {
      m: new WebAssembly.Memory({ initial: 1, maximum: 5, shared: true }),
      t: new WebAssembly.Table({ initial: 1, maximum: 5, element: "anyfunc" }),
    },
  });
  assertEquals(Object.keys(instance.exports), []);
});

Deno.test("tables of 64 bits, of typed references and with an initial value stay what they are", () => {
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(4, [
      2,
      ...[0x40, 0, 0x64, 0, 5, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0xd2, 0, 0x0b],
      ...[0x6f, 0, 3],
    ]),
    section(10, [1, 2, 0, 0x0b]),
  );
  assertEquals(WebAssembly.validate(bytes), true);
  const patched = patchLimits(bytes, { maxTableEntries: 11 }).bytes;
  assertEquals(WebAssembly.validate(patched), true);
  assertEquals(describeModule(patched).tables, [
    { element: "(ref 0)", minimum: 2, maximum: 5, address: "i64" },
    { element: "externref", minimum: 3, maximum: 6, address: "i32" },
  ]);
});

Deno.test("an initial size beyond the cap is an error of its own, that names both", () => {
  const error = assertThrows(
    () => patchLimits(wat(`(module (import "env" "m" (memory 10)) (memory 7))`), { maxMemoryPages: 16 }),
    ModuleLimitError,
    "The module needs 17 pages of memory (64 KiB each) to start, the limit is 16",
  ) as ModuleLimitError;
  assertEquals([error.resource, error.needs, error.limit], ["memory", 17, 16]);
  assertThrows(
    () => patchLimits(wat("(module (table 4 funcref))"), { maxTableEntries: 3 }),
    ModuleLimitError,
    "The module needs 4 table entries to start, the limit is 3",
  );
});

Deno.test("an absurd 64-bit minimum is above every cap, and is not wrapped", () => {
  const bytes = moduleOf(section(5, [2, 4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0, 1]));
  assertThrows(
    () => patchLimits(bytes, { maxMemoryPages: 65536 }),
    ModuleLimitError,
    "needs 9223372036854776000 pages",
  );
});

Deno.test("a limit without a cap is kept exactly, be it 2**64 - 1", () => {
  const most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
  const bytes = moduleOf(
    section(2, [2, 0, 0, 1, 0x70, 5, 0, ...most, 0, 0, 2, 0, 1]),
    section(4, [1, 0x70, 5, 0, ...most]),
  );
  assertEquals(
    patchLimits(bytes, { maxMemoryPages: 3 }).bytes,
    moduleOf(
      section(2, [2, 0, 0, 1, 0x70, 5, 0, ...most, 0, 0, 2, 1, 1, 3]),
      section(4, [1, 0x70, 5, 0, ...most]),
    ),
  );
});

Deno.test("a cap above all that the engine can give is no cap", () => {
  for (const cap of [2 ** 17, 2 ** 28, 2 ** 40, 2 ** 60, 1e300, Infinity]) {
    const caps = { maxMemoryPages: cap, maxTableEntries: cap };
    assertEquals(maxima("(module (memory 1) (table 1 funcref))", caps).memories, [65536]);
    assertEquals(maxima("(module (memory 1 5) (table 1 7 funcref))", caps), { memories: [5], tables: [7] });
    maxima("(module (memory i64 1))", caps);
    maxima('(module (import "m" "m" (memory 1)) (import "t" "t" (table 1 funcref)))', caps);
    maxima("(module (table i64 1 0xffffffffffffffff funcref))", caps);
  }
});

Deno.test("nothing is copied when there is nothing to lower", () => {
  const bytes = wat("(module (memory 1))");
  assertEquals(patchLimits(bytes, {}).bytes === bytes, true);
  const none = wat("(module)");
  assertEquals(patchLimits(none, { maxMemoryPages: 1, maxTableEntries: 1 }).bytes === none, true);
});
