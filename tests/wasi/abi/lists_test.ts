import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Directory, type Entry, memoryDirectory, run, type RunOptions } from "../../../mod.ts";
import { Dirents } from "../../../wasi/abi/dirents.ts";
import { GuestMemory } from "../../../wasi/abi/memory.ts";
import { StringList } from "../../../wasi/abi/strings.ts";

function page(): GuestMemory {
  const memory = new GuestMemory();
  memory.attach(new WebAssembly.Memory({ initial: 1 }));
  return memory;
}

/** A directory that does nothing but be listed. */
function listed(inode: bigint, entries: Entry[]): Directory {
  return { stat: () => ({ inode }), list: () => entries } as unknown as Directory;
}

Deno.test("a string with a NUL is refused rather than cut", () => {
  assertThrows(() => new StringList(["a\0b"]), TypeError, '"a\\u0000b"');
});

Deno.test("a string with a lone surrogate is refused rather than changed, a pair is one character", () => {
  for (const [string, shown] of [["a\ud800b", "a\\ud800b"], ["\udc00\ud800", "\\udc00\\ud800"]]) {
    assertThrows(() => new StringList(["fine", string]), TypeError, `Cannot pass "${shown}": it has half`);
  }
  assertEquals(new StringList(["\u{1f5dd}"]).size, 5);
});

Deno.test("no guest sees an argument, a variable or a name of a directory with a lone surrogate", async () => {
  const module = new TextEncoder().encode('(module (func (export "_start")))');
  const wrong: RunOptions[] = [
    { args: ["\ud800"] },
    { argv0: "\ud800" },
    { env: { A: "\ud800" } },
    { env: { "\ud800": "a" } },
    { dirs: { "/\ud800": memoryDirectory() } },
  ];
  for (const options of wrong) {
    await assertRejects(() => run(module, { ...options, stdout: "null" }), TypeError, "Cannot pass");
  }
});

Deno.test("strings are written behind each other, with a pointer to each", () => {
  const memory = page();
  const list = new StringList(["ab", "", "é"]);
  list.writeSizes(memory, 0, 4);
  assertEquals([memory.readU32(0), memory.readU32(4)], [3, 7]);
  list.write(memory, 100, 200);
  assertEquals([100, 104, 108].map((at) => memory.readU32(at)), [200, 203, 204]);
  assertEquals([...memory.bytes.slice(200, 207)], [0x61, 0x62, 0, 0, 0xc3, 0xa9, 0]);
});

Deno.test("strings that do not fit leave the memory as it is", () => {
  const memory = page();
  const list = new StringList(["abc", "d"]);
  for (const [table, bytes] of [[65536 - 7, 0], [0, 65536 - 5], [-4, 0], [0, -1]] as const) {
    assertThrows(() => list.write(memory, table, bytes), "EFAULT");
  }
  for (const [count, size] of [[65533, 0], [0, 65533], [0, -1], [-1, 0]] as const) {
    assertThrows(() => list.writeSizes(memory, count, size), "EFAULT");
  }
  assertEquals(memory.bytes.every((byte) => byte === 0), true);
});

Deno.test("a listing is packed: dot, dot-dot, entries, each with the cookie of the next", () => {
  const listing = Dirents.of(listed(5n, [{ name: "né", inode: 2n ** 64n - 1n, kind: "link" }]));
  const bytes = listing.from(0, 1000);
  assertEquals(bytes.length, 25 + 26 + 27);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = 51;
  assertEquals(view.getBigUint64(0, true), 1n);
  assertEquals(view.getBigUint64(8, true), 5n);
  assertEquals([view.getUint32(16, true), view.getUint8(20), bytes[24]], [1, 3, 0x2e]);
  assertEquals(view.getBigUint64(at, true), 3n);
  assertEquals(view.getBigUint64(at + 8, true), 2n ** 64n - 1n);
  assertEquals([view.getUint32(at + 16, true), view.getUint8(at + 20)], [3, 7]);
  assertEquals(new TextDecoder().decode(bytes.subarray(at + 24)), "né");
});

Deno.test("any cookie is answered: from an entry on, or with nothing", () => {
  const listing = Dirents.of(listed(1n, [{ name: "a", inode: 2n, kind: "file" }]));
  assertEquals(listing.from(2, 1000).length, 25);
  for (const cookie of [3, 4, 1e9, Number.MAX_SAFE_INTEGER]) {
    assertEquals(listing.from(cookie, 1000).length, 0);
  }
  assertEquals([listing.from(0, 0).length, listing.from(0, 30).length], [0, 30]);
});

Deno.test("a listing grows with its names, and each entry is found by its cookie", () => {
  const entries = Array.from({ length: 3000 }, (_, i): Entry => ({
    name: "n".repeat(i % 300 + 1),
    inode: BigInt(i),
    kind: "file",
  }));
  const listing = Dirents.of(listed(1n, entries));
  assertEquals(listing.size, 25 + 26 + entries.reduce((sum, { name }) => sum + 24 + name.length, 0));
  for (const [i, { name }] of entries.entries()) {
    const bytes = listing.from(i + 2, 24 + name.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    assertEquals([view.getBigUint64(0, true), view.getBigUint64(8, true)], [BigInt(i + 3), BigInt(i)]);
    assertEquals(new TextDecoder().decode(bytes.subarray(24)), name);
  }
});
