/**
 * What keyhole shows of modules and calls: inspect, traces, help and versions.
 */
import { assert, assertEquals } from "@std/assert";
import { mainHelp } from "../../caps/cli/help.ts";
import { guestPath, inScratch, keyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const repository = guestPath(".");

Deno.test("inspect tells a person what a module is and needs", async () => {
  const text = `(module
  (import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "no_such_call" (func))
  (import "game" "draw" (func (param f64)))
  (memory (export "memory") 1 2)
  (table 3 funcref)
  (global (export "answer") (mut i64) (i64.const 42))
  (data (i32.const 0) "hello")
  (func (export "_start"))
  (func (export "twice") (param i32) (result i32 i32) (local.get 0) (local.get 0)))`;
  await inScratch({ "game.wat": text }, async (directory) => {
    const { code, stdout, stderr } = await keyhole(directory, "inspect", "game.wat");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout.replace(/\(text format, \d+ bytes\)/, "(text format, N bytes)").replace(
        /\nCustom[^]*?\n\n/,
        "\n",
      ),
      `Module   game.wat (text format, N bytes)
Runs as  a program (exports _start)
Speaks   wasi_snapshot_preview1
Code     2 functions
Data     5 bytes
Memory   64 KiB to begin with, at most 128 KiB
Table    3 or more of funcref

Imports
  game
    draw(f64)  <- not offered by keyhole
  wasi_snapshot_preview1
    path_open(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32
    no_such_call()  <- not offered by keyhole

Exports
  memory: memory, 64 KiB to begin with, at most 128 KiB
  answer: variable i64
  _start()
  twice(i32) -> (i32, i32)

It may ask for
  files and directories  --dir         (path_open)
`,
    );
  });
});

Deno.test("an entry point without a name is one where there is no other", async () => {
  const text = (more: string): string =>
    `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_initialize"))
    ${more}
    (func (export "") (call $exit (i32.const 7))))`;
  const files = { "old.wat": text(""), "both.wat": text('(func (export "_start"))') };
  await inScratch(files, async (directory) => {
    assertEquals((await keyhole(directory, "old.wat")).code, 7);
    assertEquals((await keyhole(directory, "both.wat")).code, 0);
    const { stdout } = await keyhole(directory, "inspect", "old.wat");
    assertEquals(stdout.includes('Runs as  a program (exports "")\n'), true, stdout);
    assertEquals(stdout.includes('\n  ""()\n'), true, stdout);
  });
});

Deno.test("inspect tells a program the same as JSON", async () => {
  const { code, stdout } = await keyhole(".", "inspect", "--json", guestPath("tests/guests/reactor.wasm"));
  assertEquals(code, 0);
  const told = JSON.parse(stdout);
  assertEquals([told.format, told.entry, told.interfaces], ["binary", "reactor", ["wasi_snapshot_preview1"]]);
  assertEquals(told.imports.map((it: { name: string; offered: boolean }) => [it.name, it.offered]), [[
    "fd_write",
    true,
  ]]);
  assertEquals(told.exports.find((it: { name: string }) => it.name === "add"), {
    name: "add",
    type: { kind: "function", params: ["i32", "i32"], results: ["i32"] },
  });
  assertEquals(told.grants, []);
});

Deno.test("a trace has a line for each call of the families asked for", async () => {
  await inScratch({ "a.txt": "hello" }, async (directory) => {
    const flags = ["--dir=.", "--trace=path,random", "--trace=calls.txt"];
    const operations = ["get:a.txt", "get:../x", "random:4", "clock:REALTIME"];
    const { code, stderr } = await keyhole(directory, ...flags, calls, ...operations);
    assertEquals([code, stderr], [0, ""]);
    const lines = (await Deno.readTextFile(`${directory}/calls.txt`)).trimEnd().split("\n");
    // What rights are asked for is the guest's affair; everything else is told as it was.
    assertEquals(lines.map((line) => line.replace(/rights=\S+, inheriting=\S+,/, "rights,")), [
      'path_open(fd=3, dirflags=SYMLINK_FOLLOW, "a.txt", oflags=0, rights, fdflags=0) = 0 -> fd 4',
      'path_open(fd=3, dirflags=SYMLINK_FOLLOW, "../x", oflags=0, rights, fdflags=0) = 76 ENOTCAPABLE',
      "random_get(4 bytes) = 0",
    ]);
  });
});

Deno.test("a trace goes to standard error unless it has a file", async () => {
  const { stdout, stderr } = await keyhole(".", "--trace=sched", calls, "yield");
  assertEquals([stdout, stderr], ["sched_yield() = OK\n", "sched_yield() = 0\n"]);
});

Deno.test("help is where people look for it", async () => {
  const help = { code: 0, stdout: mainHelp(), stderr: "" };
  for (
    const args of [["--help"], ["-h"], ["help"], ["run", "--help"], ["help", "run"], ["--dir", ".", "--help"]]
  ) {
    assertEquals(await keyhole(".", ...args), help, args.join(" "));
  }
  for (const args of [["inspect", "--help"], ["help", "inspect"]]) {
    assert((await keyhole(".", ...args)).stdout.includes("keyhole inspect MODULE"), args.join(" "));
  }
});

Deno.test("--version names keyhole's version and what it runs on", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${repository}/deno.json`));
  const { stdout } = await keyhole(".", "--version");
  assertEquals(stdout.startsWith(`keyhole ${version} (Deno ${Deno.version.deno}, V8 `), true, stdout);
});

Deno.test({
  name: "colours are for terminals, and for those who want them",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const onTerminal = async (env: Record<string, string>): Promise<string> => {
      const command = `'${Deno.execPath()}' run -A --no-check '${repository}/cli.ts' --drr`;
      const { stdout } = await new Deno.Command("script", {
        args: ["-qec", command, "/dev/null"],
        env,
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout);
    };
    assert((await onTerminal({ NO_COLOR: "" })).includes("\x1b[1;31merror\x1b[0m: Unknown flag"));
    assert((await onTerminal({ NO_COLOR: "1" })).includes('error: Unknown flag "--drr"'));
    assertEquals((await keyhole(".", "--drr")).stderr.includes("\x1b"), false);
  },
});
