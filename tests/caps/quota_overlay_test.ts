/** Limits on directories whose numbers are made up: what a file is told to be is not what limits know it by. */
import { assert, assertEquals } from "@std/assert";
import { hostDirectory } from "../../caps/host/open.ts";
import {
  deterministic,
  type Directory,
  type File,
  memoryDirectory,
  Open,
  overlay,
  Quota,
} from "../../mod.ts";
import { file, outcome, put, text } from "./outcome.ts";

const CREATE = Open.read | Open.write | Open.create;
const WRITE = Open.read | Open.write;
const BYTES = new Uint8Array(1000).fill(120);

/** A directory in memory and one of the host, for what has to hold for both. */
function withBoth(act: (directory: Directory) => void): void {
  act(memoryDirectory());
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-quota-overlay-" });
  const directory = hostDirectory(scratch);
  try {
    act(directory);
  } finally {
    directory.close();
    Deno.removeSync(scratch, { recursive: true });
  }
}

Deno.test("what an overlay keeps for itself is another file than the one below", () => {
  withBoth((below) => {
    const limits = new Quota({ bytes: 1000 });
    const [real, over] = [limits.directory(below), limits.directory(overlay(below.again()))];
    const one = file(real, "x", CREATE);
    one.write(BYTES, 0, 900, 0);
    const two = file(over, "x", WRITE);
    two.setSize(0);
    for (let round = 0; round < 3; round++) {
      assertEquals([one.stat().size, two.stat().size, limits.bytes], [900, 0, 900]);
      assertEquals(outcome(() => one.append(BYTES, 0, 101)), "EDQUOT");
    }
    over.removeFile("x");
    put(over, "x", "again");
    assertEquals([limits.bytes, one.stat().size], [905, 900]);
    for (const held of [one, two]) held.close();
    over.removeFile("x");
    assertEquals(limits.bytes, 900);
    real.removeFile("x");
    assertEquals(limits.bytes, 0);
    over.close();
  });
});

Deno.test("one guest's overlay of a folder is nothing to another guest's", () => {
  withBoth((below) => {
    put(below, "x", "");
    const [a, b] = [new Quota({ bytes: 1000 }), new Quota({ bytes: 1000 })];
    const [one, two] = [a.directory(overlay(below.again())), b.directory(overlay(below.again()))];
    const opened = file(one, "x", WRITE);
    opened.append(BYTES, 0, 1000);
    file(two, "x", Open.read).close();
    assertEquals([a.bytes, b.bytes, outcome(() => opened.append(BYTES, 0, 1))], [1000, 0, "EDQUOT"]);
    put(two, "x", "12345");
    assertEquals([a.bytes, b.bytes, opened.stat().size], [1000, 5, 1000]);
    two.removeFile("x");
    opened.close();
    assertEquals([a.bytes, b.bytes], [1000, 0]);
    for (const held of [one, two]) held.close();
  });
});

Deno.test("one guest's deterministic files are nothing to another guest's", () => {
  const [a, b] = [new Quota({ bytes: 10 }), new Quota({ bytes: 10 })];
  const [one, two] = [
    a.directory(deterministic(memoryDirectory())),
    b.directory(deterministic(memoryDirectory())),
  ];
  put(one, "x", "1234567890");
  put(two, "x", "1");
  assertEquals([one.lookup("x").inode, two.lookup("x").inode], [1n, 1n]);
  assertEquals([a.bytes, b.bytes], [10, 1]);
});

/** What brings a file of an overlay to its end: `f`, of whose contents the guest has added something. */
const ENDS: Record<string, (root: Directory, opened: File) => void> = {
  "removed": (root, opened) => (opened.close(), root.removeFile("f")),
  "removed while open": (root, opened) => (root.removeFile("f"), opened.close()),
  "removed and changed again": (root, opened) => {
    root.removeFile("f");
    opened.append(BYTES, 0, 5);
    opened.close();
  },
  "replaced": (root, opened) => (opened.close(), replace(root)),
  "replaced while open": (root, opened) => (replace(root), opened.close()),
  "cut when opened": (root, opened) => (opened.close(), file(root, "f", Open.truncate).close()),
  "renamed and removed": (
    root,
    opened,
  ) => (opened.close(), root.rename("f", root, "g"), root.removeFile("g")),
  "linked and removed": (root, opened) => {
    root.link("f", root, "g");
    opened.close();
    root.removeFile("f");
    root.removeFile("g");
  },
};

