import { assert, assertEquals } from "@std/assert";
import { PulledInput } from "../../../caps/streams/pulled.ts";
import { PushedOutput } from "../../../caps/streams/pushed.ts";
import { limitedOutput } from "../../../caps/streams/limited.ts";
import {
  captureOutput,
  Fault,
  type InputStream,
  iterableInput,
  type OutputStream,
  readableInput,
  writableOutput,
} from "../../../mod.ts";
import { outcome } from "../outcome.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Far longer than any of these waits takes: a hang guard. */
const LONG = 30_000;

async function all(input: InputStream, step = 4): Promise<string> {
  const buffer = new Uint8Array(step);
  let said = "";
  for (;;) {
    while (input.ready() === undefined) await input.wait(LONG);
    const count = input.read(buffer, 0, step);
    if (count === 0) return said;
    said += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

async function put(output: OutputStream, text: string): Promise<void> {
  const from = bytes(text);
  for (let start = 0; start < from.length;) {
    while (output.ready() === undefined) await output.wait(LONG);
    start += output.write(from, start, from.length);
  }
}

Deno.test("an input that is not ready says so, and never waits inside a read", async () => {
  let give!: (piece: Uint8Array) => void;
  let asked = 0;
  const input = new PulledInput({
    next: () => {
      asked++;
      return new Promise((resolve) => give = resolve);
    },
    cancel: () => {},
  }, "pipe");
  assertEquals(asked, 0);
  assertEquals(outcome(() => input.read(new Uint8Array(4), 0, 4)), "EAGAIN");
  assertEquals(input.ready(), undefined);
  await input.wait(1);
  assertEquals([input.ready(), asked], [undefined, 1]);
  give(bytes("abc"));
  await input.wait(LONG);
  assertEquals(input.ready(), 3);
  const buffer = bytes("....");
  assertEquals([input.peek(buffer, 1, 3), input.read(buffer, 2, 4), input.ready()], [2, 2, 1]);
  assertEquals(new TextDecoder().decode(buffer), ".aab");
  // Nothing more is asked for while something is left.
  assertEquals(asked, 1);
  input.close();
});

Deno.test("empty pieces are not the end, and the end stays", async () => {
  const pieces = [bytes(""), bytes("a"), bytes(""), bytes("b"), undefined];
  const input = new PulledInput({ next: () => Promise.resolve(pieces.shift()), cancel: () => {} }, "pipe");
  assertEquals(await all(input), "ab");
  assertEquals([input.ready(), input.read(new Uint8Array(1), 0, 1)], [0, 0]);
  await input.wait(Infinity);
});

Deno.test("a source that fails is ready, and the read says how", async () => {
  const failing = (error: unknown): PulledInput =>
    new PulledInput({ next: () => Promise.reject(error), cancel: () => {} }, "pipe");
  for (const [error, code] of [[Fault.of("ECONNRESET"), "ECONNRESET"], [new Error("x"), "EIO"]] as const) {
    const input = failing(error);
    await input.wait(LONG);
    assertEquals(input.ready(), 0);
    assertEquals(outcome(() => input.read(new Uint8Array(1), 0, 1)), code);
    assertEquals(outcome(() => input.read(new Uint8Array(1), 0, 1)), code);
  }
});

Deno.test("closing an input cancels its source once and ends all waits", async () => {
  let cancelled = 0;
  const input = new PulledInput(
    { next: () => new Promise(() => {}), cancel: () => void cancelled++ },
    "pipe",
  );
  const waits = [input.wait(Infinity), input.wait(LONG)];
  input.close();
  input.close();
  await Promise.all(waits);
  assertEquals([cancelled, input.ready(), input.read(new Uint8Array(1), 0, 1)], [1, 0, 0]);
});

Deno.test("a wait that nothing answers is over when time is up, and leaves no timer", async () => {
  const input = new PulledInput({ next: () => new Promise(() => {}), cancel: () => {} }, "pipe");
  await input.wait(1);
  assertEquals(input.ready(), undefined);
  const wait = input.wait(LONG);
  input.close();
  await wait;
});

Deno.test("an output holds no more than its buffer, and goes on when the other side does", async () => {
  const taken: string[] = [];
  let goOn!: () => void;
  const output = new PushedOutput(
    {
      write: (piece) => {
        taken.push(new TextDecoder().decode(piece));
        return new Promise((resolve) => goOn = resolve);
      },
      end: () => Promise.resolve(),
    },
    "pipe",
    4,
  );
  assertEquals([output.ready(), output.write(bytes("abc"), 0, 3), output.ready()], [4, 3, 1]);
  assertEquals([output.write(bytes("def"), 0, 3), output.ready()], [1, undefined]);
  assertEquals(outcome(() => output.write(bytes("e"), 0, 1)), "EAGAIN");
  await output.wait(1);
  assertEquals([output.ready(), taken], [undefined, ["abc"]]);
  goOn();
  await output.wait(LONG);
  assertEquals([output.ready(), taken], [3, ["abc", "d"]]);
  goOn();
  await output.flush();
  assertEquals(output.ready(), 4);
});

Deno.test("an output keeps what was written when the guest's memory changes", async () => {
  const taken: number[] = [];
  const output = new PushedOutput({
    write: (piece) => Promise.resolve(void taken.push(...piece)),
    end: () => Promise.resolve(),
  }, "pipe");
  const from = new Uint8Array(new SharedArrayBuffer(2));
  for (let i = 0; i < 4; i++) {
    from.fill(i);
    output.write(from, 0, 2);
  }
  await output.flush();
  assertEquals(taken, [0, 0, 1, 1, 2, 2, 3, 3]);
});

Deno.test("an output whose other side failed is a broken pipe, from then on", async () => {
  for (
    const [error, code] of [[new Error("gone"), "EPIPE"], [Fault.of("ECONNRESET"), "ECONNRESET"]] as const
  ) {
    let ended = 0;
    const output = new PushedOutput(
      {
        write: () => Promise.reject(error),
        end: () => Promise.resolve(void ended++),
      },
      "pipe",
      4,
    );
    output.write(bytes("abcd"), 0, 4);
    await output.wait(LONG);
    assertEquals(output.ready(), 0);
    assertEquals(outcome(() => output.write(bytes("e"), 0, 1)), code);
    output.close();
    await output.flush();
    assertEquals(ended, 0);
  }
});

Deno.test("closing an output hands on what it holds, then tells the end once", async () => {
  const seen: string[] = [];
  const output = new PushedOutput({
    write: (piece) => Promise.resolve(void seen.push(new TextDecoder().decode(piece))),
    end: () => Promise.resolve(void seen.push("end")),
  }, "pipe");
  output.write(bytes("abc"), 0, 3);
  output.close();
  output.close();
  assertEquals(outcome(() => output.write(bytes("d"), 0, 1)), "EPIPE");
  await output.flush();
  assertEquals(seen, ["abc", "end"]);
});

Deno.test("a web stream is read to its end, whatever its chunks", async () => {
  const chunks = ["", "hello ", "w", "", "orld"].map(bytes);
  assertEquals(await all(readableInput(ReadableStream.from(chunks))), "hello world");
  assertEquals(await all(readableInput(new Blob(["x".repeat(300_000)]).stream()), 7000), "x".repeat(300_000));
});

Deno.test("a web stream that errors is an I/O error, and one that is given up is cancelled", async () => {
  const failing = readableInput(
    new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: () => Promise.reject(new Error("cable pulled")) }),
  );
  await failing.wait(LONG);
  assertEquals(outcome(() => failing.read(new Uint8Array(1), 0, 1)), "EIO");
  const cancelled = await new Promise<boolean>((resolve) => {
    const input = readableInput(new ReadableStream<Uint8Array<ArrayBuffer>>({ cancel: () => resolve(true) }));
    assertEquals(input.ready(), undefined);
    input.close();
  });
  assert(cancelled);
});

