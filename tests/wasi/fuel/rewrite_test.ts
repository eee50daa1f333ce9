import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ModuleError } from "../../../wasi/binary/module_error.ts";
import { meter } from "../../../wasi/fuel.ts";
import { code, leb, moduleOf, section, wat } from "../binary/wat.ts";
import { metered, outcome } from "./run.ts";

Deno.test("every place that names a function follows the shift", () => {
  const bytes = wat(
    `(module
      (import "env" "host" (func $host (param i32) (result i32)))
      (type $unary (func (param i32) (result i32)))
      (table $t 8 funcref)
      (table $u 8 funcref)
      (elem (table $t) (i32.const 0) func $double $host)
      (elem (table $u) (i32.const 1) funcref (ref.func $triple) (ref.null func) (ref.func $host))
      (elem $passive func $triple)
      (elem declare func $double)
      (global $g funcref (ref.func $triple))
      (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
      (func $triple (type $unary) (i32.mul (local.get 0) (i32.const 3)))
      (func $start (table.init $t $passive (i32.const 5) (i32.const 0) (i32.const 1)))
      (start $start)
      (func (export "call") (param i32) (result i32) (call $double (call $host (local.get 0))))
      (func (export "table") (param i32 i32) (result i32) (call_indirect $t (type $unary) (local.get 1) (local.get 0)))
      (func (export "other") (param i32 i32) (result i32) (call_indirect $u (type $unary) (local.get 1) (local.get 0)))
      (func (export "tail") (param i32) (result i32) (return_call $triple (local.get 0)))
      (func (export "reference") (param i32) (result i32)
        (table.set $t (i32.const 6) (ref.func $double))
        (table.set $t (i32.const 7) (global.get $g))
        (i32.add
          (call_indirect $t (type $unary) (local.get 0) (i32.const 6))
          (call_indirect $t (type $unary) (local.get 0) (i32.const 7))))
      (export "host" (func $host)))`,
    true,
  );
  const { exports } = metered(bytes, {}, { env: { host: (value: number): number => value + 100 } });
  const call = (name: string, ...args: number[]): unknown =>
    (exports[name] as (...args: number[]) => number)(...args);
  assertEquals(call("call", 1), 202);
  assertEquals([0, 1, 5].map((index) => call("table", index, 10)), [20, 110, 30]);
  assertEquals([1, 3].map((index) => call("other", index, 10)), [30, 110]);
  assertEquals([call("tail", 7), call("reference", 7), call("host", 1)], [21, 35, 101]);
});

Deno.test("function names in stack traces stay right", () => {
  const bytes = wat(
    `(module (import "env" "e" (func)) (func $inner unreachable) (func $outer (export "f") (call $inner)))`,
    true,
  );
  const { exports } = metered(bytes, {}, { env: { e: (): void => {} } });
  try {
    (exports.f as () => void)();
  } catch (error) {
    const trace = error instanceof Error ? error.stack! : "";
    assertMatch(trace, /at inner \(wasm[^]*at f \(wasm|at inner \(wasm[^]*at outer \(wasm/);
  }
});

Deno.test("a name section that makes no sense is dropped, as engines ignore it", () => {
  const broken = section(0, [4, 0x6e, 0x61, 0x6d, 0x65, 1, 50, 9]);
  const bytes = moduleOf(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]), code([0x0b]), broken);
  assertEquals(WebAssembly.Module.customSections(new WebAssembly.Module(meter(bytes)), "name"), []);
});

Deno.test("custom sections of the guest's stay, but for those that speak of places in the code", () => {
  const custom = (name: string): number[] =>
    section(0, [...leb(name.length), ...new TextEncoder().encode(name), 42]);
  const module = new WebAssembly.Module(
    meter(moduleOf(custom("keyhole.grants"), custom("metadata.code.branch_hint"), custom(".debug_info"))),
  );
  const sizes = (name: string): number[] =>
    WebAssembly.Module.customSections(module, name).map((contents) => contents.byteLength);
  assertEquals(sizes("keyhole.grants"), [1]);
  assertEquals(sizes(".debug_info"), []);
});

Deno.test("reserved names are refused", () => {
  assertThrows(
    () => meter(wat(`(module (import "keyhole:fuel" "other" (func)))`)),
    ModuleError,
    `Reserved name: the module imports from "keyhole:fuel" itself at byte 0xe`,
  );
  assertThrows(
    () => meter(wat(`(module (func (export "keyhole:fuel")))`)),
    ModuleError,
    `Reserved name: the module exports "keyhole:fuel" itself`,
  );
  const once = meter(wat("(module)"));
  assertThrows(() => meter(once), ModuleError, "Reserved name");
});

Deno.test("what is not valid is refused, with the engine's reason", () => {
  const refused = (...bytes: number[]): string => {
    const module = moduleOf(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]), code([...bytes, 0x0b]));
    return (assertThrows(() => meter(module), ModuleError) as ModuleError).message;
  };
  assertMatch(refused(0x27), /^Invalid module: .*opcode 0x27 at byte 0x17$/);
  assertMatch(refused(0x0c, 5), /^Invalid module: .*branch depth: 5 at byte 0x18$/);
  assertMatch(refused(0x02, 0x40), /^Invalid module: .* at byte 0x/);
});

