import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");

Deno.test("a trace tells names, paths and errors of the families asked for", async () => {
  await inScratch({ "d/f": "hello" }, async (directory) => {
    const operations = ["open:f", "open:../x", "rename:f:/g", "read:4:3", "clock:REALTIME"];
    const { stderr } = await keyhole(directory, "--trace=path,clock", "--dir", "d::/d", calls, ...operations);
    const lines = stderr.trim().split("\n").map((line) => line.replace(/rights=[^,]+, inheriting=0, /, ""));
    assertEquals(lines.slice(0, 3), [
      'path_open(fd=3, dirflags=SYMLINK_FOLLOW, "f", oflags=0, fdflags=0) = 0 -> fd 4',
      'path_open(fd=3, dirflags=SYMLINK_FOLLOW, "../x", oflags=0, fdflags=0) = 76 ENOTCAPABLE',
      'path_rename(fd=3, "f", new_fd=3, "/g") = 76 ENOTCAPABLE',
    ]);
    assert(/^clock_time_get\(id=REALTIME, precision=\d+\) = 0 -> \d+$/.test(lines[3]!), lines[3]);
    assertEquals(lines.length, 4);
    const file = await keyhole(
      directory,
      "--trace=t.txt",
      "--trace=fd",
      "--dir",
      "d::/d",
      calls,
      "open:f",
      "seek:4:-2:END",
    );
    assertEquals([file.code, file.stderr], [0, ""]);
    const text = await Deno.readTextFile(`${directory}/t.txt`);
    assert(text.includes("fd_seek(fd=4, offset=-2, whence=END) = 0 -> 3\n"), text);
    assert(!text.includes("path_open"), text);
  });
});

Deno.test("a terminal does not obey the names in a trace", async () => {
  await inScratch({ "d/": "" }, async (directory) => {
    const { stderr } = await keyhole(
      directory,
      "--trace=path",
      "--dir",
      "d::/d",
      calls,
      "open:\x1b[2J\x9b2J\u202e",
    );
    assert(stderr.includes('"\\u001b[2J\\u{9b}2J\\u{202e}"'), JSON.stringify(stderr));
  });
});
