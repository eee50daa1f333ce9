import { assertEquals, assertRejects } from "@std/assert";
import { parseText, UnusableModuleError } from "../../mod.ts";

const encoder = new TextEncoder();

/** What the memory of a module begins with, and the names that it exports. */
async function made(text: Uint8Array<ArrayBufferLike>): Promise<[beginning: number[], exported: string[]]> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await parseText(text)));
  const { memory } = exports as { memory: WebAssembly.Memory };
  return [[...new Uint8Array(memory.buffer, 0, 8)], Object.keys(exports)];
}

const ABROAD = `(module ;; für alle: 日本語 🗝
  (memory (export "memory") 1)
  (data (i32.const 0) "h€é")
  (func (export "ünï"))
  (func (export "🗝")))`;

/** "h€é" in UTF-8. */
const BYTES = [0x68, 0xe2, 0x82, 0xac, 0xc3, 0xa9, 0, 0];

Deno.test("a text with characters beyond ASCII becomes the module that it says, in UTF-8", async () => {
  assertEquals(await made(encoder.encode(ABROAD)), [BYTES, ["memory", "ünï", "🗝"]]);
});

Deno.test("a byte order mark before a text is no part of it, one inside is", async () => {
  const marked = `\ufeff(module (memory (export "memory") 1) (data (i32.const 0) "\ufeffh"))`;
  assertEquals((await made(encoder.encode(marked)))[0], [0xef, 0xbb, 0xbf, 0x68, 0, 0, 0, 0]);
});

Deno.test("a text in shared memory, and one in the middle of a buffer, are taken and left as they are", async () => {
  const encoded = encoder.encode(`  ${ABROAD}  `);
  const shared = new Uint8Array(new SharedArrayBuffer(encoded.length));
  shared.set(encoded);
  for (const bytes of [shared, encoded.subarray(2, -2)]) {
    const before = [...bytes];
    assertEquals((await made(bytes))[0], BYTES);
    assertEquals([...bytes], before);
  }
});

Deno.test("a text that is not UTF-8 is refused in one line, wherever it is not", async () => {
  for (
    const text of [
      '(module (memory 1) (data (i32.const 0) "a@"))',
      '(module (func (export "a@")))',
      "(module (; @ ;))",
      "(module) ;; @",
    ]
  ) {
    for (const wrong of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const [before, behind] = text.split("@").map((part) => encoder.encode(part));
      const bytes = new Uint8Array([...before, ...wrong, ...behind]);
      const error: Error = await assertRejects(() => parseText(bytes), UnusableModuleError);
      assertEquals(error.message, "The text is not a module: it is not in UTF-8");
    }
  }
});

Deno.test("a mistake in a text is told with its line", async () => {
  const error: Error = await assertRejects(
    () => parseText(encoder.encode('(module\n  (func (export "é"))\n  (fünc))')),
    UnusableModuleError,
  );
  assertEquals(error.message.split(":").slice(0, 2), ["The text is not a module", " line 3"]);
});
