/** Functions that a module imports are what it declares, or the module is refused. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { run, UnusableModuleError } from "../../mod.ts";
import { signatureOf } from "../../wasi/abi/signatures.ts";
import { functionImports } from "../../wasi/binary/function_imports.ts";
import { readLayout } from "../../wasi/binary/layout.ts";
import { signatures } from "../../wasi/trace_signatures.ts";
import { binaryOf, Kit } from "./preview1/kit.ts";

const guests = new URL("../guests/", import.meta.url);
const LETTERS: Record<string, string> = { i32: "i", i64: "l", f32: "f", f64: "d", v128: "v" };

Deno.test("the short reader and the long one agree on every guest", async () => {
  let count = 0;
  for await (const { name } of Deno.readDir(guests)) {
    if (!name.endsWith(".wasm")) continue;
    const bytes = await Deno.readFile(new URL(name, guests));
    if (!WebAssembly.validate(bytes)) continue;
    const expected = readLayout(bytes).imports.flatMap(({ module, name, type }) => {
      if (type.kind !== "function") return [];
      const letters = (types: readonly unknown[]): string =>
        types.map((it) => LETTERS[String(it)] ?? "r").join("");
      return [{ module, name, type: `${letters(type.params)}>${letters(type.results)}` }];
    });
    assertEquals(functionImports(bytes), expected, name);
    count += expected.length;
  }
  assert(count > 100);
});

Deno.test("types of every form are read past", async () => {
  // A recursion group with a struct and an array, a subtype, references, then the function that is imported.
  const types = [
    [0x4e, 2, 0x5f, 2, 0x78, 0, 0x63, 0, 1, 0x5e, 0x64, 0, 1], // (rec (struct i8 (ref null 0)) (array (ref 0)))
    [0x50, 0, 0x5f, 0], // (sub (struct))
    [0x4f, 1, 2, 0x5f, 1, 0x7f, 0], // (sub final 2 (struct i32))
    [0x60, 3, 0x7f, 0x6f, 0x7b, 2, 0x7e, 0x70], // (func i32 externref v128 -> i64 funcref)
  ];
  const name = [1, 0x61];
  const imports = [
    [...name, ...name, 2, 1, 1, 2],
    [...name, ...name, 1, 0x70, 0, 1],
    [...name, ...name, 3, 0x7e, 0],
    [...name, ...name, 0, 4],
  ];
  const section = (id: number, entries: number[][]): number[] => {
    const contents = [entries.length, ...entries.flat()];
    return [id, contents.length, ...contents];
  };
  const bytes = new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, types),
    ...section(2, imports),
  ]);
  assert(WebAssembly.validate(bytes));
  assertEquals(functionImports(bytes), [{ module: "a", name: "a", type: "irv>lr" }]);
  await assertRejects(() => run(bytes), UnusableModuleError);
});

Deno.test("the types of the calls are those that traces and the calls themselves know", () => {
  const widths: Record<string, string> = {
    path: "ii",
    buffer: "ii",
    buffers: "ii",
    u64: "l",
    i64: "l",
    rights: "l",
  };
  for (const [name, words] of Object.entries(signatures)) {
    const letters = words.split(" ").filter((word) => word !== "")
      .map((word) => word.startsWith(">") ? "i" : widths[word.split(":")[1]!] ?? "i").join("");
    assertEquals(signatureOf(name), letters + (name === "proc_exit" ? ">" : ">i"), name);
  }
  assertEquals(Object.keys(new Kit().table).sort(), Object.keys(signatures).sort());
});

Deno.test("a call that is declared with other types is refused in one line", async (context) => {
  const cases: Record<string, string> = {
    'fd_close" (func (param i64) (result i32))': "fd_close",
    'fd_close" (func (param f64) (result i32))': "fd_close",
    'fd_close" (func (param i32 i32) (result i32))': "fd_close",
    'fd_close" (func (result i32))': "fd_close",
    'fd_close" (func (param i32))': "fd_close",
    'fd_close" (func (param i32) (result i64))': "fd_close",
    'fd_close" (func (param externref) (result externref))': "fd_close",
    'proc_exit" (func (param i32) (result i32))': "proc_exit",
    'sched_yield" (func)': "sched_yield",
  };
  for (const [text, name] of Object.entries(cases)) {
    for (const module of ["wasi_snapshot_preview1", "wasi_unstable"]) {
      await context.step(`${module} ${text}`, async () => {
        const bytes = await binaryOf(`(module (import "${module}" "${text}) (func (export "_start")))`);
        const error: Error = await assertRejects(() => run(bytes), UnusableModuleError, `${module}.${name}`);
        assert(!error.message.includes("\n"), error.message);
      });
    }
  }
});

Deno.test("each declaration counts, also the second of one name", async () => {
  const text = `(module
    (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func (param f32) (result i32)))
    (func (export "_start")))`;
  await assertRejects(
    async () => run(await binaryOf(text)),
    UnusableModuleError,
    "is declared as (f32) -> i32, but it is (i32) -> i32",
  );
});
