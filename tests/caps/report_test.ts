import { assert, assertEquals } from "@std/assert";
import { memoryDirectory, Open, overlay, readOnly, run } from "../../mod.ts";
import { MountRecorder } from "../../caps/report/mount_recorder.ts";
import { Denials } from "../../caps/report/denials.ts";
import { TimelineRecorder } from "../../caps/report/timeline.ts";
import { observe } from "../../caps/observe.ts";
import type { Directory } from "../../caps/directory.ts";
import type { MountUse, Touch } from "../../caps/report.ts";
import { file, outcome } from "./outcome.ts";

const calls = "tests/guests/calls.wasm";

function watched(
  directory: Directory,
): { directory: Directory; use: () => MountUse; of: (path: string) => Touch } {
  const recorder = new MountRecorder("/m", () => {});
  const use = (): MountUse => recorder.use;
  const of = (path: string): Touch => use().touched.find((touch) => touch.path === path)!;
  return { directory: observe(directory, recorder), use, of };
}

Deno.test("bytes and calls of each name are counted", () => {
  const { directory, use, of } = watched(memoryDirectory({ "d/f": "hello" }));
  const opened = file(directory.directory("d"), "f", Open.read | Open.write);
  opened.read(new Uint8Array(9), 0, 9, 0);
  opened.write(new Uint8Array(7), 0, 7, 0);
  assertEquals(of("d/f"), {
    ...{ path: "d/f", calls: 3, bytesRead: 5, bytesWritten: 7, changes: "content" },
    did: { open: 1, read: 1, write: 1 },
  });
  const { touched: _, ...sums } = use();
  assertEquals(sums, {
    ...{ name: "/m", calls: 4, bytesRead: 5, bytesWritten: 7, changes: "content", omitted: 0 },
  });
});

Deno.test("what fails is told by its code and has changed nothing", () => {
  const { directory, use, of } = watched(readOnly(memoryDirectory({ f: "x" })));
  assertEquals(outcome(() => directory.removeFile("f")), "EROFS");
  assertEquals(outcome(() => directory.lookup("missing")), "ENOENT");
  assertEquals(outcome(() => directory.lookup("missing")), "ENOENT");
  assertEquals(of("f"), {
    ...{ path: "f", calls: 1, bytesRead: 0, bytesWritten: 0, changes: "none", did: {} },
    failed: { EROFS: 1 },
  });
  assertEquals(of("missing").failed, { ENOENT: 2 });
  assertEquals(use().changes, "none");
});

Deno.test("what fails has changed nothing on either side, whoever watches the other", () => {
  const inner = readOnly(memoryDirectory({ f: "x" }));
  const [one, two] = [watched(inner), watched(inner)];
  for (const to of [one.directory, two.directory]) {
    assertEquals(outcome(() => one.directory.rename("f", to, "g")), "EROFS");
    assertEquals(outcome(() => one.directory.link("f", to, "h")), "EROFS");
  }
  assertEquals([one.use().changes, two.use().changes], ["none", "none"]);
  for (const { of } of [one, two]) {
    assertEquals([of("g").did, of("g").failed, of("h").failed], [{}, { EROFS: 1 }, { EROFS: 1 }]);
  }
});

Deno.test("it is told whether contents change or names", () => {
  const made: [string, (directory: Directory) => unknown][] = [
    ["none", (it) => it.open("f", Open.read)],
    ["content", (it) => it.open("f", Open.read | Open.write)],
    ["content", (it) => it.open("f", Open.truncate)],
    ["content", (it) => it.setTimesOf("f", 1n, 1n)],
    ["names", (it) => it.open("new", Open.write | Open.create)],
    ["names", (it) => it.removeFile("f")],
    ["names", (it) => it.rename("f", it, "g")],
    ["names", (it) => it.makeDirectory("e")],
    ["names", (it) => it.symlink("f", "l")],
  ];
  for (const [changes, act] of made) {
    const { directory, use } = watched(memoryDirectory({ f: "x", "d/": "" }));
    act(directory);
    assertEquals(use().changes, changes);
  }
  const { directory, of } = watched(memoryDirectory({ f: "x" }));
  directory.rename("f", directory, "g");
  assertEquals([of("f").changes, of("g").changes], ["names", "names"]);
});

