import { assert, assertEquals, assertThrows } from "@std/assert";
import { openAt, statAt } from "../../caps/paths.ts";
import { GuestPath, memoryDirectory, type MemoryOptions, Open } from "../../mod.ts";
import { contents, file, names, outcome, put, text, tree } from "./outcome.ts";

const READ_WRITE = Open.read | Open.write;
const NEW = READ_WRITE | Open.create;

Deno.test("the contents given are there, with the directories on the way", () => {
  const root = memoryDirectory({
    "a/b/c.txt": "hello",
    "a/d": new Uint8Array([104, 105]),
    "empty/": "",
  });
  assertEquals(tree(root), ["a/", "a/b/", "a/b/c.txt x1 hello", "a/d x1 hi", "empty/"]);
});

Deno.test("contents that no directory can hold are refused", () => {
  const code = (path: string) => outcome(() => memoryDirectory({ "a": "", [path]: "" }));
  assertEquals(["", "/x", "x//y", "../x", "x/./y", "x/.."].map(code), Array(6).fill("EINVAL"));
  assertEquals(code("a/b"), "ENOTDIR");
  assertEquals(outcome(() => memoryDirectory({ "a/": "", "a": "" })), "EISDIR");
});

Deno.test("names of JavaScript's own objects are ordinary names", () => {
  const root = memoryDirectory();
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    assertEquals(outcome(() => root.lookup(name)), "ENOENT");
    put(root, name, name);
    assertEquals(text(root, name), name);
  }
  assertEquals(names(root), ["__proto__", "constructor", "hasOwnProperty", "toString"]);
});

Deno.test("the clock can be given", () => {
  let now = 5n;
  const root = memoryDirectory({ f: "x" }, { now: () => now });
  assertEquals([root.stat().modified, root.lookup("f").changed], [5n, 5n]);
  now = 9n;
  put(root, "g", "y");
  assertEquals([root.stat().modified, root.lookup("f").modified, root.lookup("g").modified], [9n, 5n, 9n]);
});

Deno.test("a sparse file takes no memory for what was never written", () => {
  const root = memoryDirectory({}, { capacity: 256 * 1024 });
  const opened = file(root, "big", NEW);
  opened.setSize(2 ** 40);
  opened.allocate(2 ** 41, 10);
  assertEquals(opened.stat().size, 2 ** 41 + 10);
  assertEquals(opened.write(new Uint8Array([7]), 0, 1, 2 ** 30), 1);
  const around = new Uint8Array(3).fill(1);
  assertEquals(opened.read(around, 0, 3, 2 ** 30 - 1), 3);
  assertEquals([...around], [0, 7, 0]);
});

Deno.test("what is cut off and grown again reads as zeros", () => {
  const root = memoryDirectory();
  const opened = file(root, "f", NEW);
  const ones = new Uint8Array(200_000).fill(1);
  assertEquals(opened.write(ones, 0, ones.length, 0), ones.length);
  opened.setSize(70_000);
  opened.setSize(200_000);
  const read = new Uint8Array(200_000).fill(9);
  assertEquals(opened.read(read, 0, read.length, 0), read.length);
  assert(read.subarray(0, 70_000).every((byte) => byte === 1));
  assert(read.subarray(70_000).every((byte) => byte === 0));
});

Deno.test("writes and reads of any size at any place agree with one flat array", () => {
  const flat = new Uint8Array(400_000);
  const opened = file(memoryDirectory(), "f", NEW);
  opened.setSize(flat.length);
  let seed = 1;
  const below = (limit: number) => (seed = (seed * 48271) % 2147483647) % limit;
  for (let round = 0; round < 300; round++) {
    const at = below(flat.length);
    const length = Math.min(below(round % 3 === 0 ? 50 : 150_000), flat.length - at);
    const bytes = new Uint8Array(length + 5).fill(round);
    assertEquals(opened.write(bytes, 5, 5 + length, at), length);
    flat.fill(round, at, at + length);
    const from = below(flat.length);
    const read = new Uint8Array(below(70_000) + 1);
    const count = opened.read(read, 0, read.length, from);
    assertEquals(count, Math.min(read.length, flat.length - from));
    assert(read.subarray(0, count).every((byte, i) => byte === flat[from + i]));
  }
});

Deno.test("a full tree says ENOSPC and keeps what it has", () => {
  const root = memoryDirectory({}, { capacity: 70_000 });
  const opened = file(root, "f", NEW);
  const bytes = new Uint8Array(70_000).fill(1);
  assertEquals(opened.write(bytes, 0, bytes.length, 0), 65536);
  assertEquals(outcome(() => opened.write(bytes, 0, bytes.length, 65536)), "ENOSPC");
  assertEquals(opened.stat().size, 65536);
  let made = 0;
  while (outcome(() => root.makeDirectory(`d${made}`)) === "done") made++;
  assertEquals(outcome(() => root.symlink("x", "l")), "ENOSPC");
  assertEquals(made, 3);
});

Deno.test("memory comes back when files, links and directories go", () => {
  const root = memoryDirectory({}, { capacity: 100_000 });
  for (let round = 0; round < 20; round++) {
    const opened = file(root, "f", NEW);
    assertEquals(opened.write(new Uint8Array(60_000), 0, 60_000, 0), 60_000);
    root.link("f", root, "g");
    root.symlink("x".repeat(4000), "l");
    root.makeDirectory("d");
    root.removeDirectory("d");
    root.rename("l", root, "g");
    root.removeFile("g");
    root.removeFile("f");
    // Still open, so still there.
    assertEquals(opened.stat().size, 60_000);
    opened.close();
    opened.close();
  }
});