Deno.test("an iterable gives bytes and texts, is asked no sooner than needed, and is told when it is over", async () => {
  const seen: string[] = [];
  async function* source(): AsyncGenerator<string | Uint8Array> {
    try {
      for (const piece of ["ä", bytes("b"), "c"]) {
        seen.push("asked");
        await Promise.resolve();
        yield piece;
      }
    } finally {
      seen.push("over");
    }
  }
  assertEquals(await all(iterableInput(source())), "äbc");
  assertEquals(seen, ["asked", "asked", "asked", "over"]);
  const input = iterableInput(source());
  await input.wait(LONG);
  assertEquals(seen.length, 5);
  input.close();
  await Promise.resolve();
  assertEquals(seen.at(-1), "over");
});

Deno.test("a web stream gets everything in order, with back-pressure, and its end", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const output = writableOutput(writable, { buffer: 1000 });
  output.write(new Uint8Array(1000), 0, 1000);
  // Nobody reads yet, so the guest has to wait.
  await output.wait(20);
  assertEquals(output.ready(), undefined);
  const text = new Response(readable).text();
  await put(output, "hello ".repeat(1000));
  output.close();
  await output.flush!();
  assertEquals((await text).slice(1000), "hello ".repeat(1000));
});

Deno.test("a limited output is flushed with what lies behind it", async () => {
  let goOn!: () => void;
  const behind = new PushedOutput({
    write: () => new Promise((resolve) => goOn = resolve),
    end: () => Promise.resolve(),
  }, "pipe");
  const output = limitedOutput(behind, { left: 10 }, {});
  output.write(bytes("abc"), 0, 3);
  let flushed = false;
  const flush = output.flush!().then(() => flushed = true);
  await output.wait(1);
  assertEquals(flushed, false);
  goOn();
  await flush;
  await limitedOutput(captureOutput(), { left: 1 }, {}).flush!();
});

Deno.test("a web stream that the reader gave up is a broken pipe", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const output = writableOutput(writable, { buffer: 2 });
  await readable.cancel();
  output.write(bytes("ab"), 0, 2);
  while (output.ready() !== 0) await output.wait(LONG);
  assertEquals(outcome(() => output.write(bytes("c"), 0, 1)), "EPIPE");
});

Deno.test("a web stream can be kept open for the next guest", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const text = new Response(readable).text();
  for (const word of ["one ", "two"]) {
    const output = writableOutput(writable, { preventClose: true });
    await put(output, word);
    output.close();
    await output.flush!();
  }
  await writable.close();
  assertEquals(await text, "one two");
});
