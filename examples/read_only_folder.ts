/**
 * Run a tool that you do not trust on a folder: it may read everything in it and change nothing, and what it makes goes
 * to memory. Here the tool is a copy program.
 *
 *     deno run -A examples/read_only_folder.ts
 *
 * @module
 */
import { hostDirectory, memoryDirectory, readOnly, run } from "../mod.ts";

const tool = new URL("copy/demo.wasm", import.meta.url);
const folder = hostDirectory(new URL("copy/", import.meta.url));
const made = memoryDirectory();

const attempts = [
  ["/in/hello.wat", "/out/hello.wat"],
  ["/in/hello.wat", "/in/demo.c"],
  ["/in/../capture_output.ts", "/out/stolen"],
];
for (const args of attempts) {
  const result = await run(tool, {
    args,
    dirs: { "/in": readOnly(folder), "/out": made },
    stderr: "capture",
  });
  console.log(result.success ? `copied ${args[0]}` : result.stderrText().trim());
}

folder.close();
console.log(`it made: ${made.list().map(({ name }) => name).join(", ")}`);