Deno.test("an unlinked file lives on while it is open", () => {
  const root = memoryDirectory({ f: "old" });
  const opened = file(root, "f", READ_WRITE);
  root.removeFile("f");
  put(root, "f", "new");
  assertEquals(opened.stat().links, 0);
  assertEquals(contents(opened), "old");
  assertEquals(opened.append(new Uint8Array([33]), 0, 1), 1);
  assertEquals([contents(opened), text(root, "f")], ["old!", "new"]);
});

Deno.test("a removed directory that is still held is empty for good", () => {
  const root = memoryDirectory({ "d/": "", f: "" });
  const held = root.directory("d");
  root.removeDirectory("d");
  const inode = held.stat().inode;
  root.makeDirectory("d");
  assert(root.directory("d").stat().inode !== inode);
  assertEquals(held.stat().links, 0);
  const calls = [
    () => held.list(),
    () => held.lookup("x"),
    () => held.open("x", NEW),
    () => held.makeDirectory("x"),
    () => held.symlink("y", "x"),
    () => root.rename("f", held, "x"),
    () => root.link("f", held, "x"),
  ];
  assertEquals(calls.map(outcome), calls.map(() => "ENOENT"));
});

Deno.test("directories count their subdirectories as links", () => {
  const root = memoryDirectory({ "a/": "", "b/": "" });
  assertEquals(root.stat().links, 4);
  root.rename("a", root.directory("b"), "a");
  assertEquals([root.stat().links, root.lookup("b").links], [3, 3]);
  root.directory("b").removeDirectory("a");
  assertEquals([root.stat().links, root.lookup("b").links], [3, 2]);
});

Deno.test("two trees share nothing, and say so", () => {
  const one = memoryDirectory({ f: "x" });
  const other = memoryDirectory({ f: "x" });
  assert(one.stat().device !== other.stat().device);
  assertEquals(outcome(() => one.rename("f", other, "g")), "EXDEV");
  assertEquals(outcome(() => one.link("f", other, "g")), "EXDEV");
});

Deno.test("names that are none are refused by the directory itself", () => {
  const root = memoryDirectory();
  const code = (name: string) => outcome(() => root.open(name, NEW));
  assertEquals(code(""), "ENOENT");
  assertEquals([".", "..", "a/b", "/", "../x"].map(code), Array(5).fill("ENOTCAPABLE"));
  assertEquals(["a\0b", "\ud800"].map(code), ["EILSEQ", "EILSEQ"]);
  assertEquals([code("é".repeat(127)), code("é".repeat(128))], ["done", "ENAMETOOLONG"]);
  assertEquals([code("e".repeat(255)), code("e".repeat(256))], ["done", "ENAMETOOLONG"]);
});

Deno.test("sizes end at 2^53 - 1", () => {
  const opened = file(memoryDirectory(), "f", NEW);
  opened.setSize(Number.MAX_SAFE_INTEGER);
  assertEquals(outcome(() => opened.append(new Uint8Array(1), 0, 1)), "EFBIG");
  assertEquals(outcome(() => opened.allocate(Number.MAX_SAFE_INTEGER, 1)), "EFBIG");
  assertEquals(opened.stat().size, Number.MAX_SAFE_INTEGER);
});

Deno.test("a deep tree is walked and moved without recursion", () => {
  const root = memoryDirectory();
  let here = root;
  for (let depth = 0; depth < 100_000; depth++) {
    here.makeDirectory("d");
    here = here.directory("d");
  }
  assertEquals(outcome(() => root.rename("d", here, "e")), "EINVAL");
  assertEquals(statAt(root, GuestPath.of("d/".repeat(2000) + "d"), true).kind, "directory");
  const opened = openAt(root, GuestPath.of("d/" + "../d/d/".repeat(500)), Open.directory, true);
  assertEquals(opened.kind, "directory");
});

Deno.test("a capacity that would limit nothing is refused", () => {
  const refused = (options: unknown, error: ErrorConstructor, message: string): void => {
    assertThrows(() => memoryDirectory({}, options as MemoryOptions), error, message);
  };
  for (const capacity of [NaN, -1, 0.5, -Infinity]) {
    refused({ capacity }, RangeError, `Cannot limit "capacity" to ${capacity}: give a whole number of bytes`);
  }
  for (const capacity of ["64M", null, 5n, {}]) {
    refused({ capacity }, TypeError, `Cannot limit "capacity" by a value of type "${typeof capacity}"`);
  }
  refused({ capasity: 5 }, TypeError, 'Cannot limit "capasity": give "capacity"');
  for (const options of ["64M", 5, null, [5], new Map([["capacity", 5]])]) {
    refused(options, TypeError, ' as "options": give an object such as { capacity: 65536 }');
  }
  assertEquals(names(memoryDirectory({ f: "" }, { capacity: Infinity })), ["f"]);
  assertEquals(outcome(() => memoryDirectory({ f: "x" }, { capacity: 0 })), "ENOSPC");
});

Deno.test("settings in the place of contents are refused, not made a file", () => {
  const message = 'Cannot place a value of type "number" as "capacity": give a text or bytes';
  const wrong = { capacity: 4096 } as unknown as Record<string, string>;
  assertThrows(() => memoryDirectory(wrong), TypeError, message);
});
