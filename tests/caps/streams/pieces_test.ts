/** What an application may give as pieces of input, and what it may not. */
import { assertEquals, assertRejects } from "@std/assert";
import { iterableInput, readableInput, run } from "../../../mod.ts";
import type { InputStream } from "../../../caps/stream.ts";

const filter = new URL("../../../examples/filter/filter.wasm", import.meta.url);

async function* iterated(piece: unknown): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield piece as Uint8Array;
}

const streamed = (piece: unknown): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(piece as Uint8Array);
      controller.close();
    },
  });

async function readAll(input: InputStream): Promise<number[]> {
  const taken: number[] = [];
  const buffer = new Uint8Array(5);
  for (;;) {
    await input.wait(Infinity);
    const count = input.read(buffer, 0, buffer.length);
    if (count === 0) break;
    taken.push(...buffer.subarray(0, count));
  }
  input.close();
  return taken;
}

const memory = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
const shared = new SharedArrayBuffer(2);
new Uint8Array(shared).set([8, 9]);

const good: Record<string, [unknown, number[]]> = {
  "a text": ["ä", [0xc3, 0xa4]],
  "an empty text": ["", []],
  "a Uint8Array": [memory.subarray(2, 4), [2, 3]],
  "an ArrayBuffer": [memory.slice(5).buffer, [5, 6, 7]],
  "a SharedArrayBuffer": [shared, [8, 9]],
  "a DataView": [new DataView(memory.buffer, 1, 3), [1, 2, 3]],
  "a Uint16Array": [new Uint16Array(memory.buffer, 2, 3), [2, 3, 4, 5, 6, 7]],
};

for (const [name, [piece, expected]] of Object.entries(good)) {
  Deno.test(`a piece of input may be ${name}`, async () => {
    assertEquals(await readAll(readableInput(streamed(piece))), expected);
    assertEquals(await readAll(iterableInput(iterated(piece))), expected);
  });
}

const bad = { number: 5, array: [97], object: { length: 5 }, null: null, undefined };

for (const [type, piece] of Object.entries(bad)) {
  Deno.test(`a piece of input of type "${type}" ends the run with a clear error`, async () => {
    for (const stdin of [streamed(piece), iterated(piece)]) {
      const running = run(filter, { args: ["--upper"], stdin, stdout: "null", stderr: "null" });
      await assertRejects(() => running, TypeError, `a piece of input of type "${type}"`);
    }
  });
}

Deno.test("an iterator that cannot be given up does not spoil the run", async () => {
  const stdin: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: "text" }),
      return: () => {
        throw new Error("not now");
      },
    }),
  };
  const hello = new URL("../../../examples/copy/hello.wasm", import.meta.url);
  const result = await run(hello, { stdin, stdout: "capture" });
  assertEquals([result.code, result.stdoutText()], [0, "hello world\n"]);
});
