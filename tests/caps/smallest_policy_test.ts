import { assert, assertEquals, assertThrows } from "@std/assert";
import { PolicyError, type PolicyMount } from "../../caps/policy.ts";
import { smallestPolicy } from "../../caps/policy/smallest.ts";
import { readReport } from "../../caps/report/read.ts";
import { MountRecorder } from "../../caps/report/mount_recorder.ts";
import { observe } from "../../caps/observe.ts";
import { type Directory, isFault, memoryDirectory, Open, type Report } from "../../mod.ts";
import { report } from "./reports.ts";

const FILES = { "a.txt": "x", "d/b.txt": "x", "d/e/c.txt": "x", "d/e/g.txt": "x", "h/i.txt": "x" };

/** The report of a run that did something with one mount. */
function after(mount: PolicyMount, name: string, act: (directory: Directory) => void): Report {
  const recorder = new MountRecorder(name, () => {});
  try {
    act(observe(memoryDirectory(FILES), recorder));
  } catch (error) {
    if (!isFault(error)) throw error;
  }
  return { ...report, granted: { mounts: [mount] }, used: { ...report.used!, mounts: [recorder.use] } };
}

function within(directory: Directory, path: string): Directory {
  return path === "" ? directory : path.split("/").reduce((at, name) => at.directory(name), directory);
}

function used(act: (directory: Directory) => void): readonly PolicyMount[] {
  return smallestPolicy(after({ dir: "/srv", as: "/m", access: "rw" }, "/m", act)).mounts ?? [];
}

Deno.test("a directory shrinks to what was used of it", () => {
  const read = (path: string, name: string) => (it: Directory): void =>
    void within(it, path).open(name, Open.read);
  assertEquals(used(() => {}), []);
  assertEquals(used(read("", "a.txt")), [{ file: "/srv/a.txt", as: "/m/a.txt", access: "ro" }]);
  assertEquals(used(read("d/e", "c.txt")), [{ file: "/srv/d/e/c.txt", as: "/m/d/e/c.txt", access: "ro" }]);
  assertEquals(used((it) => within(it, "d/e").list()), [{ dir: "/srv/d/e", as: "/m/d/e", access: "ro" }]);
  assertEquals(used((it) => it.list()), [{ dir: "/srv", as: "/m", access: "ro" }]);
  const both = (it: Directory): void => {
    read("d", "b.txt")(it);
    read("d/e", "c.txt")(it);
  };
  assertEquals(used(both), [{ dir: "/srv/d", as: "/m/d", access: "ro" }]);
  const apart = (it: Directory): void => {
    read("d/e", "c.txt")(it);
    read("h", "i.txt")(it);
  };
  assertEquals(used(apart), [{ dir: "/srv", as: "/m", access: "ro" }]);
});

Deno.test("only what was changed can be changed, and only as far as it was", () => {
  const write = (it: Directory): void => void within(it, "d/e").open("c.txt", Open.read | Open.write);
  assertEquals(used(write), [{ file: "/srv/d/e/c.txt", as: "/m/d/e/c.txt", access: "rw" }]);
  const make = (it: Directory): void => void within(it, "d/e").open("new", Open.write | Open.create);
  assertEquals(used(make), [{ dir: "/srv/d/e", as: "/m/d/e", access: "rw" }]);
  const mixed = (it: Directory): void => {
    within(it, "d/e").open("c.txt", Open.write);
    within(it, "d/e").open("g.txt", Open.read);
  };
  assertEquals(used(mixed).map((mount) => "file" in mount && mount.access), ["rw", "ro"]);
});

Deno.test("no more is granted than was, whatever a report says was changed", () => {
  const write = (it: Directory): void => void within(it, "d/e").open("c.txt", Open.write);
  for (const mount of [{ dir: "/srv", as: "/m", access: "ro" }, { dir: "/srv", as: "/m" }] as const) {
    assertEquals(smallestPolicy(after(mount, "/m", write)).mounts, [
      { file: "/srv/d/e/c.txt", as: "/m/d/e/c.txt", access: "ro" },
    ]);
    const make = (it: Directory): void => it.makeDirectory("new");
    assertEquals(smallestPolicy(after(mount, "/m", make)).mounts, [{ ...mount, access: "ro" }]);
  }
  const change = (it: Directory): void => void it.open("a.txt", Open.write);
  assertEquals(smallestPolicy(after({ file: "/srv/a.txt", as: "/m/a.txt" }, "/m", change)).mounts, [
    { file: "/srv/a.txt", as: "/m/a.txt", access: "ro" },
  ]);
});

