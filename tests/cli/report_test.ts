import { assert, assertEquals } from "@std/assert";
import type { Report } from "../../caps/report.ts";
import { guestPath, inScratch, keyhole, keyholeWith } from "./process.ts";

const copy = guestPath("examples/copy/demo.wasm");
const calls = guestPath("tests/guests/calls.wasm");
const spin = guestPath("tests/guests/spin.wasm");

async function reportIn(directory: string, name = "r.json"): Promise<Report> {
  return JSON.parse(await Deno.readTextFile(`${directory}/${name}`));
}

Deno.test("a report is left behind, also under lockdown, and says how it went", async () => {
  await inScratch({ "in/a.txt": "hello", "out/": "" }, async (directory) => {
    const flags = [
      "--report",
      "r.json",
      "--dir",
      "in:ro",
      "--dir",
      "out",
      "--env",
      "KEY=secret",
      "--max-disk",
      "1K",
    ];
    const { code, stderr } = await keyhole(directory, ...flags, copy, "in/a.txt", "out/b.txt");
    assertEquals([code, stderr], [0, ""]);
    const { exit, granted, used, denied, limits } = await reportIn(directory);
    assertEquals(exit, { reason: "exit", code: 0 });
    assertEquals(granted.mounts, [
      { dir: `${directory}/in`, as: "in", access: "ro" },
      { dir: `${directory}/out`, as: "out", access: "rw" },
    ]);
    assertEquals(granted.env, { KEY: { inherit: true } });
    assert(!(await Deno.readTextFile(`${directory}/r.json`)).includes("secret"));
    assertEquals(used?.mounts.map((it) => [it.name, it.bytesRead, it.bytesWritten, it.changes]), [
      ["in", 5, 0, "none"],
      ["out", 0, 5, "names"],
    ]);
    assertEquals(denied, []);
    assertEquals(limits.disk, { limit: 1024, spent: 5 });
  });
});

Deno.test("a denied access is told in the report and by one hint", async () => {
  await inScratch({ "in/a.txt": "hello" }, async (directory) => {
    const flags = ["--report", "r.json", "--dir", "in::/in:ro"];
    const { code, stderr } = await keyhole(directory, ...flags, copy, "/in/a.txt", "/in/b.txt");
    assertEquals(code, 1);
    assert(
      stderr.endsWith(
        'hint: The program wanted to change "/in/b.txt", which is granted for reading only: --dir in::/in\n',
      ),
      stderr,
    );
    const { denied, exit } = await reportIn(directory);
    assertEquals(denied, [{ call: "path_open", path: "/in/b.txt", code: "EROFS", count: 1 }]);
    assertEquals(exit.code, 1);
    const quiet = await keyhole(directory, "--quiet", ...flags, copy, "/in/a.txt", "/in/b.txt");
    assert(!quiet.stderr.includes("hint:"), quiet.stderr);
    const good = await keyhole(directory, "--dir", "in", calls, "open:../x");
    assertEquals([good.code, good.stderr], [0, ""], "who ends well needs no hint");
  });
});

Deno.test("a refusal long ago is no hint at why a program crashed or took too long", async () => {
  await inScratch({ "in/": "" }, async (directory) => {
    const hinted = async (...args: string[]): Promise<boolean> =>
      (await keyhole(directory, "--dir", "in", ...args)).stderr.includes("hint:");
    assertEquals(await hinted(calls, "open:../x", "exit:1"), true);
    assertEquals(await hinted("--timeout", "300ms", calls, "open:../x", "spin"), false);
    assertEquals(await hinted("--max-output", "200", calls, "open:../x", `print:${"x".repeat(300)}`), false);
  });
});

Deno.test("who was granted no directory and misses a file is told how to find out", async () => {
  const text = `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\10\\00\\00\\00\\1d\\00\\00\\00" "        " "a: No such file or directory\\n")
    (func (export "_start")
      (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
      (call $exit (i32.const 1))))`;
  await inScratch({ "m.wat": text }, async (directory) => {
    const hint =
      "hint: The program asked for a path that no grant covers: run it with --explain to see which grant would\n";
    assertEquals((await keyhole(directory, "m.wat")).stderr, `a: No such file or directory\n${hint}`);
    assertEquals((await keyhole(directory, "--dir", ".", "m.wat")).stderr, "a: No such file or directory\n");
  });
});

