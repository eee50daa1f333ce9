/** What was not granted is not there: no directory, variable, argument, socket, input, function or finer clock. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fixedClocks, run, seededRandom, steppingClocks, UnusableModuleError } from "../../mod.ts";
import { inRepository } from "../repository.ts";
import { answersOf, operate } from "./attack.ts";

const guest = (name: string): URL => new URL(`../guests/${name}.wasm`, import.meta.url);
const cli = inRepository("cli.ts");

Deno.test("a guest that is granted nothing finds nothing", async () => {
  Deno.env.set("KEYHOLE_TEST_VARIABLE", "ambient");
  const result = await operate(["args", "environ", "preopens", "read:0:10", "poll:read/0"], { argv0: "x" });
  Deno.env.delete("KEYHOLE_TEST_VARIABLE");
  assertEquals(answersOf(result.stdoutText()), [
    'OK 6 "x" "args" "environ" "preopens" "read:0:10" "poll:read/0"',
    "OK 0",
    "OK",
    'OK 0 ""',
    "OK 1; #1 read OK nbytes=0 flags=1",
  ]);
});

Deno.test("no number is a directory or a socket", async () => {
  const fds = ["0", "1", "2", "3", "4", "100", "4095", "-1"];
  const calls = (fd: string): string[] => [
    `prestat:${fd}`,
    `open:@${fd}@.`,
    `open:@${fd}@/etc/passwd`,
    `open:@${fd}@etc/passwd:CREAT`,
    `stat:@${fd}@/`,
    `readdir:${fd}:100:0`,
    `mkdir:@${fd}@x`,
    `accept:${fd}`,
    `recv:${fd}:10`,
    `send:${fd}:x`,
    `shutdown:${fd}:3`,
  ];
  const result = await operate(fds.flatMap(calls));
  const found = new Set(answersOf(result.stdoutText()));
  assertEquals(found, new Set(["EBADF", "ENOTDIR", "ENOTSOCK"]));
});

Deno.test("a file that was granted alone is a directory with that file in it and no way on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "keyhole-ambient-" });
  await Deno.writeTextFile(`${folder}/one.txt`, "one");
  await Deno.writeTextFile(`${folder}/two.txt`, "two");
  const { hostDirectory, singleFile } = await import("../../mod.ts");
  for (const backend of ["kernel", "portable"] as const) {
    const directory = hostDirectory(folder, { backend });
    const result = await operate([
      "list:.",
      "get:one.txt",
      "get:two.txt",
      "open:two.txt:CREAT",
      "get:../two.txt",
      "rename:one.txt:two.txt",
      "link:one.txt:three.txt",
      "symlink:two.txt:four.txt",
      "unlink:one.txt",
      "mkdir:five",
    ], { dirs: { "/f": singleFile(directory, "one.txt") } });
    const answers = answersOf(result.stdoutText());
    assertEquals(answers.slice(0, 3), ['OK 3 "." ".." "one.txt"', 'OK 3 "one"', "ENOENT"]);
    assert(answers.slice(3).every((answer) => !answer.startsWith("OK")), answers.join());
    directory.close();
  }
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), ["one.txt", "two.txt"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a clock shows no more than it was granted to show", async () => {
  const operations = ["REALTIME", "MONOTONIC", "REALTIME", "MONOTONIC"].map((id) => `clock:${id}`);
  const fixed = await operate([...operations, "repeat:5000:clock:MONOTONIC", "clock:MONOTONIC"], {
    clocks: fixedClocks(42n),
  });
  assertEquals(answersOf(fixed.stdoutText()), [
    "OK 42",
    "OK 0",
    "OK 42",
    "OK 0",
    "OK ok=5000 failed=0",
    "OK 0",
  ]);
  const stepping = await operate(["resolution:MONOTONIC", ...operations, ...operations], {
    clocks: steppingClocks(0n, 1_000_000n),
  });
  const times = answersOf(stepping.stdoutText()).map((answer) => BigInt(answer.slice(3)));
  assert(times.every((time) => time % 1_000_000n === 0n), times.join());
  for (const id of ["PROCESS", "THREAD"]) {
    const result = await operate([`clock:${id}`, `resolution:${id}`]);
    assertEquals(answersOf(result.stdoutText()), ["ENOTSUP", "ENOTSUP"]);
  }
  const odd = await operate(["clock:4", "clock:-1", "clock:0x80000000", "resolution:77"]);
  assertEquals(answersOf(odd.stdoutText()), ["EINVAL", "EINVAL", "EINVAL", "EINVAL"]);
});

Deno.test("neither files nor sleep tell the time to a guest whose clock stands still", async () => {
  const { memoryDirectory } = await import("../../mod.ts");
  const clocks = fixedClocks(1_000n);
  const result = await operate(
    [
      "put:a:x",
      "stat:a",
      "times:a:0:0:ATIM_NOW,MTIM_NOW",
      "sleep:1000000",
      "put:b:y",
      "stat:b",
      "clock:REALTIME",
    ],
    { clocks, random: seededRandom(1), dirs: { "/": memoryDirectory({}, { now: () => clocks.wall.now() }) } },
  );
  const told = result.stdoutText();
  assert(told.includes("atim=1000 mtim=1000 ctim=1000"), told);
  assert(told.endsWith("clock_time_get(0) = OK 1000\n") || told.endsWith(" = OK 1000\n"), told);
  assertEquals(told.match(/[acm]tim=\d+/g)!.filter((time) => !time.endsWith("=1000")), []);
});

Deno.test("nothing can be imported but the system interface and what was offered", async (context) => {
  const names = [
    "import_constructor",
    "import_proto",
    "import_to_string",
    "import_has_own",
    "import_string",
    "import_field_constructor",
    "import_field_proto",
    "import_field_to_string",
    "import_field_unstable",
    "import_unknown",
    "import_unknown_module",
    "import_kind",
    "import_memory_kind",
    "import_signature",
  ];
  for (const name of names) {
    await context.step(name, async () => {
      const error: Error = await assertRejects(() => run(guest(name)), UnusableModuleError);
      assert(!error.message.includes("\n"), error.message);
    });
  }
});

/** Runs the command line in a process of its own. */
async function keyhole(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", cli, ...args],
    env: { KEYHOLE_TEST_VARIABLE: "ambient", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the command line grants nothing by itself, and a guest's arguments are never flags", async () => {
  const calls = inRepository("tests/guests/calls.wasm");
  const bare = await keyhole(calls, "environ", "preopens", "open:.", "open:@3@/etc/passwd", "read:0");
  assertEquals(answersOf(bare.stdout), ["OK 0", "OK", "EBADF", "EBADF", 'OK 0 ""']);

  const flags = ["--dir", "/::/", "--inherit-env", "--env=A=B", "--lockdown=off", "--", "-h", "--version"];
  const after = await keyhole(calls, "args", "script", ...[]);
  assertEquals(answersOf(after.stdout), ['OK 3 "calls.wasm" "args" "script"']);
  const printed = await keyhole(calls, "args", "exit:0", ...flags);
  assertEquals(printed.code, 0);
  assertEquals(answersOf(printed.stdout), [
    `OK ${3 + flags.length} ${["calls.wasm", "args", "exit:0", ...flags].map((it) => `"${it}"`).join(" ")}`,
  ]);
});

Deno.test("arguments and variables that no C string can hold are refused before the guest starts", async () => {
  await assertRejects(() => operate([], { env: { "A\0B": "x" } }), TypeError);
  await assertRejects(() => operate([], { env: { A: "x\0B=y" } }), TypeError);
  await assertRejects(() => operate([], { env: { "A=B": "x" } }), TypeError);
  await assertRejects(() => operate([], { env: { "": "x" } }), TypeError);
  await assertRejects(() => operate(["a\0b"]), TypeError);
  const odd = { A: "", B: "=", C: "\ufeffmark", D: "line\nline", __proto__x: "p" };
  const result = await operate(["environ", "args", "exit:0", "", "--", "é"], { env: odd });
  assertEquals(answersOf(result.stdoutText()), [
    'OK 5 "A=" "B==" "C=\\xef\\xbb\\xbfmark" "D=line\\nline" "__proto__x=p"',
    'OK 7 "program.wasm" "environ" "args" "exit:0" "" "--" "\\xc3\\xa9"',
  ]);
});