Deno.test("an instruction that the engine knows and the meter does not is refused, with opcode and byte", async () => {
  // i64.add128, which is not on by default
  const module = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    code([...[1, 2, 3, 4].flatMap((value) => [0x42, value]), 0xfc, 0x13, 0x1a, 0x1a, 0x0b]),
  );
  const script = `import { meter } from ${
    JSON.stringify(new URL("../../../wasi/fuel.ts", import.meta.url).href)
  };
    const bytes = new Uint8Array(${JSON.stringify([...module])});
    console.log(WebAssembly.validate(bytes));
    try { meter(bytes) } catch (error) { console.log(error.name, error.message) }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--v8-flags=--experimental-wasm-wide-arithmetic", script],
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    "true\nModuleError Unknown instruction 0xfc13 at byte 0x1f\n",
  );
});

Deno.test("a guest cannot name what will be there only in the metered module", () => {
  const fuelGlobal = `(module (func (export "f") (global.set 0 (i64.const 1000000))))`;
  const fuelLocal = `(module (func (export "f") (local.set 0 (i64.const 1000000)) (loop (br 0))))`;
  const moreFunction = `(module (func (export "f") (drop (call 1))))`;
  const moreType = `(module (func (export "f")) (func (type 2)))`;
  for (const text of [fuelGlobal, fuelLocal, moreFunction]) {
    assertThrows(() => meter(wat(text)), ModuleError, "Invalid module");
  }
  assertThrows(() => meter(wat(moreType)), ModuleError, "Type 2 is not a function type");
});

Deno.test("a module without code can be metered too", () => {
  assertEquals(metered(wat("(module)")).fuel.used, 0n);
  assertEquals(metered(wat(`(module (memory (export "memory") 1))`)).fuel.used, 0n);
});

Deno.test("values under a block and parameters of blocks stay where they are", () => {
  const bytes = wat(`(module (func (export "f") (param i32) (result i32 i64)
    (i32.const 1) (i64.const 2)
    (loop (param i32 i64) (result i32 i64)
      (i64.const 3) (i64.add)
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (local.get 0)))
    (if (param i32 i64) (result i32 i64) (i32.const 1) (then (i64.const 1) (i64.mul)) (else))))`);
  assertEquals(outcome(metered(bytes, { slice: 1 }).exports, "f", 5), { value: [1, 17n] });
});

Deno.test("a hundred thousand nested blocks, and as many branches out of them, take no longer than that", () => {
  const depth = 100_000;
  const deep = [
    ...new Array(depth).fill([0x02, 0x40]).flat(),
    ...new Array(depth).fill([0x41, 0, 0x0d, ...leb(depth - 1)]).flat(),
  ];
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    code([...deep, ...new Array(depth).fill(0x0b), 0x0b]),
  );
  assertEquals(meter(bytes).length > bytes.length, true);
});
