import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileStore } from "../../../caps/host/log_store.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value);

async function inScratch(test: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-store-" });
  try {
    await test(`${directory}/state`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a store gives back what was set, also after it was closed, whatever the bytes", () =>
  inScratch(async (path) => {
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    const store = fileStore(path);
    await store.set("", every);
    await store.set("k\0ä€😀", bytes(""));
    await store.set("twice", bytes("1"));
    await store.set("twice", bytes("2"));
    await store.set("gone", bytes("x"));
    await store.delete("gone");
    await store.delete("never there");
    await store.close();
    const again = fileStore(path);
    assertEquals(again.get(""), every);
    assertEquals(again.get("k\0ä€😀"), new Uint8Array(0));
    assertEquals(text(again.get("twice")), "2");
    assertEquals(again.get("gone"), undefined);
    assertEquals([...again.keys("tw")], ["twice"]);
    assertEquals([...again.keys()].length, 3);
    await again.close();
  }));

Deno.test("a store keeps its own copy of a value", () =>
  inScratch(async (path) => {
    const store = fileStore(path);
    const value = bytes("before");
    const setting = store.set("key", value);
    value.fill(0);
    await setting;
    assertEquals(text(store.get("key")), "before");
    await store.close();
    const again = fileStore(path);
    assertEquals(text(again.get("key")), "before");
    await again.close();
  }));

Deno.test("a store's file stays small however often a key is set, and the last value counts", () =>
  inScratch(async (path) => {
    const store = fileStore(path);
    const large = new Uint8Array(10_000);
    for (let round = 0; round < 40; round++) {
      await Promise.all(Array.from({ length: 25 }, (_, i) => {
        large[0] = round;
        return store.set(`key ${i}`, large);
      }));
    }
    await store.close();
    // Forty rounds of 250,000 bytes are ten million.
    assert((await Deno.stat(path)).size < 3_000_000);
    const again = fileStore(path);
    for (let i = 0; i < 25; i++) assertEquals(again.get(`key ${i}`)![0], 39);
    await again.close();
  }));

Deno.test("a value that is too large is refused and changes nothing, also when the file is written anew", () =>
  inScratch(async (path) => {
    const store = fileStore(path);
    await store.set("kept", bytes("before"));
    const large = new Uint8Array(2 ** 26 - 5);
    for (const key of ["kept", "new"]) {
      const setting = store.set(key, large);
      await assertRejects(() => setting, RangeError, "have no room");
    }
    assertEquals([...store.keys()], ["kept"]);
    assertEquals(text(store.get("kept")), "before");
    const { size } = await Deno.stat(path);
    for (let round = 0; round < 6; round++) await store.set("often", new Uint8Array(1 << 20));
    assert((await Deno.stat(path)).size < size + (6 << 20));
    await store.set("last", bytes("after"));
    await store.close();
    const again = fileStore(path);
    assertEquals([again.cut, [...again.keys()]], [0, ["kept", "often", "last"]]);
    assertEquals([text(again.get("kept")), text(again.get("last"))], ["before", "after"]);
    await again.close();
  }));

Deno.test("keys come back exactly, and those that no file can hold are refused", () =>
  inScratch(async (path) => {
    const keys = ["bom", "\ufeffbom", "\ufeff", "\ufeff\ufeff", "\ufffd", "e\u0301", "\u00e9", "\0"];
    const store = fileStore(path);
    for (const key of keys) await store.set(key, bytes(`of ${JSON.stringify(key)}`));
    for (const key of ["\ud800", "a\udc00", "\udc00\ud800"]) {
      await assertRejects(() => store.set(key, bytes("lost")), TypeError, "not well-formed");
      await assertRejects(() => store.delete(key), TypeError, "not well-formed");
      assertEquals(store.get(key), undefined);
    }
    await store.delete("\ufeff");
    await store.close();
    const again = fileStore(path);
    const left = keys.filter((key) => key !== "\ufeff");
    assertEquals([...again.keys()], left);
    for (const key of left) assertEquals(text(again.get(key)), `of ${JSON.stringify(key)}`);
    await again.close();
  }));
