import { assertEquals, assertRejects } from "@std/assert";
import { InvocationError, run, UnusableModuleError } from "../../mod.ts";
import { code, moduleOf, section, wat } from "./binary/wat.ts";

Deno.test("a function whose results no host can take is refused before anything runs", async () => {
  const vector = wat('(module (func (export "f") (result i32 v128) (i32.const 1) (v128.const i64x2 1 1)))');
  const exception = moduleOf(
    section(1, [1, 0x60, 0, 1, 0x69]),
    section(3, [1, 0]),
    section(7, [1, 1, 0x66, 0, 0]),
    code([0xd0, 0x69, 0x0b]),
  );
  for (const [bytes, type] of [[vector, "v128"], [exception, "exnref"]] as const) {
    await assertRejects(
      () => run(bytes, { invoke: { name: "f", args: [] } }),
      InvocationError,
      `The function "f" returns a value of type ${type}, which cannot be told as text`,
    );
  }
  const two = wat('(module (func (export "f") (result i32 i64) (i32.const 1) (i64.const -2)))');
  assertEquals((await run(two, { invoke: { name: "f", args: [] } })).results, ["1", "-2"]);
});

Deno.test("a program whose entry point no host can call is no usable one", async () => {
  const vector = wat('(module (func (export "_start") (result v128) (v128.const i64x2 1 1)))');
  for (
    const options of [{}, { signal: new AbortController().signal }, { limits: { timeout: 5000, fuel: 100 } }]
  ) {
    await assertRejects(() => run(vector, options), UnusableModuleError, "what only modules can take");
  }
});
