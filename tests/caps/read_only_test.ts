import { assertEquals } from "@std/assert";
import { hostDirectory } from "../../caps/host/open.ts";
import { linkAt, makeDirectoryAt, openAt, renameAt } from "../../caps/paths.ts";
import { type Directory, GuestPath, memoryDirectory, Open, quota, readOnly, type Stat } from "../../mod.ts";
import { contents, file, names, outcome, text } from "./outcome.ts";
import { BACKINGS } from "./table/backings.ts";
import { FIXTURE } from "./table/fixture.ts";
import { ALL, OPERATIONS } from "./table/operations.ts";

/** All that is known of everything in a directory, but for the times of reading. */
function everything(directory: Directory, prefix = ""): unknown[] {
  const told = ({ accessed: _, ...stat }: Stat) => stat;
  return [
    told(directory.stat()),
    ...directory.list().map(({ name, kind }) => {
      const content = kind === "file"
        ? text(directory, name)
        : kind === "link"
        ? directory.readLink(name)
        : "";
      return [prefix + name, told(directory.lookup(name)), content];
    }),
    ...directory.list().filter(({ kind }) => kind === "directory").flatMap(({ name }) => {
      return everything(directory.directory(name), `${prefix}${name}/`);
    }),
  ];
}

for (const backing of BACKINGS) {
  Deno.test(`${backing.name}: everything tried on a read-only mount leaves it as it was`, () => {
    const room = backing.open();
    try {
      const view = readOnly(room.root);
      const before = everything(room.root);
      const beside = room.beside();
      const ends = ["", "/", "/.", "/x", "/..", "/../file.txt"];
      const paths = ["", ".", "new", "dir/new", "new/", ...FIXTURE.keys()];
      const changing = ALL.filter((name) => !/^(read|stat|list|open)/.test(name));
      for (const operation of changing) {
        for (const path of paths.flatMap((start) => ends.map((end) => start + end))) {
          const answer = outcome(() => OPERATIONS[operation](view, path));
          // All that may succeed is opening what is there without a change.
          assertEquals(answer === "done", false, `${operation} ${path}`);
        }
      }
      assertEquals(everything(room.root), before);
      assertEquals(room.beside(), beside);
    } finally {
      room.close();
    }
  });
}

const tree = () => memoryDirectory({ "f": "hello", "d/g": "inner", "e/": "" });

Deno.test("reading works as ever", () => {
  const view = readOnly(tree());
  assertEquals([names(view), text(view, "f"), text(view.directory("d"), "g")], [
    ["d", "e", "f"],
    "hello",
    "inner",
  ]);
  assertEquals(view.stat().kind, "directory");
  view.sync();
  view.close();
});

Deno.test("every change of a name is EROFS", () => {
  const inner = tree();
  const view = readOnly(inner);
  const other = memoryDirectory({ h: "x" });
  const calls = [
    () => view.makeDirectory("n"),
    () => view.removeDirectory("e"),
    () => view.removeFile("f"),
    () => view.rename("f", view, "n"),
    () => view.rename("f", inner, "n"),
    () => view.rename("f", other, "n"),
    () => view.link("f", view, "n"),
    () => view.link("f", inner, "n"),
    () => view.link("f", other, "n"),
    () => view.symlink("f", "n"),
    () => view.setTimes(1n, 1n),
    () => view.setTimesOf("f", 1n, 1n),
    () => view.open("n", Open.write | Open.create),
    () => view.open("n", Open.read | Open.create),
    () => view.open("f", Open.write),
    () => view.open("f", Open.read | Open.truncate),
    () => view.open("f", Open.truncate),
    () => view.directory("d").removeFile("g"),
    () => view.again().removeFile("f"),
    () => renameAt(view, GuestPath.of("f"), view, GuestPath.of("d/n")),
    () => linkAt(view, GuestPath.of("f"), false, view, GuestPath.of("n")),
  ];
  assertEquals(calls.map(outcome), calls.map(() => "EROFS"));
  assertEquals([names(inner), text(inner, "f"), names(other)], [["d", "e", "f"], "hello", ["h"]]);
});

