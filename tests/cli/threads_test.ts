/** Threads from the command line, whose process ends although a thread computes on. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole, keyholeInShell, startKeyhole } from "./process.ts";

/** One thread computes and never calls; the first one does what it is told. */
const busy = (start: string): string =>
  `(module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "path_create_directory" (func $make (param i32 i32 i32) (result i32)))
    (import "env" "memory" (memory 1 1 shared))
    (export "memory" (memory 0))
    (data (i32.const 100) "made")
    (func (export "wasi_thread_start") (param i32 i32)
      (i32.atomic.store (i32.const 0) (i32.const 1))
      (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
      (loop $on (br $on)))
    (func (export "_start")
      (drop (call $spawn (i32.const 0)))
      (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
      ${start}))`;

Deno.test("a process ends with its program, whatever its threads do", async () => {
  const files = {
    "exit.wat": busy("(call $exit (call $make (i32.const 3) (i32.const 100) (i32.const 4)))"),
    "spin.wat": busy("(loop $on (br $on))"),
  };
  await inScratch({ ...files, "dir/": "" }, async (directory) => {
    const exit = await keyhole(directory, "--threads", "--dir", "dir", "exit.wat");
    assertEquals([exit.code, exit.stderr], [0, ""]);
    assertEquals((await Deno.stat(`${directory}/dir/made`)).isDirectory, true);
    const late = await keyhole(directory, "--threads=2", "--timeout", "500ms", "spin.wat");
    assertEquals(late.code, 124);
    const report = await keyhole(directory, "--threads=2", "--dir=dir", "--report=-", "exit.wat");
    assertEquals(JSON.parse(report.stdout).granted.threads, 2);
  });
});

Deno.test("threads are allowed by a flag or a policy, and by nothing else", async () => {
  const files = { "m.wat": busy("(call $exit (i32.const 3))"), "policy.json": '{ "threads": 1 }' };
  await inScratch(files, async (directory) => {
    assertEquals((await keyhole(directory, "--policy", "policy.json", "m.wat")).code, 3);
    const { stdout } = await keyhole(directory, "inspect", "m.wat");
    assertEquals(stdout.includes("thread-spawn(i32) -> i32\n"), true, stdout);
    assertEquals(/threads +--threads +\(thread-spawn\)/.test(stdout), true, stdout);
    const refused = await keyhole(directory, "m.wat");
    assertEquals(refused, {
      code: 126,
      stdout: "",
      stderr: 'error: Module "m.wat" cannot be used: unknown import: function "wasi.thread-spawn", ' +
        'threads have to be allowed (--threads, in the library the option "threads")\n',
    });
  });
});

Deno.test("what threads cannot have is a mistake of the command line", async () => {
  const hello = guestPath("examples/copy/hello.wasm");
  for (const flags of [["--fuel", "9"], ["--invoke", "f"], ["--deterministic"]]) {
    const { code, stderr } = await keyhole(".", "--threads", ...flags, hello);
    assertEquals([code, stderr], [
      2,
      `error: A program with threads cannot be run with ${flags[0]}\n  hint: Leave out --threads or ${
        flags[0]
      }\n`,
    ]);
  }
  for (const count of ["0", "1025", "-1", "many"]) {
    assertEquals((await keyhole(".", `--threads=${count}`, hello)).code, 2, count);
  }
});

Deno.test({
  name:
    "threads are refused for which this process may not have the descriptors, and files leave room for them",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    // It opens files until there is no descriptor left, and then starts a thread.
    const greedy = `(module
      (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "env" "memory" (memory 1 1 shared))
      (export "memory" (memory 0))
      (data (i32.const 100) "f")
      (func (export "wasi_thread_start") (param i32 i32) (call $exit (i32.const 7)))
      (func (export "_start")
        (loop $again
          (br_if $again (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 0)
            (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))))
        (drop (call $spawn (i32.const 0)))
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))`;
    await inScratch({ "m.wat": greedy, "d/f": "" }, async (directory) => {
      const limited = (...args: string[]): ReturnType<typeof keyhole> =>
        keyholeInShell('ulimit -n 300; "$@"', directory, "--dir", "d", ...args, "m.wat");
      const { code, stderr } = await limited("--threads=4");
      assertEquals([code, stderr.includes("panicked")], [7, false], stderr);
      const many = await limited("--threads=200");
      assertEquals([many.code, many.stderr], [
        2,
        "error: There is no room for 200 threads: this process may have 300 open files\n" +
        "  hint: Write --threads=28, or raise the limit with ulimit -n\n",
      ]);
      assertEquals((await limited("--threads=28")).code, 7);
    });
  },
});

Deno.test({
  name: "a thread that writes what nobody reads keeps no other from ending the program",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const stalling = `(module
      (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "env" "memory" (memory 6 6 shared))
      (export "memory" (memory 0))
      (data (i32.const 16) "\\00\\01\\00\\00\\00\\00\\05\\00")
      (func (export "wasi_thread_start") (param i32 i32)
        (loop $again
          (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
          (i32.atomic.store (i32.const 0) (i32.const 1))
          (br $again)))
      (func (export "_start")
        (drop (call $spawn (i32.const 0)))
        (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const 1000000000)))
        (call $exit (i32.add (i32.const 4) (i32.atomic.load (i32.const 0))))))`;
    await inScratch({ "m.wat": stalling }, async (directory) => {
      const process = startKeyhole(directory, ["--threads", "m.wat"]);
      const hang = setTimeout(() => process.kill("SIGKILL"), 30_000);
      const { code } = await process.status;
      clearTimeout(hang);
      assertEquals(code, 5);
      await process.stdout.cancel();
      await process.stderr.cancel();
    });
  },
});
