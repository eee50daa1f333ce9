import { assertEquals } from "@std/assert";
import { readModuleBytesSync, readToEnd } from "../../../caps/host/module_bytes.ts";

const FIRST = 65536;

function sample(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).map((_, index) => index * 7 + (index >> 8));
}

Deno.test("files of all lengths are read whole, and nothing is kept beside them", async () => {
  const scratch = await Deno.makeTempDir({ prefix: "keyhole-module-" });
  try {
    for (const size of [0, 1, FIRST - 1, FIRST, FIRST + 1, 2 * FIRST, 5 * FIRST + 3]) {
      const bytes = sample(size);
      await Deno.writeFile(`${scratch}/module`, bytes);
      const read = readModuleBytesSync(`${scratch}/module`);
      assertEquals([read.length, read.buffer.byteLength], [size, size]);
      assertEquals(read, bytes);
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

Deno.test("what comes in pieces is put together, whatever their size and whatever was expected", () => {
  for (const size of [0, 10, FIRST, FIRST + 1, 3 * FIRST]) {
    for (const piece of [1000, FIRST, 2 * FIRST]) {
      for (const expected of [0, 10, size, 10 * FIRST]) {
        const bytes = sample(size);
        let at = 0;
        const readSync = (room: Uint8Array): number | null => {
          if (at === size) return null;
          const next = bytes.subarray(at, at + Math.min(piece, room.length));
          room.set(next);
          at += next.length;
          return next.length;
        };
        assertEquals(readToEnd({ readSync }, () => expected), bytes);
      }
    }
  }
});
