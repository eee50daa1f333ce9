import { assertEquals } from "@std/assert";
import { joinName, targetFromHost, targetToHost } from "../../../caps/host/portable/names.ts";
import { outcome } from "../outcome.ts";

Deno.test("on Windows a name cannot mean a path, a stream, a device or another name", () => {
  const bad = [
    ...'\\:*?"<>|'.split("").flatMap((character) => [character, "a" + character + "b"]),
    ...["..\\secret", "C:", "C:x", "C:\\x", "file:stream", "file::$DATA", "\\\\host\\share", "\\\\?\\C:\\x"],
    ...[
      "CON",
      "con",
      "Nul.txt",
      "aux.tar.gz",
      "prn",
      "COM1",
      "lpt9.log",
      "com0",
      "COM\u00b9",
      "CONIN$",
      "conout$",
    ],
    ...["nul ", "NUL .txt", "name.", "name ", "...", ". .", "tab\tname", "new\nline", "\x01"],
  ];
  for (const name of bad) {
    assertEquals([name, outcome(() => joinName("C:\\mount", name, "windows"))], [name, "EINVAL"]);
  }
});

Deno.test("on every platform a name is one name", () => {
  for (const platform of ["linux", "darwin", "windows"] as const) {
    for (const name of ["", ".", "..", "/", "a/b", "a\0", "\udc00", "x".repeat(256)]) {
      assertEquals(outcome(() => joinName("/mount", name, platform)) === "done", false);
    }
  }
});

Deno.test("ordinary names pass, also those that only look like devices", () => {
  for (
    const name of ["a", ".hidden", "..data", "console", "nul1", "com", "COM10", "lpt", "con-fig", "ä b.c"]
  ) {
    assertEquals(joinName("C:\\mount", name, "windows"), "C:\\mount\\" + name);
    assertEquals(joinName("/mount", name, "linux"), "/mount/" + name);
  }
  assertEquals(joinName("/mount", "NUL", "linux"), "/mount/NUL");
  assertEquals(joinName("/mount", "a\\b:c", "darwin"), "/mount/a\\b:c");
});

Deno.test("a root is joined without a second separator", () => {
  assertEquals(joinName("/", "etc", "linux"), "/etc");
  assertEquals(joinName("C:\\", "Users", "windows"), "C:\\Users");
});

Deno.test("a target that is absolute on Windows is absolute for the walk", () => {
  for (const target of ["C:\\x", "c:x", "\\x", "\\\\host\\share", "\\??\\C:\\x", "\\\\?\\C:\\x"]) {
    assertEquals([target, targetFromHost(target, "windows").startsWith("/")], [target, true]);
  }
  assertEquals(targetFromHost("..\\a/b", "windows"), "../a/b");
  assertEquals(targetFromHost("a\\b", "linux"), "a\\b");
});

Deno.test("a target goes to Windows only where it means the same", () => {
  for (const target of ["..\\secret", "C:x", "a:b"]) {
    assertEquals(outcome(() => targetToHost(target, "windows")), "EINVAL");
    assertEquals(targetToHost(target, "linux"), target);
  }
  assertEquals(targetToHost("../a/b", "windows"), "..\\a\\b");
  for (const platform of ["linux", "windows"] as const) {
    assertEquals(outcome(() => targetToHost("a\0b", platform)), "EILSEQ");
    assertEquals(outcome(() => targetToHost("\ud800", platform)), "EILSEQ");
  }
});
