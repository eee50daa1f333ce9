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
  ["signal", "signal", [{}, 5, "abort"]],
];

for (const [option, named, values] of wrong) {
  Deno.test(`a wrong option "${option}" is named, with what it may be`, async () => {
    for (const value of values) {
      const options = { stdout: "null", stderr: "null", [option]: value } as RunOptions;
      const error: Error = await assertRejects(() => run(hello, options), TypeError, "Cannot use");
      assertStringIncludes(error.message, `as "${named}": give `);
    }
  });

  if (option === "stdout") continue;
  Deno.test(`a wrong option "${option}" ends the streams that are right`, async () => {
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
