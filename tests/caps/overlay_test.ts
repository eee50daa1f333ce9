import { assert, assertEquals } from "@std/assert";
import { hostDirectory } from "../../caps/host/open.ts";
import {
  deterministic,
  type Directory,
  Fault,
  memoryDirectory,
  observe,
  Open,
  overlay,
  quota,
  readOnly,
  type Stat,
} from "../../mod.ts";
import { contents, file, names, outcome, put, text, tree } from "./outcome.ts";
import { BACKINGS } from "./table/backings.ts";
import { FIXTURE } from "./table/fixture.ts";
import { ALL, OPERATIONS } from "./table/operations.ts";

const WRITE = Open.read | Open.write;

function lower(): Directory {
  return memoryDirectory({ "f": "hello", "g": "other", "d/inner": "deep", "d/sub/x": "x", "e/": "" });
}

/** All that is known of everything, but for the times of reading. */
function everything(directory: Directory): unknown[] {
  const told = ({ accessed: _, ...stat }: Stat) => stat;
  const below = directory.list().filter(({ kind }) => kind === "directory");
  return [
    told(directory.stat()),
    ...directory.list().map(({ name }) => [name, told(directory.lookup(name))]),
    ...below.flatMap(({ name }) => everything(directory.directory(name))),
  ];
}

for (const backing of BACKINGS.filter(({ name }) => ["memory", "kernel", "portable"].includes(name))) {
  Deno.test(`${backing.name} under an overlay never changes, whatever is tried`, () => {
    const room = backing.open();
    const root = overlay(room.root.again());
    try {
      const before = [everything(room.root), tree(room.root), room.beside()];
      for (const path of [...FIXTURE.keys(), "new", "dir/new", "dir/sub/new/deeper"]) {
        for (const operation of ALL) outcome(() => OPERATIONS[operation](root, path));
        outcome(() => put(root, path, "changed"));
        for (const operation of ALL.toReversed()) outcome(() => OPERATIONS[operation](root, path));
      }
      assert(tree(root).join() !== tree(room.root).join());
      assertEquals([everything(room.root), tree(room.root), room.beside()], before);
    } finally {
      root.close();
      room.close();
    }
  });
}

Deno.test("a file is copied when it is changed first, and everyone sees the copy", () => {
  const below = lower();
  const root = overlay(below);
  const reader = file(root, "f", Open.read);
  const writer = file(root, "f", WRITE);
  const inode = reader.stat().inode;
  assertEquals([contents(writer), inode], ["hello", below.lookup("f").inode]);
  writer.write(new Uint8Array([74]), 0, 1, 0);
  assertEquals([contents(reader), contents(writer), text(root, "f")], ["Jello", "Jello", "Jello"]);
  assertEquals([reader.stat().inode, root.lookup("f").inode], [inode, inode]);
  assertEquals(root.list().find(({ name }) => name === "f")?.inode, inode);
  assertEquals(text(below, "f"), "hello");
});

Deno.test("opening for writing copies nothing, and a copy keeps the times", () => {
  const above = memoryDirectory();
  const below = lower();
  below.setTimesOf("f", 5n, 6n);
  below.directory("d").setTimesOf("inner", 7n, 8n);
  below.setTimesOf("d", 1n, 2n);
  const root = overlay(below, above);
  file(root, "f", WRITE).close();
  assertEquals(names(above), []);
  root.directory("d").setTimesOf("inner", undefined, 9n);
  const { accessed, modified } = root.directory("d").lookup("inner");
  assertEquals([accessed, modified, root.lookup("d").modified], [7n, 9n, 2n]);
  assertEquals(tree(above), ["d/", "d/inner x1 deep"]);
});

Deno.test("what is cut at once is not copied", () => {
  const above = memoryDirectory({}, { capacity: 8192 });
  const root = overlay(memoryDirectory({ f: "x".repeat(100_000) }), above);
  assertEquals(outcome(() => file(root, "f", WRITE).append(new Uint8Array(1), 0, 1)), "ENOSPC");
  assertEquals([root.lookup("f").size, names(above)], [100_000, []]);
  put(root, "f", "short");
  assertEquals(text(root, "f"), "short");
});

Deno.test("what was removed is gone, and what is made in its place is new", () => {
  const root = overlay(lower());
  root.removeFile("f");
  assertEquals([outcome(() => root.lookup("f")), names(root)], ["ENOENT", ["d", "e", "g"]]);
  put(root, "f", "new");
  root.removeFile("f");
  assertEquals(outcome(() => root.open("f", Open.read)), "ENOENT");
  const d = root.directory("d");
  d.removeFile("inner");
  d.directory("sub").removeFile("x");
  d.removeDirectory("sub");
  root.removeDirectory("d");
  root.makeDirectory("d");
  assertEquals([names(root.directory("d")), names(root)], [[], ["d", "e", "g"]]);
  assertEquals(outcome(() => d.makeDirectory("x")), "ENOENT");
});