Deno.test("a path that the program's library refused by itself is explained step by step", async () => {
  await inScratch({ "data/x": "hello" }, async (directory) => {
    const first = await keyhole(directory, copy, "/data/x", "/data/y");
    assertEquals(first.code, 1);
    const again =
      "hint: The program asked for a path that no grant covers: run it with --explain to see which grant would\n";
    assert(first.stderr.endsWith(again), first.stderr);
    const second = await keyhole(directory, "--explain", copy, "/data/x", "/data/y");
    assertEquals(second.code, 1);
    const asked = 'hint: The program asked for "/data/x", which no grant covers: --dir DIR::/data\n';
    assert(second.stderr.endsWith(asked), second.stderr);
    const third = await keyhole(directory, "--dir", "data::/data", copy, "/data/x", "/data/y");
    assertEquals([third.code, third.stderr], [0, ""]);
    const quiet = await keyhole(directory, "--quiet", copy, "/data/x", "/data/y");
    assert(!quiet.stderr.includes("hint:"), quiet.stderr);
    const explained = await keyhole(directory, "--quiet", "--explain", copy, "./data/x", "/data/y");
    assert(explained.stderr.includes("which no grant covers: --dir data\n"), explained.stderr);
  });
});

Deno.test("a path that leads out and in again is told as what it leads out of, whatever else is granted", async () => {
  await inScratch({ "docs/a": "hello", "in/x": "" }, async (directory) => {
    const told = (path: string, out: string): string =>
      `hint: The program asked for "${path}", which leads out of "${out}", the directory it was granted\n`;
    for (const more of [[], ["--dir", "."]]) {
      const { code, stderr } = await keyhole(
        directory,
        ...["--dir", "docs", ...more],
        ...[copy, "docs/a", "docs/../zz"],
      );
      assertEquals(code, 1);
      assert(stderr.endsWith(told("docs/../zz", "docs")), stderr);
    }
    const granted = ["--dir", ".", "--dir", "in::/in", "--dir", "docs::/docs"];
    const absolute = await keyhole(directory, ...granted, copy, "docs/a", "/in/../docs/b");
    assertEquals(absolute.code, 1);
    assert(absolute.stderr.endsWith(told("/in/../docs/b", "/in")), absolute.stderr);
    // What is offered for a path that nothing covers is enough for it.
    const uncovered = await keyhole(directory, "--explain", copy, "/d/sub/../a", "/d/b");
    assert(uncovered.stderr.endsWith("which no grant covers: --dir DIR::/d\n"), uncovered.stderr);
    Deno.mkdirSync(`${directory}/docs/sub`);
    const covered = await keyhole(directory, "--dir", "docs::/d", copy, "/d/sub/../a", "/d/b");
    assertEquals([covered.code, covered.stderr], [0, ""]);
  });
});

Deno.test("a path that is on no command line is explained as the one that is there", async () => {
  await inScratch({ "data/x": "hello" }, async (directory) => {
    const hinted = async (path: string): Promise<string> => {
      const stdin = `dir:.\nget:${path}\nexit:1\n`;
      return (await keyholeWith({ stdin }, directory, "--explain", calls, "script")).stderr;
    };
    const relative = await hinted("data/x");
    assert(relative.includes('"data/x", which no grant covers: --dir data\n'), relative);
    const absolute = await hinted(`${directory.slice(1)}/data/x`);
    assert(absolute.includes(`which no grant covers: --dir DIR::${directory}/data\n`), absolute);
  });
});

Deno.test("where nothing can be explained, that is said", async () => {
  await inScratch({ "data/x": "hello" }, async (directory) => {
    for (const mount of ["data::.", "data::/", "data/x::/y"]) {
      const flag = mount.includes("/x") ? "--file" : "--dir";
      const { stderr } = await keyhole(directory, "--explain", flag, mount, copy, "/other/x", "/other/y");
      const root = mount.endsWith(".") ? "." : "/";
      assert(stderr.startsWith(`hint: Next to a mount of "${root}" nothing can be explained`), stderr);
    }
  });
});

