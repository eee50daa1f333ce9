import { assert, assertEquals } from "@std/assert";
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
