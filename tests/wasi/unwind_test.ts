import { assert, assertEquals, assertRejects } from "@std/assert";
import { promising, suspending } from "../../wasi/engine.ts";
import { binaryOf } from "./preview1/kit.ts";
import { isUnwinding, unwind } from "../../wasi/unwind.ts";

/** A guest that catches whatever can be caught, and tells that it goes on. */
const stubborn = `(module
  (import "host" "leave" (func $leave))
  (import "host" "survived" (func $survived))
  (func (export "run")
    (try (do (call $leave)) (catch_all (call $survived)))
    (call $survived)))`;

async function instantiate(leave: WebAssembly.ImportValue, survived: () => void): Promise<() => void> {
  const module = new WebAssembly.Module(await binaryOf(stubborn));
  const instance = new WebAssembly.Instance(module, { host: { leave, survived } });
  return instance.exports.run as () => void;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
}

Deno.test("a guest that catches everything is left all the same", async () => {
  let survived = 0;
  const run = await instantiate(unwind, () => survived++);
  assert(isUnwinding(thrownBy(run)));
  assertEquals(survived, 0);
  // An ordinary exception would not do.
  const caught = await instantiate(() => {
    throw new Error("caught");
  }, () => survived++);
  caught();
  assertEquals(survived, 2);
});

Deno.test("a guest that was suspended is left too", async () => {
  let survived = 0;
  const leave = suspending(() => Promise.resolve().then(unwind));
  const run = await instantiate(leave, () => survived++);
  const error = await assertRejects(() => promising(run as WebAssembly.ExportValue)());
  assert(isUnwinding(error));
  assertEquals(survived, 0);
});

Deno.test("a guest's own trap is not taken for being left", async () => {
  const module = new WebAssembly.Module(await binaryOf('(module (func (export "run") unreachable))'));
  const { run } = new WebAssembly.Instance(module).exports;
  const error = thrownBy(run as () => void);
  assert(error instanceof WebAssembly.RuntimeError);
  assertEquals([isUnwinding(error), isUnwinding(undefined), isUnwinding("x")], [false, false, false]);
});