Deno.test("nothing comes in from a writable directory", () => {
  const inner = tree();
  const view = readOnly(inner);
  for (const from of [inner, quota(inner, {}), memoryDirectory({ f: "x" })]) {
    assertEquals(outcome(() => from.rename("f", view, "n")), "EXDEV");
    assertEquals(outcome(() => from.link("f", view, "n")), "EXDEV");
  }
  assertEquals(names(inner), ["d", "e", "f"]);
});

Deno.test("an open file cannot be changed", () => {
  const inner = tree();
  for (
    const opened of [
      file(readOnly(inner), "f", Open.read),
      file(readOnly(inner), "f", 0),
      file(readOnly(inner), "f", Open.read | Open.create),
    ]
  ) {
    const byte = new Uint8Array(1);
    const calls = [
      () => opened.write(byte, 0, 1, 0),
      () => opened.append(byte, 0, 1),
      () => opened.setSize(0),
      () => opened.allocate(0, 100),
      () => opened.setTimes(1n, 1n),
    ];
    assertEquals(calls.map(outcome), calls.map(() => "EROFS"));
    opened.sync(true);
    opened.close();
  }
  assertEquals(text(inner, "f"), "hello");
});

Deno.test("what is wrong with a name is told before that nothing may change", () => {
  const view = readOnly(tree());
  assertEquals(outcome(() => view.open("n", Open.write)), "ENOENT");
  assertEquals(outcome(() => view.open("f", Open.read | Open.create | Open.exclusive)), "EEXIST");
  assertEquals(outcome(() => view.open("d", Open.read | Open.create)), "EISDIR");
});

Deno.test("what is to be made and is there already is EEXIST, on every backing", () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-read-only-" });
  Deno.mkdirSync(`${scratch}/d`);
  Deno.mkdirSync(`${scratch}/e`);
  Deno.writeTextFileSync(`${scratch}/f`, "hello");
  Deno.symlinkSync("nowhere", `${scratch}/dangling`);
  const memory = tree();
  memory.symlink("nowhere", "dangling");
  const host = hostDirectory(scratch);
  try {
    for (const inner of [memory, host]) {
      const view = readOnly(inner);
      for (const name of ["f", "d", "dangling"]) {
        assertEquals(outcome(() => view.makeDirectory(name)), "EEXIST", name);
        assertEquals(outcome(() => view.symlink("f", name)), "EEXIST", name);
        assertEquals(outcome(() => view.link("f", view, name)), "EEXIST", name);
        assertEquals(outcome(() => makeDirectoryAt(view, GuestPath.of(name))), "EEXIST", name);
      }
      assertEquals(outcome(() => view.link("missing", view, "f")), "ENOENT");
      for (const make of [() => view.makeDirectory("n"), () => view.symlink("f", "n")]) {
        assertEquals(outcome(make), "EROFS");
      }
      assertEquals(outcome(() => view.makeDirectory("n".repeat(256))), "ENAMETOOLONG");
      assertEquals(names(inner), ["d", "dangling", "e", "f"]);
    }
  } finally {
    host.close();
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("changes from elsewhere are seen", () => {
  const inner = tree();
  const opened = file(readOnly(inner), "f", Open.read);
  const writer = file(inner, "f", Open.write);
  writer.write(new Uint8Array([74]), 0, 1, 0);
  assertEquals(contents(opened), "Jello");
});

Deno.test("the short cuts of a host directory stay read-only", () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-read-only-" });
  try {
    Deno.mkdirSync(`${scratch}/d`);
    Deno.writeTextFileSync(`${scratch}/d/f`, "hello");
    const view = readOnly(hostDirectory(scratch));
    const opened = openAt(view, GuestPath.of("d/f"), Open.read, true);
    assertEquals(outcome(() => opened.setTimes(1n, 1n)), "EROFS");
    assertEquals(outcome(() => openAt(view, GuestPath.of("d/f"), Open.read | Open.truncate, true)), "EROFS");
    const parent = view.parentOf?.(GuestPath.of("d/f")) ?? view.directory("d");
    assertEquals(outcome(() => parent.removeFile("f")), "EROFS");
    const listed = openAt(view, GuestPath.of("d"), Open.directory, true);
    if (listed.kind !== "directory") throw new Error("a file");
    assertEquals(outcome(() => listed.removeFile("f")), "EROFS");
    for (const held of [opened, parent, listed, view]) held.close();
    assertEquals(Deno.readTextFileSync(`${scratch}/d/f`), "hello");
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});