Deno.test("a directory is renamed with all that is in it, and nothing is copied", () => {
  const above = memoryDirectory();
  const root = overlay(lower(), above);
  const held = root.directory("d");
  root.rename("d", root.directory("e"), "moved");
  assertEquals(tree(root), [
    "e/",
    "e/moved/",
    "e/moved/inner x1 deep",
    "e/moved/sub/",
    "e/moved/sub/x x1 x",
    "f x1 hello",
    "g x1 other",
  ]);
  assertEquals(tree(above), ["e/", "e/moved/"]);
  put(held, "late", "!");
  assertEquals(text(root.directory("e").directory("moved"), "late"), "!");
  root.makeDirectory("d");
  assertEquals(names(root.directory("d")), []);
  root.directory("e").rename("moved", root, "d");
  assertEquals(names(root.directory("d")), ["inner", "late", "sub"]);
});

Deno.test("a file that is open and removed lives on, and can be changed", () => {
  const above = memoryDirectory();
  const root = overlay(lower(), above);
  const [one, two] = [file(root, "f", WRITE), file(root, "f", Open.read)];
  root.removeFile("f");
  assertEquals([contents(one), one.stat().links], ["hello", 0]);
  one.append(new Uint8Array([33]), 0, 1);
  assertEquals([contents(one), contents(two), two.stat().links], ["hello!", "hello!", 0]);
  assertEquals([names(above), names(root)], [[], ["d", "e", "g"]]);
  const replaced = file(root, "g", WRITE);
  root.rename("d", root, "h");
  put(root, "new", "new");
  root.rename("new", root, "g");
  replaced.append(new Uint8Array([33]), 0, 1);
  assertEquals([contents(replaced), text(root, "g")], ["other!", "new"]);
});

Deno.test("hard links are made above, and part from twins below", () => {
  const below = lower();
  below.link("f", below, "twin");
  const root = overlay(below);
  assertEquals(root.lookup("f").inode, root.lookup("twin").inode);
  put(root, "f", "changed");
  assertEquals([text(root, "twin"), text(root, "f")], ["hello", "changed"]);
  assert(
    root.lookup("f").inode !== root.lookup("twin").inode || root.lookup("f").device !== below.stat().device,
  );
  root.link("g", root, "again");
  put(root, "again", "both");
  assertEquals([text(root, "g"), root.lookup("g").links], ["both", 2]);
});

Deno.test("the upper directory is shown over the lower, and may be limited", () => {
  const above = quota(memoryDirectory({ "f": "above", "d/more": "more" }), { bytes: 10 });
  const root = overlay(lower(), above);
  assertEquals([text(root, "f"), names(root.directory("d"))], ["above", ["inner", "more", "sub"]]);
  assertEquals(outcome(() => file(root, "g", WRITE).setSize(11)), "EDQUOT");
  assertEquals(text(root, "g"), "other");
});

Deno.test("names do not move between overlays", () => {
  const [one, other] = [overlay(lower()), overlay(lower())];
  assertEquals(outcome(() => one.rename("f", other, "n")), "EXDEV");
  assertEquals(outcome(() => one.link("f", other, "n")), "EXDEV");
});

Deno.test({
  name: "an overlay of a host directory leaves nothing open",
  ignore: Deno.build.os !== "linux",
  fn(): void {
    const scratch = Deno.makeTempDirSync({ prefix: "keyhole-overlay-" });
    // Other tests run in this process too: only what lies in this one's folder counts.
    const open = (): number =>
      Array.from(Deno.readDirSync("/proc/self/fd")).filter(({ name }) => {
        try {
          return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(scratch);
        } catch {
          return false;
        }
      }).length;
    try {
      for (const name of ["lower", "upper"]) Deno.mkdirSync(`${scratch}/${name}`);
      for (let i = 0; i < 50; i++) {
        Deno.mkdirSync(`${scratch}/lower/d${i}/sub`, { recursive: true });
        Deno.writeTextFileSync(`${scratch}/lower/d${i}/sub/f`, `${i}`);
      }
      const before = open();
      const root = overlay(hostDirectory(`${scratch}/lower`), hostDirectory(`${scratch}/upper`));
      const roots = open();
      for (let i = 0; i < 50; i++) {
        const directory = root.directory(`d${i}`);
        const sub = directory.directory("sub");
        if (i % 2 === 0) put(sub, "g", text(sub, "f"));
        else sub.removeFile("f");
        if (i % 3 === 0) directory.rename("sub", root, `moved${i}`);
        assertEquals(outcome(() => root.rename(`d${i}`, sub, "x")), i % 3 === 0 ? "done" : "EINVAL");
        sub.close();
        directory.close();
      }
      // What was changed is remembered, but not held open.
      assertEquals(open(), roots);
      const moved = root.directory("moved0");
      assertEquals(text(moved, "g"), "0");
      moved.close();
      root.close();
      assertEquals(open(), before);
      assertEquals(Deno.readTextFileSync(`${scratch}/lower/d49/sub/f`), "49");
    } finally {
      Deno.removeSync(scratch, { recursive: true });
    }
  },
});

