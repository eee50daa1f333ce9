import { assertEquals } from "@std/assert";
import { applyImage, imageOf } from "../../../wasi/snapshot/memory_image.ts";

Deno.test("an image holds the pages in which anything is set, and no others", () => {
  const memory = new Uint8Array(65536);
  assertEquals(imageOf(memory.buffer).runs, []);
  for (const at of [0, 4095, 4096, 65535]) memory[at] = 1;
  const image = imageOf(memory.buffer);
  assertEquals(image.runs, [{ first: 0, count: 2 }, { first: 15, count: 1 }]);
  assertEquals(image.data.length, 3 * 4096);
});

Deno.test("any one byte keeps its page", () => {
  for (let at = 0; at < 4096; at += 3) {
    const memory = new Uint8Array(65536);
    memory[4096 + at] = 128;
    assertEquals(imageOf(memory.buffer).runs, [{ first: 1, count: 1 }]);
  }
});

Deno.test("an image replaces all that a memory held", () => {
  const memory = crypto.getRandomValues(new Uint8Array(65536));
  memory.fill(0, 4096, 20000);
  memory.fill(0, 61440);
  const image = imageOf(memory.buffer);
  const other = new Uint8Array(65536).fill(255);
  applyImage(image, other.buffer, [{ first: 0, count: 16 }]);
  assertEquals(other, memory);
});

Deno.test("an image does not change with the memory", () => {
  const memory = new Uint8Array(65536).fill(3);
  const image = imageOf(memory.buffer);
  memory.fill(4);
  assertEquals(image.data[0], 3);
});

Deno.test("only what is said to be filled is emptied", () => {
  const image = imageOf(new Uint8Array(65536).buffer);
  const other = new Uint8Array(65536).fill(1, 0, 4096).fill(2, 8192, 8193);
  applyImage(image, other.buffer, [{ first: 0, count: 1 }]);
  assertEquals([other[0], other[4095], other[8192]], [0, 0, 2]);
});