Deno.test("a guest that touches no end of names makes no endless report", () => {
  const { directory, use } = watched(memoryDirectory());
  for (let i = 0; i < 1500; i++) outcome(() => directory.lookup(`n${i}`));
  directory.makeDirectory("late");
  const { touched, omitted, calls, changes } = use();
  assertEquals([touched.length, omitted, calls], [1000, 501, 1501]);
  assertEquals(changes, "names", "what is not told by name still counts");
  const untouched = watched(readOnly(memoryDirectory()));
  for (let i = 0; i < 1500; i++) outcome(() => untouched.directory.makeDirectory(`n${i}`));
  assertEquals(untouched.use().changes, "none", "what is not told by name and failed does not count");
  const denials = new Denials();
  for (let i = 0; i < 1500; i++) denials.add("path_open", `/${i}`, "ENOTCAPABLE");
  denials.add("path_open", "/0", "ENOTCAPABLE");
  assertEquals([denials.all.length, denials.omitted, denials.all[0]!.count], [1000, 500, 2]);
});

Deno.test("a timeline keeps its length and all its sums, however long it goes on", () => {
  const recorder = new TimelineRecorder();
  for (let at = 0; at < 100_000; at += 7) recorder.add(at, 2, 3);
  const { step, calls, bytesRead, bytesWritten } = recorder.timeline;
  const sum = (them: readonly number[]): number => them.reduce((all, it) => all + it, 0);
  assert(calls.length <= 120 && calls.length > 50);
  assert(step * calls.length >= 99_995);
  assertEquals([sum(calls), sum(bytesRead), sum(bytesWritten)], [14286, 28572, 42858]);
});

Deno.test("a run is reported: granted, used, refused, spent", async () => {
  const result = await run(calls, {
    args: ["open:f", "open:../x", "open:missing"],
    env: { TOKEN: "secret" },
    dirs: { "/in": readOnly(memoryDirectory({ f: "hello" })), "/over": overlay(memoryDirectory()) },
    stdout: "capture",
    limits: { timeout: 20_000, memory: 1 << 24, output: 1 << 20 },
    report: true,
  });
  const { report } = result;
  assertEquals(report, result.report, "it is made once");
  assertEquals([report.version, report.program, report.exit], [1, "calls.wasm", { reason: "exit", code: 0 }]);
  assertEquals(report.granted, {
    mounts: [{ object: "/in" }, { object: "/over" }],
    env: { TOKEN: { inherit: true } },
    stdin: "null",
    limits: { timeout: "20000ms", memory: 1 << 24, output: 1 << 20 },
  });
  assert(!JSON.stringify(report).includes("secret"), "values of variables stay out");
  assertEquals(report.denied, [{ call: "path_open", path: "/in/../x", code: "ENOTCAPABLE", count: 1 }]);
  const { mounts, stdout } = report.used!;
  assertEquals(mounts.map(({ name, touched }) => [name, touched.map(({ path }) => path)]), [
    ["/in", ["f", "missing"]],
    ["/over", []],
  ]);
  assertEquals(stdout.bytes, result.stdout.length);
  assertEquals(report.limits.output, { limit: 1 << 20, spent: result.stdout.length });
  assertEquals(report.limits.memory?.limit, 1 << 24);
  assert(report.limits.memory!.spent! >= 65536);
  assert(report.duration > 0 && report.limits.timeout?.spent === report.duration);
});

Deno.test("without being asked for, a report has what costs nothing", async () => {
  const { report } = await run(calls, {
    args: ["open:../x"],
    dirs: { "/in": memoryDirectory() },
    stdout: "null",
  });
  assertEquals(report.used, undefined);
  assertEquals(report.denied.map(({ path }) => path), ["/in/../x"]);
  assertEquals(report.exit, { reason: "exit", code: 0 });
});

Deno.test("a run that ends in a trap or at a limit is reported too", async () => {
  const trap = await run("tests/guests/trap.wasm", { report: true });
  assertEquals([trap.report.exit.reason, trap.report.exit.code], ["trap", 134]);
  const limit = await run("examples/copy/hello.wasm", {
    stdout: "null",
    limits: { output: 3 },
    report: true,
  });
  assertEquals(limit.report.exit.reason, "limit");
  assertEquals(limit.report.limits.output, { limit: 3, spent: 3 });
  const timeout = await run("tests/guests/spin.wasm", { limits: { timeout: 30 }, report: true });
  assertEquals(timeout.report.exit.reason, "timeout");
  assertEquals(timeout.report.limits.timeout?.limit, 30);
});
