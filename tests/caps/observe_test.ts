import { assert, assertEquals } from "@std/assert";
import { openAt, statAt } from "../../caps/paths.ts";
import { hostDirectory } from "../../caps/host/open.ts";
import { GuestPath, memoryDirectory, observe, Open, readOnly, type Watcher } from "../../mod.ts";
import { file, outcome, text } from "./outcome.ts";

function notes(): { lines: string[]; watcher: Watcher } {
  const lines: string[] = [];
  return {
    lines,
    watcher: {
      called: (call, path, to) =>
        lines.push(to === undefined ? `${call} ${path}` : `${call} ${path} to ${to}`),
      failed: (call, path, code) => lines.push(`${call} ${path}: ${code}`),
      opened: (path, how) => lines.push(`${path} is open: ${how}`),
      read: (path, bytes) => lines.push(`${path} gave ${bytes}`),
      wrote: (path, bytes) => lines.push(`${path} took ${bytes}`),
    },
  };
}

Deno.test("a watcher is told of calls, names and bytes", () => {
  const { lines, watcher } = notes();
  const root = observe(memoryDirectory({ "d/f": "hello" }), watcher);
  const d = root.directory("d");
  const opened = file(d.again(), "f", Open.read | Open.write);
  opened.read(new Uint8Array(9), 0, 9, 0);
  opened.write(new Uint8Array(2), 0, 2, 5);
  opened.append(new Uint8Array(3), 0, 3);
  opened.setSize(1);
  opened.close();
  d.rename("f", root, "g");
  root.link("g", d, "h");
  root.makeDirectory("new");
  root.setTimesOf("new", 1n, 1n);
  root.list();
  assertEquals(lines, [
    "directory d",
    "directory d",
    "open d/f",
    "d/f is open: 3",
    "d/f gave 5",
    "d/f took 2",
    "d/f took 3",
    "setSize d/f",
    "rename d/f to g",
    "link g to d/h",
    "makeDirectory new",
    "setTimes new",
    "list ",
  ]);
});

Deno.test("a watcher is told of what fails, and it fails", () => {
  const { lines, watcher } = notes();
  const root = observe(readOnly(memoryDirectory({ f: "x" })), watcher);
  assertEquals(outcome(() => root.removeFile("f")), "EROFS");
  assertEquals(outcome(() => root.lookup("missing")), "ENOENT");
  assertEquals(outcome(() => file(root, "f", Open.read).write(new Uint8Array(1), 0, 1, 0)), "EROFS");
  assertEquals(lines, [
    "removeFile f",
    "removeFile f: EROFS",
    "lookup missing",
    "lookup missing: ENOENT",
    "open f",
    "f is open: 1",
    "write f: EROFS",
  ]);
});

Deno.test("both sides of a move are told, whoever watches them", () => {
  const inner = memoryDirectory({ f: "x" });
  const [one, two] = [notes(), notes()];
  observe(inner, one.watcher).rename("f", observe(inner, two.watcher), "g");
  assertEquals([one.lines, two.lines], [["rename f"], ["rename g"]]);
  observe(inner, one.watcher).rename("g", inner, "h");
  assertEquals(text(inner, "h"), "x");
});

Deno.test("short cuts are told as what they stand for", () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-observe-" });
  try {
    Deno.mkdirSync(`${scratch}/d`);
    Deno.writeTextFileSync(`${scratch}/d/f`, "hello");
    const { lines, watcher } = notes();
    const root = observe(hostDirectory(scratch), watcher);
    statAt(root, GuestPath.of("d/f"), true);
    openAt(root, GuestPath.of("d/f"), Open.read, true).close();
    const told = ["lookup d/f", "open d/f", "d/f is open: 1"];
    assertEquals(lines, told);
    // A link is told, also where the backing would have taken it in one step.
    Deno.symlinkSync("d", `${scratch}/way`);
    lines.length = 0;
    openAt(root, GuestPath.of("way/f"), Open.read, true).close();
    assertEquals(lines.slice(-2), told.slice(-2));
    assert(lines.includes("readLink way"), String(lines));
    root.close();
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a path that is told is no longer than any, however deep it lies", () => {
  const { lines, watcher } = notes();
  const name = "n".repeat(255);
  let here = observe(memoryDirectory(), watcher);
  for (let i = 0; i < 100; i++) {
    here.makeDirectory(name);
    here = here.directory(name);
  }
  const lengths = lines.map((line) => line.replace(/^\w+ /, "").length);
  assertEquals([lengths.at(0), lengths.at(-1), Math.max(...lengths)], [255, 4098, 4098]);
});

Deno.test("a path of nothing but slashes and dots is looked at once, and not from each of them on", () => {
  const { lines, watcher } = notes();
  const root = observe(memoryDirectory({ f: "x" }), watcher);
  const started = performance.now();
  for (const path of [`f${"/".repeat(4090)}x`, `./${"/.".repeat(2040)}x`, `${"./".repeat(2047)}f`]) {
    for (let i = 0; i < 1000; i++) root.winding!(GuestPath.of(path));
  }
  assertEquals(lines.length, 3000);
  // Less than a second; it was more than a minute.
  assert(performance.now() - started < 30_000);
  lines.length = 0;
  for (const path of ["f/", "f/.", "f/./", "f//.//", "."]) root.winding!(GuestPath.of(path));
  assertEquals(lines, ["directory "]);
});
