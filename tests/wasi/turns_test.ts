/** Signals for programs that were loaded before without being metered: nothing ends those but their own calls. */
import { assertEquals } from "@std/assert";
import { Command, loadProgram, type Program, run } from "../../mod.ts";

/**
 * A program that makes one call over and over and never waits. It gives up by itself in the end, or a test that fails
 * would never end.
 */
function repeating(call: string, types: string, args: string): Promise<Program> {
  return loadProgram(
    new TextEncoder().encode(`(module
      (import "wasi_snapshot_preview1" "${call}" (func $call (param ${types}) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 4) "\\04")
      (global $left (mut i32) (i32.const 3000000))
      (func (export "_start")
        (loop $again
          (drop (call $call ${args}))
          (global.set $left (i32.sub (global.get $left) (i32.const 1)))
          (br_if $again (global.get $left)))))`),
  );
}

const oneBuffer = (fd: number): string => `(i32.const ${fd}) (i32.const 0) (i32.const 1) (i32.const 16)`;

const cases: Record<string, Promise<Program>> = {
  fd_read: repeating("fd_read", "i32 i32 i32 i32", oneBuffer(0)),
  fd_write: repeating("fd_write", "i32 i32 i32 i32", oneBuffer(1)),
  "fd_write that fails": repeating("fd_write", "i32 i32 i32 i32", oneBuffer(9)),
  poll_oneoff: repeating("poll_oneoff", "i32 i32 i32 i32", oneBuffer(64)),
};

for (const [name, program] of Object.entries(cases)) {
  Deno.test(`a signal ends a guest that only calls ${name}`, async () => {
    const controller = new AbortController();
    const running = run(await program, { stdout: "null", signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    const { reason, code } = await running;
    assertEquals([reason, code], ["aborted", 130]);
  });
}

Deno.test("a spawned command that only writes is killed", async () => {
  const child = new Command(await cases.fd_write!, { stdout: "null" }).spawn();
  setTimeout(() => child.kill(), 1);
  assertEquals((await child.status).reason, "aborted");
});

Deno.test("a guest that has its turns comes to its own end", async () => {
  const program = await loadProgram(
    await Deno.readFile(new URL("../../examples/filter/filter.wasm", import.meta.url)),
  );
  const text = "line\n".repeat(200_000);
  const { signal } = new AbortController();
  const result = await run(program, { args: ["--upper"], stdin: { text }, stdout: "capture", signal });
  assertEquals([result.reason, result.stdoutText() === text.toUpperCase()], ["exit", true]);
});
