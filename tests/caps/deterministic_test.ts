import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  Deterministic,
  deterministic,
  type Directory,
  GuestPath,
  hostDirectory,
  memoryDirectory,
  Open,
  overlay,
} from "../../mod.ts";
import { openAt, statAt } from "../../caps/paths.ts";
import type { Stat } from "../../caps/stat.ts";
import { file, put } from "./outcome.ts";

/** Everything that a guest could see of a directory, and what a few changes make of it. */
function seen(directory: Directory): unknown[] {
  const all: unknown[] = [];
  const told = ({ storage: _, ...stat }: Stat) => stat;
  const look = (here: Directory): void => {
    all.push(told(here.stat()));
    for (const entry of here.list()) {
      all.push(entry, told(here.lookup(entry.name)));
      if (entry.kind === "directory") look(here.directory(entry.name));
      if (entry.kind === "file") all.push(told(file(here, entry.name, Open.read).stat()));
    }
  };
  look(directory);
  const held = file(directory, "b", Open.read);
  directory.removeFile("b");
  put(directory, "new", "something new");
  all.push(told(held.stat()), told(directory.lookup("new")));
  directory.rename("new", directory, "a");
  directory.link("a", directory, "z");
  directory.directory("d").setTimesOf("e", 5n, undefined);
  held.close();
  put(directory, "after", "");
  look(directory);
  return all;
}

function fill(directory: Directory, names: readonly string[]): void {
  directory.makeDirectory("d");
  for (const name of names) put(directory, name, `contents of ${name}`);
  put(directory.directory("d"), "e", "e");
}

/** Does something with directories of every backing, which are empty at first. */
function withBackings(act: (directory: Directory) => void): void {
  act(memoryDirectory());
  for (const backend of Deno.build.os === "linux" ? ["kernel", "portable"] as const : ["portable"] as const) {
    const scratch = Deno.makeTempDirSync({ prefix: "keyhole-deterministic-" });
    const directory = hostDirectory(scratch, { backend });
    try {
      act(directory);
    } finally {
      directory.close();
      Deno.removeSync(scratch, { recursive: true });
    }
  }
}

Deno.test("a guest sees the same in memory, through the kernel and through Deno, in whatever order it was made", () => {
  const views: unknown[][] = [];
  withBackings((directory) => {
    fill(directory, views.length === 0 ? ["b", "c", "a"] : ["a", "b", "c"]);
    views.push(seen(deterministic(directory)));
  });
  for (const view of views.slice(1)) assertEquals(view, views[0]);
});

Deno.test("numbers do not show what a backing looks at on the way", () => {
  withBackings((inner) => {
    fill(inner, ["a", "b"]);
    inner.symlink("d", "link");
    const directory = deterministic(inner);
    assertThrows(() => statAt(directory, GuestPath.of("b/missing"), true), "ENOTDIR");
    const opened = openAt(directory, GuestPath.of("link/e"), Open.read, true);
    const told = [opened.stat(), ...["d", "link", "b"].map((name) => directory.lookup(name))];
    assertEquals(told.map(({ inode }) => inode), [1n, 2n, 3n, 4n]);
    opened.close();
  });
});

Deno.test("entries come in the order of their names", () => {
  const directory = deterministic(memoryDirectory({ "b": "", "B": "", "ä": "", "a10": "", "a2": "" }));
  assertEquals(directory.list().map(({ name }) => name), ["B", "a10", "a2", "b", "ä"]);
});

Deno.test("an object has one number by all its names, in listings and when it is open", () => {
  const directory = deterministic(memoryDirectory({ "a": "", "d/b": "" }));
  directory.link("a", directory, "again");
  const [a, again, d] = directory.list();
  const numbers = [
    a!.inode,
    again!.inode,
    directory.lookup("a").inode,
    file(directory, "again", Open.read).stat().inode,
  ];
  assertEquals(new Set(numbers).size, 1);
  assertEquals(d!.inode, directory.directory("d").stat().inode);
  directory.rename("a", directory.directory("d"), "moved");
  assertEquals(directory.directory("d").lookup("moved").inode, numbers[0]);
});

Deno.test("a number is not given again while the object it was given to is open", () => {
  const directory = deterministic(memoryDirectory({ "a": "" }));
  const held = file(directory, "a", Open.read);
  const { inode } = held.stat();
  directory.removeFile("a");
  put(directory, "a", "");
  assertNotEquals(directory.lookup("a").inode, inode);
  assertEquals(held.stat().inode, inode);
});

Deno.test("times are those that the guest has set, and are set on the disk too", () => {
  const inner = memoryDirectory({ "a": "" });
  const directory = deterministic(inner);
  const times = ({ accessed, modified, changed }: Stat): bigint[] => [accessed, modified, changed];
  const beginning = BigInt(Date.UTC(1980)) * 1_000_000n;
  assertEquals(times(directory.lookup("a")), [beginning, beginning, beginning]);
  put(directory, "a", "changed");
  assertEquals(times(directory.lookup("a")), [beginning, beginning, beginning]);
  directory.setTimesOf("a", 7n, 9n);
  const opened = file(directory, "a", Open.read);
  assertEquals(times(opened.stat()), [7n, 9n, 9n]);
  assertEquals(inner.lookup("a").modified, 9n);
  opened.setTimes(8n, undefined);
  assertEquals(times(directory.lookup("a")), [8n, 9n, 9n]);
});

Deno.test("directories that are numbered together share no number, and others do not mix", () => {
  const together = new Deterministic();
  const first = together.directory(memoryDirectory({ "a": "" }));
  const second = together.directory(memoryDirectory({ "a": "" }));
  assertNotEquals(first.lookup("a").inode, second.lookup("a").inode);
  const other = deterministic(memoryDirectory());
  assertThrows(() => first.rename("a", other, "a"), "EXDEV");
  assertThrows(() => first.link("a", other, "a"), "EXDEV");
  assertThrows(() => first.rename("a", memoryDirectory(), "a"), "EXDEV");
  assertEquals(first.list().length, 1);
});

Deno.test("a listing has the numbers that its entries have, also over an overlay", () => {
  const root = deterministic(overlay(memoryDirectory({ below: "", changed: "", "d/": "" })));
  for (const name of ["new", "changed"]) put(root, name, "x");
  root.makeDirectory("e");
  root.symlink("f", "link");
  for (const { name, inode } of root.list()) assertEquals([name, root.lookup(name).inode], [name, inode]);
});
