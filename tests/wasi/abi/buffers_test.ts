import { assertEquals, assertThrows } from "@std/assert";
import { Buffers, MOST_AT_ONCE, MOST_BUFFERS } from "../../../wasi/abi/buffers.ts";
import { GuestMemory } from "../../../wasi/abi/memory.ts";

function memoryWith(pages: number, at: number, ...ranges: [number, number][]): GuestMemory {
  const memory = new GuestMemory();
  memory.attach(new WebAssembly.Memory({ initial: pages }));
  ranges.forEach(([start, length], i) => {
    memory.view.setUint32(at + i * 8, start, true);
    memory.view.setUint32(at + i * 8 + 4, length, true);
  });
  return memory;
}

Deno.test("a list that is not wholly inside is a fault, whatever its count", () => {
  const memory = memoryWith(1, 0);
  const buffers = new Buffers();
  for (
    const [pointer, count] of [[65536 - 7, 1], [-8, 1], [-8, 2], [0, -1], [0, 0x2000_0000], [
      8,
      8192,
    ]] as const
  ) {
    assertThrows(() => buffers.load(memory, pointer, count), "EFAULT");
  }
});

Deno.test("a buffer that is not wholly inside is a fault, also behind good ones", () => {
  for (
    const bad of [[65536, 1], [0xffff_ffff, 1], [0xffff_ffff, 2], [1, 0xffff_ffff], [65537, 0]] as [
      number,
      number,
    ][]
  ) {
    const memory = memoryWith(1, 0, [100, 1], bad);
    assertThrows(() => new Buffers().load(memory, 0, 2), "EFAULT");
  }
});

Deno.test("more buffers than Linux takes are refused before they are looked at", () => {
  const memory = memoryWith(1, 0);
  const buffers = new Buffers();
  buffers.load(memory, 0, MOST_BUFFERS);
  assertEquals([buffers.count, buffers.total], [0, 0]);
  assertThrows(() => buffers.load(memory, 0, MOST_BUFFERS + 1), "EINVAL");
});

Deno.test("buffers of 4 GiB in all are refused; of more than 1 GiB, the rest is left", () => {
  const large = 1024 * 65536;
  const list = Array.from({ length: 64 }, (): [number, number] => [0, large]);
  const memory = memoryWith(1024, 0, ...list);
  const buffers = new Buffers();
  assertThrows(() => buffers.load(memory, 0, 64), "EINVAL");
  buffers.load(memory, 0, 63);
  assertEquals([buffers.count, buffers.total], [16, MOST_AT_ONCE]);
});

Deno.test("empty buffers do not count", () => {
  const memory = memoryWith(1, 0, [9, 0], [100, 3], [65536, 0], [200, 2]);
  const buffers = new Buffers();
  buffers.load(memory, 0, 4);
  assertEquals([buffers.count, buffers.total], [2, 5]);
  assertEquals([buffers.start(0), buffers.end(0), buffers.start(1), buffers.end(1)], [100, 103, 200, 202]);
});

Deno.test("what is read over the list itself does not change where the rest goes", () => {
  const memory = memoryWith(1, 0, [8, 8], [100, 4]);
  const buffers = new Buffers();
  buffers.load(memory, 0, 2);
  memory.bytes.fill(0xff, 8, 16);
  assertEquals([buffers.start(1), buffers.end(1)], [100, 104]);
});

Deno.test("several buffers are gathered into one piece, and one piece scattered", () => {
  const memory = memoryWith(1, 0, [1000, 3], [2000, 100], [3000, 2]);
  const buffers = new Buffers();
  buffers.load(memory, 0, 3);
  memory.bytes.set([1, 2, 3], 1000);
  memory.bytes.fill(4, 2000, 2100);
  memory.bytes.set([5, 6], 3000);
  const scratch = buffers.scratch()!;
  buffers.gather(memory);
  assertEquals([...scratch.slice(0, 105)], [1, 2, 3, ...Array(100).fill(4), 5, 6]);
  memory.bytes.fill(0, 1000, 4000);
  buffers.scatter(memory, 104);
  assertEquals([...memory.bytes.slice(1000, 1004)], [1, 2, 3, 0]);
  assertEquals([...memory.bytes.slice(3000, 3003)], [5, 0, 0]);
});

Deno.test("one buffer, or more than 64 KiB, is not gathered", () => {
  const one = new Buffers();
  one.load(memoryWith(1, 0, [100, 8]), 0, 1);
  assertEquals(one.scratch(), undefined);
  const many = new Buffers();
  many.load(memoryWith(2, 0, [0, 65536], [65536, 1]), 0, 2);
  assertEquals(many.scratch(), undefined);
});

Deno.test("bytes that were moved before are skipped", () => {
  const memory = memoryWith(1, 0, [100, 3], [200, 4]);
  const buffers = new Buffers();
  buffers.load(memory, 0, 2);
  buffers.skip(2);
  assertEquals([buffers.count, buffers.total, buffers.start(0), buffers.end(0)], [2, 5, 102, 103]);
  buffers.skip(2);
  assertEquals([buffers.count, buffers.total, buffers.start(0), buffers.end(0)], [1, 3, 201, 204]);
  buffers.skip(3);
  assertEquals([buffers.count, buffers.total], [0, 0]);
  buffers.load(memory, 0, 1);
  assertEquals([buffers.count, buffers.start(0)], [1, 100]);
});
