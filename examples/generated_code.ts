/**
 * Code that a machine wrote, with limits on everything it could waste: time, memory, output and room on a disk. Each
 * limit ends in its own way, and none of them ends this program.
 *
 *     deno run -A examples/generated_code.ts
 *
 * @module
 */
import { memoryDirectory, quota, run, type Source } from "../mod.ts";

/** What the machine came up with. Modules may be text; a tool that they ask for may be a file. */
const candidates: Record<string, Source> = {
  "answers": text(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "42\\n")
    (func (export "_start")
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 3))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`),
  "never ends": text('(module (func (export "_start") (loop $again (br $again))))'),
  "talks too much": text(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
      (i32.store (i32.const 4) (i32.const 1000))
      (loop $again
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $again))))`),
  "hoards memory": text(`(module
    (memory (export "memory") 1)
    (func (export "_start")
      (loop $again (br_if $again (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))
      unreachable))`),
  "fills the disk": new URL("copy/demo.wasm", import.meta.url),
};

for (const [name, source] of Object.entries(candidates)) {
  const result = await run(source, {
    args: ["/work/large", "/work/larger"],
    dirs: { "/work": quota(memoryDirectory({ large: "x".repeat(200_000) }), { bytes: 100_000 }) },
    stdout: "capture",
    stderr: "capture",
    limits: { timeout: 500, memory: 16 << 20, output: 10_000 },
  });
  const said = result.reason === "exit" ? result.stdoutText() + result.stderrText() : result.message;
  console.log(`${name}: ${result.reason} ${result.code}, ${said?.trim()}`);
}

function text(module: string): Uint8Array {
  return new TextEncoder().encode(module);
}
