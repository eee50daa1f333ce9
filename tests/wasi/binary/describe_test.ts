import { assertEquals, assertThrows } from "@std/assert";
import { describeModule } from "../../../wasi/binary/describe.ts";
import { ModuleError } from "../../../wasi/binary/module_error.ts";
import { code, moduleOf, section, wat } from "./wat.ts";

Deno.test("a module with one of everything is described with full types", () => {
  const description = describeModule(wat(`(module
    (type $pair (func (param i32 i64) (result f32 f64)))
    (import "env" "f" (func (type $pair)))
    (import "env" "m" (memory 1 2 shared))
    (import "env" "t" (table 3 funcref))
    (import "env" "g" (global (mut v128)))
    (import "env" "e" (tag (param i32)))
    (memory i64 4 5)
    (table 6 7 externref)
    (global f64 (f64.const 1))
    (global (mut funcref) (ref.func 0))
    (func $start)
    (func (export "pair") (type $pair) unreachable)
    (start $start)
    (export "memory" (memory 1))
    (export "table" (table 1))
    (export "number" (global 1))
    (export "tag" (tag 0))
    (export "again" (func 0))
    (data (i32.const 0) "hello")
    (data "passive"))`));
  const pair = { kind: "function", params: ["i32", "i64"], results: ["f32", "f64"] };
  const shared = { minimum: 1, maximum: 2, address: "i32", shared: true };
  const large = { minimum: 4, maximum: 5, address: "i64", shared: false };
  const functions = { element: "funcref", minimum: 3, maximum: undefined, address: "i32" };
  const externs = { element: "externref", minimum: 6, maximum: 7, address: "i32" };
  const tag = { kind: "tag", params: ["i32"], results: [] };
  assertEquals(description, {
    imports: [
      { module: "env", name: "f", type: pair },
      { module: "env", name: "m", type: { kind: "memory", ...shared } },
      { module: "env", name: "t", type: { kind: "table", ...functions } },
      { module: "env", name: "g", type: { kind: "global", value: "v128", mutable: true } },
      { module: "env", name: "e", type: tag },
    ],
    exports: [
      { name: "pair", type: pair },
      { name: "memory", type: { kind: "memory", ...large } },
      { name: "table", type: { kind: "table", ...externs } },
      { name: "number", type: { kind: "global", value: "f64", mutable: false } },
      { name: "tag", type: tag },
      { name: "again", type: pair },
    ],
    memories: [shared, large],
    tables: [functions, externs],
    globals: [
      { value: "v128", mutable: true },
      { value: "f64", mutable: false },
      { value: "funcref", mutable: true },
    ],
    hasStart: true,
    customSections: [],
    functionCount: 2,
    dataSize: 12,
  });
});

Deno.test("the smallest module has nothing", () => {
  assertEquals(describeModule(moduleOf(section(0, [3, 0x61, 0x62, 0x63]))), {
    imports: [],
    exports: [],
    memories: [],
    tables: [],
    globals: [],
    hasStart: false,
    customSections: ["abc"],
    functionCount: 0,
    dataSize: 0,
  });
});

Deno.test("recursive types, references to them and filled tables are read", () => {
  const bytes = moduleOf(
    section(1, [
      3,
      ...[0x4e, 2, 0x50, 0, 0x5f, 1, 0x63, 1, 1, 0x5e, 0x78, 1], // (rec (sub (struct (mut ref null 1))) (array (mut i8)))
      ...[0x60, 2, 0x64, 0, 0x6e, 1, 0x63, 0x6c], // (func (param (ref 0) anyref) (result i31ref))
      ...[0x60, 0, 0],
    ]),
    section(3, [2, 2, 3]),
    section(4, [1, 0x40, 0, 0x64, 3, 0, 1, 0xd2, 1, 0x0b]), // (table 1 (ref 3) (ref.func 1))
    section(6, [1, 0x64, 0x6c, 0, 0x41, 5, 0xfb, 0x1c, 0x0b]), // (global (ref i31) (ref.i31 (i32.const 5)))
    section(7, [1, 1, 0x66, 0, 0]),
    code([0x00, 0x0b], [0x0b]),
  );
  assertEquals(WebAssembly.validate(bytes), true);
  const description = describeModule(bytes);
  assertEquals(description.exports[0].type, {
    kind: "function",
    params: ["(ref 0)", "anyref"],
    results: ["i31ref"],
  });
  assertEquals(description.tables[0].element, "(ref 3)");
  assertEquals(description.globals[0].value, "(ref i31)");
});

Deno.test("what does not fit together is refused by name", () => {
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [moduleOf(section(3, [1, 0])), "Type 0 is not a function type"],
    [moduleOf(section(7, [1, 1, 0x66, 0, 0])), `Export "f" names function 0, there is none`],
    [moduleOf(section(5, [1, 8, 0])), "Unknown flags 0x8 of limits at byte 0xb"],
    [moduleOf(section(5, [1, 0, 0, 9])), `Section 5 "memory" is longer than its contents at byte 0xd`],
    [moduleOf(section(5, [2, 0, 0])), "Truncated module: the flags of limits ends at byte 0xd"],
    [
      moduleOf(section(6, [1, 0x7f, 0, 0x02, 0x40, 0x0b, 0x0b])),
      "Not a constant expression: instruction 0x2",
    ],
    [moduleOf(section(6, [1, 0x7f, 0, 0x27, 0x0b])), "Unknown instruction 0x27 at byte 0xd"],
    [moduleOf(section(2, [1, 0, 0, 5])), "Unknown kind of import at byte 0xd"],
    [moduleOf(section(1, [1, 0x60, 1, 0x40, 0])), "Unknown value type 0x40 at byte 0xd"],
  ];
  for (const [bytes, message] of cases) {
    assertEquals(WebAssembly.validate(bytes), false, message);
    assertThrows(() => describeModule(bytes), ModuleError, message);
  }
});
