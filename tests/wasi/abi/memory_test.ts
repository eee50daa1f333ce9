import { assertEquals, assertThrows } from "@std/assert";
import { GuestMemory } from "../../../wasi/abi/memory.ts";

const PAGE = 65536;

function attached(
  descriptor: WebAssembly.MemoryDescriptor = { initial: 1 },
): [GuestMemory, WebAssembly.Memory] {
  const memory = new WebAssembly.Memory(descriptor);
  const seen = new GuestMemory();
  seen.attach(memory);
  return [seen, memory];
}

Deno.test("without a memory every pointer is outside, even for nothing", () => {
  const memory = new GuestMemory();
  for (const [pointer, length] of [[0, 0], [0, 1], [-1, 0], [65535, 1]] as const) {
    assertThrows(() => memory.range(pointer, length), "EFAULT");
  }
  assertThrows(() => memory.array(0, 0, 8), "EFAULT");
});

Deno.test("a range may end exactly where the memory does, and not one byte behind", () => {
  const [memory] = attached();
  assertEquals(memory.range(PAGE - 4, 4), PAGE - 4);
  assertEquals(memory.range(PAGE, 0), PAGE);
  assertThrows(() => memory.range(PAGE - 3, 4), "EFAULT");
  assertThrows(() => memory.range(PAGE + 1, 0), "EFAULT");
});

Deno.test("pointers and lengths are unsigned, and their sum does not wrap", () => {
  const [memory] = attached();
  for (
    const [pointer, length] of [[-1, 1], [-1, 2], [-4, 8], [4, -4], [-2147483648, 0], [0, -1], [
      -1,
      -1,
    ]] as const
  ) {
    assertThrows(() => memory.range(pointer, length), "EFAULT");
  }
});

Deno.test("an array's size does not wrap either", () => {
  const [memory] = attached();
  assertEquals(memory.array(0, PAGE / 8, 8), 0);
  for (
    const [count, size] of [[PAGE / 8 + 1, 8], [0x2000_0000, 8], [-1, 8], [0x1000_0000, 48], [
      -1,
      64,
    ]] as const
  ) {
    assertThrows(() => memory.array(0, count, size), "EFAULT");
  }
});

Deno.test("pointers of 2 GiB and more reach a memory that is large enough", () => {
  const pages = 2 ** 15 + 1;
  let large: [GuestMemory, WebAssembly.Memory];
  try {
    large = attached({ initial: pages });
  } catch (error) {
    // A machine that cannot reserve 2 GiB cannot run this test.
    if (error instanceof RangeError) return;
    throw error;
  }
  const [memory] = large;
  memory.writeU32(-2147483648, 5);
  assertEquals(memory.readU32(-2147483648), 5);
  assertEquals(memory.range(-2147483648, PAGE), 2147483648);
  assertThrows(() => memory.range(-2147483648, PAGE + 1), "EFAULT");
});

Deno.test("growing in between is noticed, though the old bytes are gone", () => {
  const [memory, wasm] = attached({ initial: 1, maximum: 3 });
  memory.writeU32(0, 7);
  wasm.grow(1);
  assertEquals(memory.readU32(0), 7);
  assertEquals(memory.bytes.length, 2 * PAGE);
  wasm.grow(1);
  assertEquals(memory.range(3 * PAGE - 1, 1), 3 * PAGE - 1);
  assertThrows(() => memory.range(3 * PAGE, 1), "EFAULT");
});

Deno.test("growing is noticed by an empty range too, so that the bytes can be used", () => {
  const [memory, wasm] = attached({ initial: 1, maximum: 2 });
  wasm.grow(1);
  memory.range(0, 0);
  assertEquals(memory.bytes.length, 2 * PAGE);
});

Deno.test("a memory without pages holds nothing", () => {
  const [memory] = attached({ initial: 0 });
  assertEquals(memory.range(0, 0), 0);
  assertThrows(() => memory.range(0, 1), "EFAULT");
});

Deno.test("shared memory that grew is reached to its new end", () => {
  const [memory, wasm] = attached({ initial: 1, maximum: 2, shared: true });
  wasm.grow(1);
  memory.writeU32(2 * PAGE - 4, 9);
  assertEquals(memory.readU32(2 * PAGE - 4), 9);
});

Deno.test("numbers are written little-endian, whole or not at all", () => {
  const [memory] = attached();
  memory.writeU64(8, 0x0102030405060708n);
  assertEquals([...memory.bytes.slice(8, 16)], [8, 7, 6, 5, 4, 3, 2, 1]);
  memory.writeSize(8, Number.MAX_SAFE_INTEGER);
  assertEquals(memory.view.getBigUint64(8, true), BigInt(Number.MAX_SAFE_INTEGER));
  memory.bytes.fill(0);
  for (const write of [() => memory.writeU64(PAGE - 7, ~0n), () => memory.writeSize(PAGE - 7, 1)]) {
    assertThrows(write, "EFAULT");
  }
  assertThrows(() => memory.writeU32(PAGE - 3, 0xffff_ffff), "EFAULT");
  assertThrows(() => memory.write(PAGE - 2, new Uint8Array([1, 2, 3])), "EFAULT");
  assertEquals(memory.bytes.every((byte) => byte === 0), true);
});