function replace(root: Directory): void {
  file(root, "new", CREATE).close();
  root.rename("new", root, "f");
}

for (const [name, end] of Object.entries(ENDS)) {
  for (const twins of [false, true]) {
    Deno.test(`${name}, a file of an overlay${twins ? " with two names" : ""} is charged no more`, () => {
      withBoth((below) => {
        put(below, "f", "0123456789");
        if (twins) below.link("f", below, "twin");
        // Whether it is copied before its end or not
        for (const change of [true, false]) {
          const limits = new Quota({ bytes: 1000 });
          const root = limits.directory(overlay(below.again()));
          const opened = file(root, "f", WRITE);
          if (change) opened.append(BYTES, 0, 500);
          assertEquals(limits.bytes, change ? 500 : 0);
          end(root, opened);
          assertEquals(limits.bytes, 0);
          put(root, "n", "x".repeat(1000));
          if (twins) assertEquals(text(root, "twin"), "0123456789");
          root.close();
        }
        assertEquals(text(below, "f"), "0123456789");
      });
    });
  }
}

Deno.test("growing and cutting a file below makes nothing free above", () => {
  withBoth((below) => {
    const limits = new Quota({ bytes: 1000 });
    const [real, over] = [limits.directory(below), limits.directory(overlay(below.again()))];
    const one = file(real, "x", CREATE);
    const two = file(over, "x", WRITE);
    for (let round = 0; round < 10; round++) {
      one.setSize(1000);
      assertEquals([two.stat().size, limits.bytes], [1000, 1000]);
      one.setSize(0);
      assertEquals([two.stat().size, limits.bytes], [0, 0]);
    }
    assertEquals([outcome(() => two.setSize(1001)), outcome(() => two.setSize(1000))], ["EDQUOT", "done"]);
    for (const held of [one, two, over]) held.close();
  });
});

Deno.test("random work on an overlay makes no more than was charged, and its end leaves nothing charged", () => {
  let seed = 11;
  const below = (limit: number) => (seed = (seed * 48271) % 2147483647) % limit;
  for (let script = 0; script < 300; script++) {
    const lower = memoryDirectory({ f0: "x".repeat(50), f1: "x".repeat(30), f2: "x".repeat(10) });
    lower.link("f1", lower, "f3");
    const upper = memoryDirectory();
    const limits = new Quota({ bytes: 300 });
    const root = limits.directory(overlay(lower, upper));
    const open: (File | undefined)[] = [];
    for (let step = 0; step < 60; step++) {
      const [slot, act, name, size] = [below(6), below(9), `f${below(5)}`, below(140)];
      const opened = open[slot];
      outcome(() => {
        if (act < 3) {
          opened?.close();
          open[slot] = undefined;
          const how = (below(2) === 0 ? CREATE : WRITE) | (below(4) === 0 ? Open.truncate : 0);
          open[slot] = file(root, name, how);
        } else if (act === 3) root.removeFile(name);
        else if (act === 4) root.rename(name, root, `f${below(5)}`);
        else if (act === 5) root.link(name, root, `f${below(5)}`);
        else if (act === 6) root.setTimesOf(name, 1n, 2n);
        else if (act === 7) opened?.append(BYTES, 0, size);
        else opened?.setSize(size);
      });
      // What is in four names below is free to be copied.
      const sizes = new Map(upper.list().map((entry) => [entry.inode, upper.lookup(entry.name).size]));
      const alive = Array.from(sizes.values()).reduce((sum, each) => sum + each, 0);
      assert(alive <= 120 + limits.bytes, `script ${script} step ${step}: ${alive} for ${limits.bytes}`);
      assert(limits.bytes >= 0 && limits.bytes <= 300, `script ${script} step ${step}: ${limits.bytes}`);
    }
    for (const each of open) each?.close();
    for (const { name } of root.list()) root.removeFile(name);
    assertEquals([limits.bytes, limits.entries], [0, 0], `script ${script}`);
  }
});
