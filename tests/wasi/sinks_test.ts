/** What a run does about a sink that fails, or that does not take what the guest wrote. */
import { assertEquals, assertRejects } from "@std/assert";
import { run, type RunOptions } from "../../mod.ts";
import { inTime } from "./in_time.ts";

const calls = new URL("../guests/calls.wasm", import.meta.url);
const filter = new URL("../../examples/filter/filter.wasm", import.meta.url);
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const fail = async (): Promise<void> => {
  await later();
  throw new TypeError("the application's own");
};

Deno.test("what a function that takes output fails with is thrown by the run, also when it is late", async () => {
  const given: RunOptions = { args: ["write:2:x"], stdout: "null", stderr: "null" };
  for (const output of [{ stdout: fail }, { stderr: fail }, { stdout: fail, limits: { output: 1000 } }]) {
    await inTime(
      assertRejects(() => run(calls, { ...given, ...output }), TypeError, "the application's own"),
    );
  }
});

Deno.test("a function that fails late ends a guest that goes on writing", async () => {
  let reads = 0;
  async function* endless(): AsyncGenerator<string> {
    for (;; reads++) {
      await later();
      yield "line\n".repeat(1000);
    }
  }
  const running = run(filter, { args: ["--upper"], stdin: endless(), stdout: fail, stderr: "null" });
  await inTime(assertRejects(() => running, TypeError, "the application's own"));
  const before = reads;
  await later();
  assertEquals(reads, before);
});

Deno.test("a run waits for functions that take their time", async () => {
  let taken = 0;
  const take = async (bytes: Uint8Array): Promise<void> => {
    await later();
    taken += bytes.length;
  };
  await inTime(run(calls, { args: ["flood:5000"], stdout: take, stderr: "null" }));
  assertEquals(taken >= 5000, true);
});

const never = (): Promise<void> => new Promise(() => {});
const stuck: Record<string, () => RunOptions["stdout"]> = {
  "takes nothing": () => new WritableStream({ write: never }),
  "never closes": () => new WritableStream({ close: never }),
  "is not read": () => new TransformStream<Uint8Array, Uint8Array>().writable,
  "is a function that never answers": () => never,
};

for (const [name, stdout] of Object.entries(stuck)) {
  Deno.test(`a time limit and a signal end the wait for a sink that ${name}`, async () => {
    const given: RunOptions = { args: ["write:1:x"], stderr: "null" };
    const timed = await inTime(run(calls, { ...given, stdout: stdout(), limits: { timeout: 500 } }));
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Some time after the last call of the guest, which ends then.
    const trace = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), 200);
    };
    const waiting = { ...given, stdout: stdout(), signal: controller.signal, trace };
    const aborted = await inTime(run(calls, waiting));
    assertEquals([timed.reason, aborted.reason], ["exit", "exit"]);
  });
}

Deno.test("a sink that is in time is waited for, however long the limit is", async () => {
  for (const timeout of [60_000, 2 ** 33, Infinity]) {
    let text = "";
    const stdout = new WritableStream<Uint8Array>({
      write: async (bytes) => {
        await later();
        text += new TextDecoder().decode(bytes);
      },
    });
    await inTime(run(calls, { args: ["write:1:x"], stdout, stderr: "null", limits: { timeout } }));
    assertEquals(text.includes("fd_write"), true);
  }
});
