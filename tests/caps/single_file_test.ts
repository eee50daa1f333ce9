import { assertEquals } from "@std/assert";
import { openAt, statAt } from "../../caps/paths.ts";
import { chosenFiles, GuestPath, memoryDirectory, Open, readOnly, singleFile } from "../../mod.ts";
import { contents, file, names, outcome, text } from "./outcome.ts";

const tree = () => {
  const root = memoryDirectory({ "f": "hello", "secret": "x", "d/": "" });
  root.symlink("secret", "link");
  return root;
};

Deno.test("one file is shown, under another name if so wished", () => {
  const inner = tree();
  const view = singleFile(inner, "f", "shown");
  assertEquals([names(view), text(view, "shown")], [["shown"], "hello"]);
  assertEquals(view.lookup("shown").inode, inner.lookup("f").inode);
  assertEquals(view.stat().kind, "directory");
  for (const name of ["f", "secret", "d", "link", "", ".."]) {
    assertEquals(outcome(() => view.lookup(name)), "ENOENT");
    assertEquals(outcome(() => view.open(name, Open.read)), "ENOENT");
    assertEquals(outcome(() => view.setTimesOf(name, 1n, 1n)), "ENOENT");
  }
});

Deno.test("the file is written, cut and timed as its directory lets it be", () => {
  const inner = tree();
  const view = singleFile(inner, "f");
  const opened = file(view, "f", Open.read | Open.write | Open.create);
  opened.append(new Uint8Array([33]), 0, 1);
  assertEquals([contents(opened), text(inner, "f")], ["hello!", "hello!"]);
  file(view, "f", Open.write | Open.truncate | Open.create).close();
  view.setTimesOf("f", 1n, 2n);
  assertEquals([inner.lookup("f").size, inner.lookup("f").modified], [0, 2n]);
  const shut = singleFile(readOnly(inner), "f");
  assertEquals(outcome(() => shut.open("f", Open.write)), "EROFS");
  assertEquals(outcome(() => shut.setTimesOf("f", 1n, 1n)), "EROFS");
});

Deno.test("no name is made, removed or changed", () => {
  const inner = tree();
  const view = singleFile(inner, "f");
  const calls = [
    () => view.makeDirectory("n"),
    () => view.removeDirectory("f"),
    () => view.removeFile("f"),
    () => view.rename("f", view, "n"),
    () => view.rename("f", inner, "n"),
    () => view.link("f", inner, "n"),
    () => view.symlink("secret", "n"),
    () => view.setTimes(1n, 1n),
    () => view.open("secret", Open.write | Open.create),
    () => view.open("n", Open.read | Open.create),
  ];
  assertEquals(calls.map(outcome), calls.map(() => "EROFS"));
  assertEquals(outcome(() => inner.rename("secret", view, "n")), "EXDEV");
  assertEquals(outcome(() => inner.link("secret", view, "n")), "EXDEV");
  assertEquals(outcome(() => view.open("f", Open.read | Open.create | Open.exclusive)), "EEXIST");
  assertEquals(outcome(() => view.open("f", Open.directory)), "ENOTDIR");
  assertEquals(outcome(() => view.directory("f")), "ENOTDIR");
  assertEquals(outcome(() => view.readLink("f")), "EINVAL");
  assertEquals(names(inner), ["d", "f", "link", "secret"]);
});

Deno.test("a name that was swapped for something else shows nothing", () => {
  const inner = tree();
  for (const name of ["link", "d", "missing"]) {
    const view = singleFile(inner, name);
    assertEquals(names(view), []);
    assertEquals(outcome(() => view.lookup(name)), "ENOENT");
    assertEquals(outcome(() => view.open(name, Open.read)), "ENOENT");
    assertEquals(outcome(() => view.open(name, Open.read | Open.write | Open.create)), "ENOENT");
    assertEquals(outcome(() => openAt(view, GuestPath.of(name), Open.read, true)), "ENOENT");
  }
  assertEquals(outcome(() => inner.lookup("missing")), "ENOENT");
});

Deno.test("several files are shown together, and nothing beside them", () => {
  const view = chosenFiles({
    "a": { directory: tree(), name: "f" },
    ["b"]: { directory: memoryDirectory({ x: "other" }), name: "x" },
  });
  assertEquals([names(view), text(view, "b")], [["a", "b"], "other"]);
  assertEquals(outcome(() => statAt(view, GuestPath.of("../f"), true)), "ENOTCAPABLE");
  assertEquals(outcome(() => statAt(view, GuestPath.of("a/../b"), true)), "ENOTDIR");
  const again = view.again();
  view.close();
  assertEquals(names(again), ["a", "b"]);
});

Deno.test("a file is not shown under what is no name", () => {
  for (const name of ["", ".", "..", "a/b", "a\0", "n".repeat(256)]) {
    assertEquals(outcome(() => singleFile(tree(), "f", name)), "EINVAL");
  }
});
