/** Options of types that TypeScript would not let through: one clear line each, and nothing left open. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Command, run, type RunOptions, type Source } from "../../mod.ts";
import { inTime } from "./in_time.ts";

const hello = new URL("../../examples/copy/hello.wasm", import.meta.url);

const wrong: [keyof RunOptions, string, readonly unknown[]][] = [
  ["stdin", "stdin", ["piped", "hello", 5, [], {}, { text: 5 }, new ArrayBuffer(4), { read: () => 0 }]],
  ["stdout", "stdout", ["piped", 5, [], {}, { write: () => 0 }]],
  ["stderr", "stderr", ["piped", 5, [], {}, { write: () => 0 }]],
  ["dirs", 'dirs["."]', [{ ".": { "a.txt": "x" } }, { ".": 5 }, { ".": null }, { ".": () => {} }]],
  ["dirs", "dirs", [new Map([["/", "."]]), ["."], ".", 5]],
  ["args", "args", ["-l", 5, {}, new Map(), new Set(["-l"]), () => {}]],
  ["args", "args[1]", [
    ["a", 5],
    ["a", undefined],
    ["a", null],
    ["a", ["b"]],
    Object.assign(["a"], { 2: "c" }),
  ]],
  ["argv0", "argv0", [5, [], {}]],
  ["env", "env", [
    ["A=1"],
    "A=1",
    5,
    new Map([["A", "1"]]),
    new (class {
      A = "1";
    })(),
  ]],
  ["env", 'env["A"]', [{ A: undefined }, { A: null }, { A: 5 }, { B: "1", A: ["1"] }]],
  ["signal", "signal", [{}, 5, "abort"]],
];

for (const [option, named, values] of wrong) {
  Deno.test(`a wrong option "${named}" is named, with what it may be`, async () => {
    for (const value of values) {
      const options = { stdout: "null", stderr: "null", [option]: value } as RunOptions;
      const error: Error = await assertRejects(() => run(hello, options), TypeError, "Cannot use");
      assertStringIncludes(error.message, `as "${named}": give `);
    }
  });

  if (option === "stdout") continue;
  Deno.test(`a wrong option "${named}" ends the streams that are right`, async () => {
    for (const value of values) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const options = { stderr: "null", [option]: value, stdout: writable } as RunOptions;
      await assertRejects(() => run(hello, options), TypeError);
      assertEquals(await inTime(new Response(readable).text()), "");
    }
  });
}

Deno.test("what no program comes from is refused in one line", async () => {
  for (const source of [undefined, null, 5, {}, new ArrayBuffer(8), new Blob(["x"])]) {
    await assertRejects(() => run(source as Source), TypeError, "Cannot take a program from");
    assertThrows(() => new Command(source as Source).outputSync(), TypeError, "Cannot take a program from");
  }
});

Deno.test("two names of one mount are refused before either directory is opened", async () => {
  for (const [one, other] of [["/x", "/x/"], ["/x", "//x"], [".", "./"], ["a/./b", "a/b"], ["/", "//"]]) {
    const dirs = { [one]: "nowhere", [other]: "nowhere" };
    const error: Error = await assertRejects(() => run(hello, { dirs, stdout: "null" }), TypeError);
    assertStringIncludes(error.message, "Cannot grant two directories as ");
    assertStringIncludes(error.message, ` "${one}" and "${other}" are one name`);
  }
});

Deno.test("what this process's own environment comes as is an environment", async () => {
  const process = (await import("node:process")).default;
  for (const env of [Deno.env.toObject(), process.env, Object.assign(Object.create(null), { A: "1" })]) {
    assertEquals((await run(hello, { env, stdout: "null" })).code, 0);
  }
});
