import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeStrictly, Fault, GuestPath, LONGEST_PATH } from "../../mod.ts";
import { outcome } from "./outcome.ts";

Deno.test("a path is plain when it is names with single slashes between", () => {
  const plain = ["a", "a/b", "a/b/c", "...", "..a", "a..", ".a", "a/.b", "a/...", " ", "é/b", "a\\b", "a\n"];
  for (const text of plain) assertEquals([text, GuestPath.of(text).plain], [text, true]);
  const other = [
    "",
    "/",
    "a/",
    "/a",
    "a//b",
    ".",
    "..",
    "a/.",
    "a/..",
    "./a",
    "../a",
    "a/./b",
    "a/../b",
    "a/b/",
  ];
  for (const text of other) assertEquals([text, GuestPath.of(text).plain], [text, false]);
});

Deno.test("a path knows its parts", () => {
  const parts = (text: string) => {
    const path = GuestPath.of(text);
    return [path.text, path.length, path.parentLength, path.lastName];
  };
  assertEquals(parts("a"), ["a", 1, -1, "a"]);
  assertEquals(parts("ab/cd/e"), ["ab/cd/e", 7, 5, "e"]);
  assertEquals(parts("é/ü"), ["é/ü", 5, 2, "ü"]);
});

Deno.test("a path is filled again and again, and ends in a NUL", () => {
  const path = new GuestPath();
  const encoder = new TextEncoder();
  for (const text of ["long/er/path", "x", "é", "", "dir/../x"]) {
    const bytes = encoder.encode(`junk${text}junk`);
    path.set(bytes, 4, bytes.length - 8);
    assertEquals([path.text, path.bytes[path.length]], [text, 0]);
    assertEquals(path.plain, GuestPath.of(text).plain);
  }
});

Deno.test("a path that was refused does not stay", () => {
  const path = GuestPath.of("safe/name");
  const bytes = new Uint8Array([0x2e, 0x2e, 0x2f, 0xff]);
  assertEquals(outcome(() => path.set(bytes, 0, 4)), "EILSEQ");
  path.set(new TextEncoder().encode("fine"), 0, 4);
  assertEquals([path.text, path.plain, path.parentLength], ["fine", true, -1]);
});

Deno.test("4095 bytes are a path and 4096 are not", () => {
  assertEquals(GuestPath.of("n".repeat(LONGEST_PATH)).length, 4095);
  assertEquals(outcome(() => GuestPath.of("n".repeat(LONGEST_PATH + 1))), "ENAMETOOLONG");
  assertEquals(outcome(() => GuestPath.of("é".repeat(2048))), "ENAMETOOLONG");
  const path = new GuestPath();
  assertEquals(outcome(() => path.set(new Uint8Array(0), 0, 0xffffffff)), "ENAMETOOLONG");
});

Deno.test("a NUL anywhere is refused", () => {
  for (const text of ["\0", "a\0", "\0a", "a/\0", "a\0/b"]) {
    assertEquals(outcome(() => GuestPath.of(text)), "EILSEQ");
  }
});

Deno.test("a byte order mark is part of a name", () => {
  assertEquals(GuestPath.of("\ufeffname").text, "\ufeffname");
  assertEquals(GuestPath.of("\ufeffname").length, 7);
});

Deno.test("bytes that are not UTF-8 are refused, not replaced", () => {
  const bad = [[0x80], [0xc3], [0xc3, 0x28], [0xc0, 0x80], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [
    0xf8,
    1,
    1,
    1,
  ]];
  for (const bytes of bad) {
    const path = new GuestPath();
    assertEquals(outcome(() => path.set(new Uint8Array(bytes), 0, bytes.length)), "EILSEQ");
    assertThrows(() => decodeStrictly(new Uint8Array(bytes)), Fault, "EILSEQ");
  }
});

Deno.test("shared memory can hold a path", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  shared.set(new TextEncoder().encode("é/x"));
  const path = new GuestPath();
  path.set(shared, 0, 4);
  assertEquals(path.text, "é/x");
  assert(decodeStrictly(shared.subarray(0, 2)) === "é");
});