Deno.test("--explain lets nothing be touched and shows nothing of this machine", async () => {
  await inScratch({ "x": "hello" }, async (directory) => {
    const tries = ["open:x", "open:..", `open:${directory.slice(1)}/x`, "stat:x", "mkdir:d", "readlink:x"];
    const { code, stdout } = await keyhole(directory, "--explain", "--report", "r.json", calls, ...tries);
    assertEquals(code, 0);
    const answers = stdout.trim().split("\n");
    assertEquals(answers.length, tries.length);
    assert(answers.every((line) => line.endsWith("= ENOTCAPABLE")), stdout);
    assertEquals((await reportIn(directory)).denied.length, tries.length);
    assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name).sort(), ["r.json", "x"]);
  });
});

Deno.test("a run that is ended is reported with its reason", async () => {
  await inScratch({}, async (directory) => {
    const timeout = await keyhole(directory, "--report", "r.json", "--timeout", "100ms", spin);
    assertEquals(timeout.code, 124);
    assertEquals((await reportIn(directory)).exit.reason, "timeout");
    const trap = await keyhole(directory, "--report", "r.json", guestPath("tests/guests/trap.wasm"));
    assertEquals(trap.code, 134);
    assertEquals((await reportIn(directory)).exit.reason, "trap");
  });
});

Deno.test("a report that cannot be written is an error before anything runs", async () => {
  await inScratch({ "d/": "" }, async (directory) => {
    const { code, stdout, stderr } = await keyhole(
      directory,
      "--report",
      "d",
      "--dir",
      "d",
      calls,
      "mkdir:e",
    );
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, 'error: Report "d" cannot be written: it is a directory\n');
    assertEquals(Array.from(Deno.readDirSync(`${directory}/d`)).length, 0);
  });
});

Deno.test("no report is left of a program that never ran, and no old one either", async () => {
  await inScratch({ "bad.wasm": "\0asm", "r.json": "old" }, async (directory) => {
    const { code } = await keyhole(directory, "--report", "r.json", "bad.wasm");
    assertEquals(code, 126);
    assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name), ["bad.wasm"]);
  });
});

Deno.test("a report that does not fit on the disk is an error and leaves nothing", async () => {
  if (Deno.build.os !== "linux") return console.warn("skipped: /dev/full is there on Linux only");
  const { code, stderr } = await keyhole("/", "--report", "/dev/full", calls);
  assertEquals(code, 125);
  assert(stderr.startsWith('error: Report "/dev/full" cannot be written: '), stderr);
  assert(Deno.statSync("/dev/full").isCharDevice, "what is no file is not removed");
});

Deno.test("--report - prints JSON where nobody looks", async () => {
  await inScratch({}, async (directory) => {
    const { stdout } = await keyhole(directory, "--report", "-", "--stdout", "null", calls, "open:x");
    const report: Report = JSON.parse(stdout);
    assertEquals([report.program, report.exit.code], ["calls.wasm", 0]);
  });
});

Deno.test({
  name: "a report is left behind also when the process is ended around the guest",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // Seconds in which nothing in the guest's thread can stop it: no loop, and no call.
    const fill = "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x4000000))".repeat(400);
    const stuck = `(module (memory (export "memory") 1024) (func (export "_start") ${fill}))`;
    await inScratch({ "stuck.wat": stuck, "in/a.txt": "" }, async (directory) => {
      for (const flags of [[], ["--dir", "in"], ["--deterministic"]]) {
        const { code, stderr } = await keyhole(
          directory,
          "--report",
          "r.json",
          "--timeout",
          "150ms",
          ...flags,
          "stuck.wat",
        );
        assertEquals([code, stderr], [124, "error: Time limit reached\n"]);
        const { exit, limits, used } = await reportIn(directory);
        assertEquals([exit.reason, exit.code, used], ["timeout", 124, undefined]);
        assertEquals([limits.timeout?.limit, limits.memory], [150, {}]);
      }
    });
  },
});