Deno.test("a name that was looked for in vain is looked for in vain again", () => {
  const search = (it: Directory): void => {
    within(it, "d/e").open("c.txt", Open.read);
    within(it, "d/e").lookup("missing");
  };
  assertEquals(used(search), [{ file: "/srv/d/e/c.txt", as: "/m/d/e/c.txt", access: "ro" }]);
  const elsewhere = (it: Directory): void => {
    within(it, "d/e").open("c.txt", Open.read);
    within(it, "d").lookup("missing");
  };
  assertEquals(used(elsewhere), [{ dir: "/srv/d", as: "/m/d", access: "ro" }]);
});

Deno.test("the mount of the current directory keeps paths as they were", () => {
  const made = after({ dir: "/srv", as: ".", access: "ro" }, ".", (it) => within(it, "d/e").list());
  assertEquals(smallestPolicy(made).mounts, [{ dir: "/srv/d/e", as: "d/e", access: "ro" }]);
});

Deno.test("an overlay that nothing was changed in is the directory itself, read-only", () => {
  const overlay = { overlay: "/srv", as: "/m" };
  assertEquals(smallestPolicy(after(overlay, "/m", (it) => it.list())).mounts, [
    { dir: "/srv", as: "/m", access: "ro" },
  ]);
  assertEquals(smallestPolicy(after(overlay, "/m", (it) => it.makeDirectory("n"))).mounts, [overlay]);
});

Deno.test("what else was granted stays, and an input that was not read goes", () => {
  const { mounts, env, stdin } = smallestPolicy({
    ...report,
    granted: { ...report.granted, stdin: "inherit" },
  });
  assertEquals(mounts, [
    { dir: "/srv/data", as: "/in", access: "ro" },
    { file: "/c", as: "/etc/conf", access: "rw" },
  ]);
  assertEquals([env, stdin], [{ LANG: { inherit: true } }, "null"]);
  const read = {
    ...report,
    used: { ...report.used!, stdin: { calls: 1, bytes: 0 } },
    granted: { stdin: "in" },
  };
  assertEquals(smallestPolicy(read).stdin, "in");
});

Deno.test("several files do not each have what was the limit of all", () => {
  const limits = { disk: 4 };
  const grant = { dir: "/srv", as: "/m", access: "rw", limits } as const;
  const write = (...names: string[]) => (it: Directory): void =>
    names.forEach((name) => within(it, "d/e").open(name, Open.write));
  assertEquals(smallestPolicy(after(grant, "/m", write("c.txt"))).mounts, [
    { file: "/srv/d/e/c.txt", as: "/m/d/e/c.txt", access: "rw", limits },
  ]);
  assertEquals(smallestPolicy(after(grant, "/m", write("c.txt", "g.txt"))).mounts, [
    { dir: "/srv/d/e", as: "/m/d/e", access: "rw", limits },
  ]);
});

Deno.test("many names make the whole directory, too many the whole mount", () => {
  const many = used((it) => {
    for (let i = 0; i < 9; i++) {
      const file = within(it, "d/e").open(`f${i}`, Open.write | Open.create);
      file.close();
    }
  });
  assertEquals(many, [{ dir: "/srv/d/e", as: "/m/d/e", access: "rw" }]);
});

Deno.test("what is no report is told with its place", () => {
  const good = JSON.parse(JSON.stringify(report));
  const cases: [unknown, string][] = [
    ["", "is not JSON: Unexpected end of JSON input"],
    [{}, 'it needs "version"'],
    [{ ...good, version: 2 }, "version must be 1"],
    [{ ...good, granted: { mounts: [{}] } }, '[0] needs one of "dir", "file", "overlay", "tmp", "object"'],
    [{ ...good, granted: { surprise: 1 } }, "granted.surprise is not known"],
    [{ ...good, used: { mounts: [] } }, 'used needs "stdin"'],
    [{ ...good, used: { ...good.used, mounts: [{ name: 1 }] } }, 'used.mounts[0] needs "calls"'],
  ];
  for (const [value, message] of cases) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const error = assertThrows(() => readReport(text), PolicyError) as unknown as Error;
    assertEquals(error.message, message);
  }
  assertThrows(
    () => smallestPolicy({ ...report, used: undefined }),
    PolicyError,
    "tells nothing of what was used",
  );
  assertEquals(readReport(JSON.stringify(report)), report);
  assert(assertThrows(() => readReport("<!doctype html>"), PolicyError).hint.includes("page"));
});
