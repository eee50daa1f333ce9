/**
 * Run a program and look at what it printed. It is given a text to read, and nothing else.
 *
 *     deno run -A examples/capture_output.ts
 *
 * @module
 */
import { run } from "../mod.ts";

const filter = new URL("filter/filter.wasm", import.meta.url);

const result = await run(filter, {
  args: ["--upper"],
  stdin: { text: "hello\nworld\n" },
  stdout: "capture",
});

console.log(result.stdoutText().trimEnd());
console.log(`${result.reason} ${result.code}`);
