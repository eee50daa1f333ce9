import { assertEquals } from "@std/assert";
import { shellHostV2, Status } from "../../../examples/shell/host_v2.ts";
import { ShellState } from "../../../examples/shell/state.ts";
import { run } from "../../../mod.ts";

/** Makes one call of the second version and exits with its status; the memory is looked at by the test. */
async function status(state: ShellState, call: string, then = ""): Promise<number> {
  const guest = new TextEncoder().encode(`(module
    (import "host_v2" "add" (func $add (param i32) (result i32)))
    (import "host_v2" "sum" (func $sum (param i32) (result i32)))
    (import "host_v2" "get" (func $get (param i32 i32 i32 i32 i32) (result i32)))
    (import "host_v2" "set" (func $set (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 8) "key") (data (i32.const 16) "\\00\\ff\\80\\00")
    (func (export "_start") (local $status i32)
      (local.set $status ${call})
      ${then}
      (call $exit (local.get $status))))`);
  return (await run(guest, { host: [shellHostV2(state)], hostFailed: () => {} })).code;
}

const KEY = "(i32.const 8) (i32.const 3)";

Deno.test("values of any bytes are kept, and a status is never mistaken for one", async () => {
  const state = new ShellState();
  assertEquals(
    await status(state, `(call $get ${KEY} (i32.const 64) (i32.const 64) (i32.const 128))`),
    Status.noSuchKey,
  );
  assertEquals(await status(state, `(call $set ${KEY} (i32.const 16) (i32.const 4))`), Status.ok);
  assertEquals(state.get("key"), new Uint8Array([0, 255, 128, 0]));
  const same = `(if (i32.ne (i32.load (i32.const 64)) (i32.const 0x8_0ff00)) (then (unreachable)))`;
  assertEquals(
    await status(
      state,
      `(call $get ${KEY} (i32.const 64) (i32.const 4) (i32.const 128))`,
      same.replace("_", ""),
    ),
    Status.ok,
  );
});

Deno.test("an answer that does not fit is not cut: its length is told, and nothing of it is written", async () => {
  const state = new ShellState();
  await state.set("key", new Uint8Array([1, 2, 3, 4]));
  const untouched = `(if (i32.load (i32.const 64)) (then (unreachable)))
    (if (i32.ne (i32.load (i32.const 128)) (i32.const 4)) (then (unreachable)))`;
  const get = `(call $get ${KEY} (i32.const 64) (i32.const 3) (i32.const 128))`;
  assertEquals(await status(state, get, untouched), Status.tooSmall);
});

Deno.test("a bad parameter is a status, and has no effect", async () => {
  const state = new ShellState();
  for (
    const range of [
      "(i32.const 65536) (i32.const 1)",
      "(i32.const -1) (i32.const 2)",
      "(i32.const 8) (i32.const -1)",
    ]
  ) {
    assertEquals(await status(state, `(call $set ${KEY} ${range})`), Status.badParameter);
    assertEquals(await status(state, `(call $set ${range} ${KEY})`), Status.badParameter);
    assertEquals(await status(state, `(call $get ${KEY} ${range} (i32.const 128))`), Status.badParameter);
  }
  assertEquals(await status(state, "(call $sum (i32.const 65533))"), Status.badParameter);
  assertEquals(state.get("key"), undefined);
});

Deno.test("a store that fails is a status, and the guest goes on", async () => {
  const broken = { get: () => undefined, keys: () => [], close: () => Promise.resolve() };
  const refuse = (): Promise<void> => Promise.reject(new Error("disk full: /home/me"));
  const state = new ShellState({ ...broken, set: refuse, delete: refuse });
  assertEquals(await status(state, `(call $set ${KEY} (i32.const 16) (i32.const 4))`), Status.failed);
  assertEquals(await status(state, "(call $add (i32.const 1))"), Status.failed);
});
