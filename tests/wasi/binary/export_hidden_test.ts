import { assertEquals } from "@std/assert";
import { describeModule } from "../../../wasi/binary/describe.ts";
import { exportHidden } from "../../../wasi/binary/export_hidden.ts";
import { wat } from "./wat.ts";

Deno.test("every mutable global, memory and table that is defined and not exported gets a name", () => {
  const exposed = exportHidden(wat(`(module
    (import "env" "g" (global (mut i32)))
    (import "env" "m" (memory 1))
    (global (mut i64) (i64.const 5))
    (global i32 (i32.const 6))
    (global $seen (mut f32) (f32.const 7))
    (memory 1) (table 1 funcref)
    (func (export "f"))
    (export "seen" (global $seen)))`));
  assertEquals(exposed.added.map(({ name, index, type }) => [name, index, type.kind]), [
    ["keyhole:global:1", 1, "global"],
    ["keyhole:memory:1", 1, "memory"],
    ["keyhole:table:0", 0, "table"],
  ]);
  const names = describeModule(exposed.bytes).exports.map(({ name }) => name);
  assertEquals(names, ["f", "seen", "keyhole:global:1", "keyhole:memory:1", "keyhole:table:0"]);
  assertEquals(WebAssembly.validate(exposed.bytes), true);
});

Deno.test("the host reads and writes what the guest sees", () => {
  const exposed = exportHidden(wat(`(module (global $n (mut i32) (i32.const 1)) (memory 1)
    (func (export "next") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (i32.store (i32.const 8) (global.get $n))
      (global.get $n)))`));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(exposed.bytes));
  const next = exports.next as () => number;
  const global = exports["keyhole:global:0"] as WebAssembly.Global;
  const memory = exports["keyhole:memory:0"] as WebAssembly.Memory;
  assertEquals([next(), global.value, new Uint8Array(memory.buffer)[8]], [2, 2, 2]);
  global.value = 40;
  assertEquals(next(), 41);
});

Deno.test("a module that uses the names already is not shadowed", () => {
  const exposed = exportHidden(wat(`(module (global (mut i32) (i32.const 1))
    (func (export "keyhole:global:0")) (func (export "keyhole:global:0'")))`));
  assertEquals(exposed.added.map(({ name }) => name), ["keyhole:global:0''"]);
  assertEquals(WebAssembly.validate(exposed.bytes), true);
});

Deno.test("a module without hidden state is left alone", () => {
  const bytes = wat(`(module (memory (export "memory") 1) (global i32 (i32.const 1)))`);
  assertEquals(exportHidden(bytes), { bytes, added: [] });
  assertEquals(exportHidden(bytes).bytes === bytes, true);
});