Deno.test("a directory that could not be opened for a while is counted right afterwards", () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-overlay-" });
  Deno.mkdirSync(`${scratch}/a/b`, { recursive: true });
  Deno.writeTextFileSync(`${scratch}/a/f`, "hello");
  let failing = false;
  const lower = observe(hostDirectory(scratch), {
    called: (call, path) => {
      if (failing && call === "directory" && path === "a") throw Fault.of("EMFILE");
    },
  });
  const root = overlay(lower);
  const a = root.directory("a");
  a.rename("b", root, "moved");
  a.close();
  failing = true;
  assertEquals(outcome(() => root.directory("moved")), "EMFILE");
  failing = false;
  const held = root.directory("a");
  root.directory("moved").close();
  assertEquals(text(held, "f"), "hello");
  held.close();
  root.close();
  Deno.removeSync(scratch, { recursive: true });
});

Deno.test("nothing in a listing has the number of something else, wherever it is kept", () => {
  const directory = overlay(memoryDirectory({ a: "", b: "", "c/d": "" }), memoryDirectory({ e: "", f: "" }));
  file(directory, "g", Open.write | Open.create).close();
  directory.makeDirectory("h");
  directory.symlink("a", "i");
  file(directory, "a", Open.write | Open.truncate).close();
  const listed = directory.list();
  assertEquals(new Set(listed.map(({ inode }) => inode)).size, 8);
  for (const { name, inode, kind } of listed) {
    assertEquals(directory.lookup(name).inode, inode, name);
    assert(inode >= 0n && inode < 2n ** 64n);
    if (kind === "link") continue;
    const opened = directory.open(name, Open.read);
    assertEquals(opened.stat().inode, inode, name);
    opened.close();
  }
});

/** What an object is, by which a guest tells whether it is still the same. */
function identity({ device, inode }: Stat): bigint[] {
  return [device, inode];
}

Deno.test("what is open stays what it is when its name is removed, replaced or moved", () => {
  for (const change of [true, false]) {
    const root = overlay(lower());
    const [removed, replaced] = ["f", "g"].map((name) => file(root, name, WRITE));
    const [gone, over] = ["e", "d"].map((name) => root.directory(name));
    over!.removeFile("inner");
    over!.directory("sub").removeFile("x");
    over!.removeDirectory("sub");
    if (change) { for (const opened of [removed, replaced]) opened!.append(new Uint8Array(1), 0, 1); }
    put(root, "new", "");
    root.makeDirectory("newer");
    const held = [removed!, replaced!, gone!, over!, file(root, "new", Open.read), root.directory("newer")];
    const before = held.map((each) => identity(each.stat()));
    root.removeFile("f");
    root.rename("new", root, "g");
    root.removeDirectory("e");
    root.rename("newer", root, "d");
    assertEquals(held.map((each) => identity(each.stat())), before);
    if (!change) { for (const opened of [removed, replaced]) opened!.append(new Uint8Array(1), 0, 1); }
    assertEquals(held.map((each) => identity(each.stat())), before);
    assertEquals(["g", "d"].map((name) => identity(root.lookup(name))), before.slice(4));
    root.removeFile("g");
    root.removeDirectory("d");
    assertEquals(held.map((each) => identity(each.stat())), before);
    // Nothing that comes to have the name is taken for what had it.
    put(root, "f", "");
    root.makeDirectory("e");
    const told = new Set([...before, ...["f", "e"].map((name) => identity(root.lookup(name)))].map(String));
    assertEquals(told.size, 8);
    for (const each of held) each.close();
  }
});

Deno.test("removing what lies only below changes the times of its directory, and nothing else", () => {
  const below = lower();
  below.setTimesOf("d", 1n, 2n);
  below.setTimes(3n, 4n);
  const above = memoryDirectory({}, { now: () => 1000n });
  above.setTimes(3n, 4n);
  const root = overlay(below, above);
  const d = root.directory("d");
  d.removeFile("inner");
  assertEquals([d.stat().modified, d.stat().accessed, root.stat().modified], [1000n, 1n, 4n]);
  d.setTimes(1n, 2n);
  d.directory("sub").removeFile("x");
  assertEquals([root.lookup("d").modified, d.lookup("sub").modified], [2n, 1000n]);
  d.removeDirectory("sub");
  assertEquals([root.lookup("d").modified, root.stat().modified], [1000n, 4n]);
  root.removeDirectory("d");
  assertEquals([root.stat().modified, root.stat().accessed, names(above)], [1000n, 3n, []]);
  assertEquals([below.stat().modified, below.lookup("d").modified], [4n, 2n]);
});

