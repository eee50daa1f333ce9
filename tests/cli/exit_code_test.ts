/**
 * How a run ends, as whoever called keyhole sees it.
 */
import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole, startKeyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const guest = (name: string): string => guestPath(`tests/guests/${name}.wasm`);

const CODES: [args: string[], code: number, stderr: string][] = [
  [[calls, "exit:0"], 0, ""],
  [[calls, "exit:1"], 1, ""],
  [[calls, "exit:42"], 42, ""],
  [[calls, "exit:255"], 255, ""],
  [[calls, "exit:257"], 1, ""],
  [
    [calls, "exit:256"],
    1,
    "error: The program exited with 256, which would look like success: the exit code is 1 instead\n",
  ],
  [
    [calls, "exit:0x80000000"],
    1,
    "error: The program exited with 2147483648, which would look like success: the exit code is 1 instead\n",
  ],
  [[calls, "exit:-1"], 255, ""],
  [[guest("start_exit")], 5, ""],
  [[guest("exit_in_catch")], 3, ""],
  [["--timeout", "200ms", guest("spin")], 124, "error: Time limit reached\n"],
  [["--timeout", "200ms", guest("start_spin")], 124, "error: Time limit reached\n"],
  [["--timeout", "200ms", calls, "sleep:60000000000"], 124, "error: Time limit reached\n"],
  [["--timeout=200ms", "--lockdown=off", guest("spin")], 124, "error: Time limit reached\n"],
  [["--timeout", "1m", calls, "exit:0"], 0, ""],
  [["--max-output", "5", calls, "print:123456"], 125, "error: Output limit of 5 bytes reached\n"],
];

Deno.test("a module that needs more than its limit of memory to start has met a limit", async () => {
  const ended = await keyhole(".", "--max-memory", "64K", calls, "args");
  assertEquals(ended.code, 125);
  assert(ended.stderr.endsWith("to start, the limit is 1\n"), ended.stderr);
});

for (const [args, code, stderr] of CODES) {
  const shown = args.map((arg) => arg.slice(arg.lastIndexOf("/") + 1)).join(" ");
  Deno.test(`keyhole ${shown} exits with ${code}`, async () => {
    const ended = await keyhole(".", ...args);
    assertEquals([ended.code, ended.stderr], [code, stderr]);
  });
}

Deno.test("a library that is run as a program is made ready, and who runs it is told", async () => {
  const text = (...parts: string[]): string => `(module ${parts.join(" ")})`;
  const [start, ready] = ["(func $s) (start $s)", '(func (export "_initialize"))'];
  const add = '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))';
  const files = {
    "library.wat": text(ready, add),
    "started.wat": text(start, add),
    "nothing.wat": text(ready),
    "start.wat": text(start),
    "program.wat": text(ready, add, '(func (export "_start"))'),
  };
  const only = 'hint: The module has no "_start", so it was only made ready';
  const call = ', call what it exports with --invoke, such as "add"';
  await inScratch(files, async (directory) => {
    for (
      const [args, stdout, stderr] of [
        [["library.wat"], "", `${only}${call}\n`],
        [["--fuel", "1000", "--timeout", "1m", "library.wat"], "", `${only}${call}\n`],
        [["started.wat"], "", `${only}${call}\n`],
        [["nothing.wat"], "", `${only}\n`],
        [["--quiet", "library.wat"], "", ""],
        [["--invoke", "add", "library.wat", "2", "3"], "5\n", ""],
        [["start.wat"], "", ""],
        [["program.wat"], "", ""],
      ] as const
    ) {
      const ended = await keyhole(directory, ...args);
      assertEquals([args, ended.code, ended.stdout, ended.stderr], [args, 0, stdout, stderr]);
    }
  });
});

Deno.test("what was written before a limit is kept", async () => {
  const { code, stdout } = await keyhole(".", "--max-output", "5", calls, "print:123456789");
  assertEquals([code, stdout], [125, "12345"]);
});

Deno.test("a time limit ends a guest that reads what nobody writes", async () => {
  const process = startKeyhole(".", ["--timeout", "200ms", calls, "read:0"], "piped");
  const { code, stderr } = await process.output().finally(() => process.stdin.close().catch(() => {}));
  assertEquals([code, new TextDecoder().decode(stderr)], [124, "error: Time limit reached\n"]);
});

Deno.test("a crash is told with the program's own functions, and no line of JavaScript", async () => {
  const { code, stdout, stderr } = await keyhole(".", guest("trap"));
  assertEquals([code, stdout], [134, ""]);
  const lines = stderr.trimEnd().split("\n");
  assertEquals(lines[0], "error: The program crashed: divide by zero");
  const frames = lines.slice(1).map((line) => /^ {2}at (\S+) \(wasm-function\[(\d+)\]/.exec(line));
  const names = frames.map((frame) => frame?.[1]);
  assertEquals(names.slice(0, 3), ["divide_by", "compute_share", "serve_dinner"]);
  const numbers = frames.map((frame) => frame?.[2]);
  assertEquals(new Set(numbers).size, numbers.length, stderr);
  assert(names.every((name) => name !== undefined), stderr);
});

for (const [name, message] of [["recurse", "call stack exhausted"], ["throw", "uncaught exception"]]) {
  Deno.test(`${name}.wasm crashes: ${message}`, async () => {
    const { code, stderr } = await keyhole(".", guest(name!));
    assertEquals([code, stderr.split("\n")[0]], [134, `error: The program crashed: ${message}`]);
    assert(!stderr.includes(".ts"), stderr);
  });
}

Deno.test({
  name: "Ctrl-C ends a guest that computes, as it ends any program",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const process = startKeyhole(".", [calls, "print:started", "spin"]);
    const reader = process.stdout.getReader();
    await reader.read();
    process.kill("SIGINT");
    const { signal, code } = await process.status;
    assertEquals([signal, code], ["SIGINT", 130]);
    await reader.cancel();
    await process.stderr.cancel();
  },
});

Deno.test({
  name: "an output that nobody reads any more ends a guest quietly",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    for (const lockdown of ["auto", "off"]) {
      const process = startKeyhole(".", ["--lockdown", lockdown, calls, "flood:0"]);
      const reader = process.stdout.getReader();
      await reader.read();
      await reader.cancel();
      const { code } = await process.status;
      const complaints = await new Response(process.stderr).text();
      assertEquals([code, complaints], [141, ""]);
    }
  },
});

Deno.test({
  name: "help that nobody reads ends quietly too",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const process = startKeyhole(".", ["--help"]);
    await process.stdout.cancel();
    const complaints = await new Response(process.stderr).text();
    assertEquals([(await process.status).code, complaints], [141, ""]);
  },
});

Deno.test("a directory that was granted is as it was after a crash", async () => {
  await inScratch({ "a.txt": "hello" }, async (directory) => {
    await keyhole(directory, "--dir=.", calls, "put:b.txt:kept", "trap");
    assertEquals(await Deno.readTextFile(`${directory}/a.txt`), "hello");
    assertEquals(await Deno.readTextFile(`${directory}/b.txt`), "kept");
  });
});
