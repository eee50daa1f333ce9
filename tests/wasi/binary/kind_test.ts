import { assertEquals } from "@std/assert";
import { kindOfBytes } from "../../../wasi/binary/kind.ts";

function kindOfText(text: string): string {
  return kindOfBytes(new TextEncoder().encode(text));
}

Deno.test("binary kinds are told by the magic number and the layer", () => {
  assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), "module");
  assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])), "component");
  assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73, 0x6d])), "module");
  assertEquals(kindOfBytes(new Uint8Array([0, 0x61, 0x73])), "unknown");
  assertEquals(kindOfBytes(new Uint8Array([0x7f, 0x45, 0x4c, 0x46])), "unknown");
  assertEquals(kindOfBytes(new Uint8Array()), "unknown");
});

Deno.test("text is told by its first parenthesis, behind blanks and comments", () => {
  for (
    const text of [
      "(module)",
      "\ufeff(module)",
      " \t\r\n( module)",
      ";; (\n(module)",
      "(; a (; b ;) c ;)(module)",
      "(func)",
    ]
  ) {
    assertEquals(kindOfText(text), "text", text);
  }
});

Deno.test("other text is not taken for a module", () => {
  for (
    const text of [
      "#!/bin/sh",
      "int main() {}",
      ";; only a comment",
      "(; never closed (module)",
      "(",
      "(1 + 2)",
      "()",
    ]
  ) {
    assertEquals(kindOfText(text), "unknown", text);
  }
});

Deno.test("a comment of many megabytes is not read to its end", () => {
  assertEquals(kindOfText("(;".repeat(8 << 20)), "unknown");
});
