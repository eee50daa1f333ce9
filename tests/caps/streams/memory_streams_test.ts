import { assertEquals, assertThrows } from "@std/assert";
import {
  bytesInput,
  callbackOutput,
  captureOutput,
  fileInput,
  fileOutput,
  type InputStream,
  memoryDirectory,
  nullInput,
  nullOutput,
  Open,
} from "../../../mod.ts";
import { file, outcome, text } from "../outcome.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Everything that an input gives, read in small steps. */
function all(input: InputStream, step = 3): string {
  const buffer = new Uint8Array(step + 2);
  let said = "";
  for (;;) {
    const count = input.read(buffer, 1, 1 + step);
    if (count === 0) return said;
    said += new TextDecoder().decode(buffer.subarray(1, 1 + count));
  }
}

Deno.test("nothing comes from null, and everything may go there", () => {
  assertEquals([nullInput().ready(), all(nullInput())], [0, ""]);
  const output = nullOutput();
  assertEquals(output.write(bytes("hello"), 1, 4), 3);
  assertEquals(output.ready()! > 0, true);
});

Deno.test("bytes are given once, in order, into the range asked for and nowhere else", () => {
  const input = bytesInput("hello");
  const buffer = bytes("........");
  assertEquals([input.ready(), input.read(buffer, 2, 5), input.ready()], [5, 3, 2]);
  assertEquals(new TextDecoder().decode(buffer), "..hel...");
  assertEquals(input.read(buffer, 0, 8), 2);
  assertEquals(new TextDecoder().decode(buffer), "lohel...");
  assertEquals([input.ready(), input.read(buffer, 0, 8)], [0, 0]);
  assertEquals(all(bytesInput(new Uint8Array([0x61, 0x62]))), "ab");
});

Deno.test("a capture keeps exact ranges, also from shared memory", () => {
  const output = captureOutput();
  const from = new Uint8Array(new SharedArrayBuffer(8));
  from.set(bytes("01234567"));
  assertEquals(output.write(from, 2, 4), 2);
  assertEquals(output.write(from, 0, 1), 1);
  from.fill(0);
  assertEquals([output.text(), output.full], ["230", false]);
  const copy = output.bytes();
  copy[0] = 0;
  assertEquals(output.text(), "230");
});

Deno.test("a capture of many small writes and a large one is whole", () => {
  const output = captureOutput();
  for (let i = 0; i < 5000; i++) output.write(bytes(String(i % 10)), 0, 1);
  output.write(new Uint8Array(100_000).fill(0x78), 0, 100_000);
  assertEquals(output.text(), "0123456789".repeat(500) + "x".repeat(100_000));
});

Deno.test("a capture's limit: below, at and above", () => {
  const output = captureOutput({ limit: 4 });
  assertEquals(output.write(bytes("abc"), 0, 3), 3);
  assertEquals(output.full, false);
  assertEquals(output.write(bytes("de"), 0, 2), 1);
  assertEquals(output.full, true);
  assertEquals(outcome(() => output.write(bytes("f"), 0, 1)), "ENOSPC");
  assertEquals(output.text(), "abcd");
  assertEquals(outcome(() => captureOutput({ limit: 0 }).write(bytes("f"), 0, 1)), "ENOSPC");
  for (const limit of [-1, 1.5, NaN, Infinity, 2 ** 31]) {
    assertThrows(() => captureOutput({ limit }), RangeError, String(limit));
  }
  for (const wrong of ["64M", 65536, null, { limit: "64M" }, { max: 5 }, [5]]) {
    assertThrows(() => captureOutput(wrong as unknown as { limit: number }), TypeError, "give ");
  }
});

Deno.test("a file is read and written from its beginning, each stream with its own position", () => {
  const directory = memoryDirectory({ "in": "hello world", "out": "123456789" });
  const input = fileInput(file(directory, "in", Open.read));
  const other = fileInput(file(directory, "in", Open.read));
  assertEquals([input.read(new Uint8Array(6), 0, 6), all(input), all(other)], [6, "world", "hello world"]);
  assertEquals([input.ready(), other.streamKind], [0, "file"]);
  const output = fileOutput(file(directory, "out", Open.write));
  output.write(bytes("ab"), 0, 2);
  output.write(bytes("cd"), 1, 2);
  output.close();
  assertEquals(text(directory, "out"), "abd456789");
  const appending = fileOutput(file(directory, "out", Open.write), { append: true });
  appending.write(bytes("!"), 0, 1);
  appending.close();
  assertEquals(text(directory, "out"), "abd456789!");
});

Deno.test("a file's fault reaches who writes", () => {
  const directory = memoryDirectory({ "f": "" });
  assertEquals(outcome(() => fileOutput(file(directory, "f", Open.read)).write(bytes("x"), 0, 1)), "EBADF");
});

Deno.test("a function gets copies of each write, and what it throws goes on", () => {
  const pieces: string[] = [];
  const output = callbackOutput((piece) => pieces.push(new TextDecoder().decode(piece)));
  const from = new Uint8Array(new SharedArrayBuffer(4));
  from.set(bytes("abcd"));
  assertEquals([output.write(from, 1, 3), output.write(from, 3, 4)], [2, 1]);
  assertEquals(pieces, ["bc", "d"]);
  const failing = callbackOutput(() => {
    throw new TypeError("the application's own");
  });
  assertThrows(() => failing.write(from, 0, 1), TypeError, "the application's own");
});
