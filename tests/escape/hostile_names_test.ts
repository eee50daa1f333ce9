/** Names in a module are its own words, as long as it likes and of any form: they neither hold up the runner nor lie. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { run, UnusableModuleError } from "../../mod.ts";
import { wat } from "../wasi/binary/wat.ts";
import { withName } from "./named_function.ts";

const CRASH = '(module (func (export "_start") unreachable))';
/** Looks like the address behind the name of a function, again and again. */
const MAZE = " (wasm://".repeat(400_000);
const FORGED = "x\nat outer (wasm://wasm/1:wasm-function[7]:0x1)\nat y";

async function crash(name: string): Promise<readonly string[]> {
  const { reason, message, stack } = await run(withName(wat(CRASH), name), { stderr: "null" });
  assertEquals([reason, message], ["trap", "unreachable"]);
  return stack ?? [];
}

Deno.test("a crash is told at once, whatever the functions are called", async () => {
  // A minute is hundreds of times what it takes.
  const started = performance.now();
  for (const name of [MAZE, `${MAZE}\n`, `${MAZE}:wasm-function[1]:0x1)\n${MAZE}`, "A".repeat(5_000_000)]) {
    const [frame, ...others] = await crash(name);
    assertEquals(others, []);
    assert(frame!.length < 300, `${frame!.length} characters`);
    assert(frame!.endsWith("... (wasm-function[0]:0x23)"), frame);
  }
  assert(performance.now() - started < 60_000);
});

Deno.test("a name makes up no frame of another function", async () => {
  const [frame, ...others] = await crash(FORGED);
  assertEquals(others, []);
  assert(frame!.startsWith("x at outer ("), frame);
  assert(frame!.endsWith("at y (wasm-function[0]:0x23)"), frame);
});

Deno.test("the same holds for what a thread was doing", async () => {
  const text = `(module
    (import "env" "memory" (memory 1 1 shared))
    (import "wasi" "thread-spawn" (func (param i32) (result i32)))
    (func (export "wasi_thread_start") (param i32 i32))
    (func (export "_start") unreachable))`;
  for (const name of [`${MAZE}\n`, FORGED]) {
    const bytes = withName(wat(text), name, 2);
    const { reason, stack = [] } = await run(bytes, { threads: 1, stderr: "null" });
    assertEquals([reason, stack.length], ["trap", 1]);
    assert(stack[0]!.length < 300 && stack[0]!.includes("(wasm-function[2]:"), stack[0]);
  }
});

Deno.test("a message is no longer than people read, however long the name of an import is", async () => {
  const long = "a".repeat(1_000_000);
  for (const [module, name] of [[long, "f"], ["wasi_snapshot_preview1", long]]) {
    const bytes = wat(`(module (import "${module}" "${name}" (func)) (func (export "_start")))`);
    const error = await assertRejects(() => run(bytes), UnusableModuleError);
    assert((error as unknown as Error).message.length < 3000);
  }
});