Deno.test("a directory that is removed or replaced while it is open keeps its times and takes others", () => {
  const root = overlay(lower());
  root.setTimesOf("e", 5n, 6n);
  const [removed, replaced] = [root.directory("e").again(), root.directory("d")];
  replaced.removeFile("inner");
  replaced.directory("sub").removeFile("x");
  replaced.removeDirectory("sub");
  root.removeDirectory("e");
  root.makeDirectory("new");
  root.rename("new", root, "d");
  assertEquals([removed.stat().accessed, removed.stat().modified, outcome(() => removed.list())], [
    5n,
    6n,
    "ENOENT",
  ]);
  for (const held of [removed, replaced]) {
    held.setTimes(7n, undefined);
    held.setTimes(undefined, 8n);
    assertEquals([held.stat().accessed, held.stat().modified], [7n, 8n]);
    assertEquals(outcome(() => held.makeDirectory("x")), "ENOENT");
  }
  assert(root.lookup("d").modified !== 8n);
});

Deno.test("a copy that could not be made is made later, for all who have the file open", () => {
  const above = quota(memoryDirectory(), { bytes: 8 });
  put(above, "big", "12345");
  const root = overlay(lower(), above);
  const [one, two] = [file(root, "f", WRITE), file(root, "f", Open.read)];
  assertEquals(outcome(() => one.append(new Uint8Array([33]), 0, 1)), "EDQUOT");
  const three = file(root, "f", Open.read);
  root.removeFile("big");
  one.append(new Uint8Array([33]), 0, 1);
  for (const opened of [one, two, three]) assertEquals(contents(opened), "hello!");
});

Deno.test({
  name: "a directory that holds only what no path can say is not empty",
  ignore: Deno.build.os !== "linux",
  fn(): void {
    const scratch = Deno.makeTempDirSync({ prefix: "keyhole-overlay-" });
    const wraps: ((directory: Directory) => Directory)[] = [
      (directory) => directory,
      (directory) => readOnly(directory),
      (directory) => quota(directory, {}),
      (directory) => deterministic(directory),
      (directory) => overlay(directory),
    ];
    // Only a program that is given bytes can make such a name.
    new Deno.Command("sh", {
      args: [
        "-c",
        `mkdir -p d/sub e && : > "d/$(printf '\\377')" && : > d/named && : > "d/sub/$(printf '\\376')"`,
      ],
      cwd: scratch,
    }).outputSync();
    try {
      for (const backend of ["kernel", "portable"] as const) {
        for (const wrap of wraps) {
          const root = overlay(wrap(hostDirectory(scratch, { backend })));
          const d = root.directory("d");
          assertEquals([names(root), names(d), names(d.directory("sub"))], [
            ["d", "e"],
            ["named", "sub"],
            [],
          ]);
          assertEquals(outcome(() => d.removeDirectory("sub")), "ENOTEMPTY");
          assertEquals(outcome(() => root.rename("e", d, "sub")), "ENOTEMPTY");
          assertEquals([names(root), names(d)], [["d", "e"], ["named", "sub"]]);
          root.removeDirectory("e");
          for (const held of [d, root]) held.close();
        }
      }
    } finally {
      Deno.removeSync(scratch, { recursive: true });
    }
  },
});

Deno.test("no depth of directories uses up the stack, above or below", () => {
  const DEPTH = 50_000;
  /** The directory at the end, with nothing else open. */
  const down = (
    root: Directory,
    name: string,
    step: (directory: Directory) => void = () => {},
  ): Directory => {
    let here = root.directory(name);
    for (let i = 1; i < DEPTH; i++) {
      step(here);
      const outer = here;
      here = outer.directory("d");
      outer.close();
    }
    return here;
  };
  const below = memoryDirectory({ "deep/": "" });
  down(below, "deep", (directory) => directory.makeDirectory("d"));
  const root = overlay(below);
  root.makeDirectory("new");
  down(root, "new", (directory) => directory.makeDirectory("d")).close();
  for (const name of ["new", "deep"]) {
    const last = down(root, name);
    put(last, "file", "text");
    root.rename(name, root, "moved");
    assertEquals(text(last, "file"), "text");
    last.close();
    const again = down(root, "moved");
    assertEquals(names(again), ["file"]);
    again.close();
    root.rename("moved", root, name);
  }
  root.close();
});
