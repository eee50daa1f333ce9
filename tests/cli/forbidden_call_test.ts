/** Containers whose rules are older than a system call forbid it, and say EPERM in place of ENOSYS. */
import { assertEquals } from "@std/assert";
import { lockdownVersion } from "../../caps/host/lockdown.ts";
import { type Ended, guestPath, inScratch } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const arm = Deno.build.arch === "aarch64";
/** The number of no call at all. */
const NO_CALL = 0xffff;

/** Runs keyhole without a system call; `undefined` where none can be taken away. */
async function without(call: number, directory: string, ...args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      guestPath("tests/cli/without_call.py"),
      String(call),
      ...[Deno.execPath(), "run", "-A", "--no-check", guestPath("cli.ts"), ...args],
    ],
    cwd: directory,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const hasFilters = Deno.build.os === "linux" &&
  await new Deno.Command("python3", {
    args: [guestPath("tests/cli/without_call.py"), String(NO_CALL), "true"],
    stdout: "null",
    stderr: "null",
  }).output().then(({ success }) => success, () => false);
if (!hasFilters) {
  console.warn("skipped, as there is no Python that forbids system calls: forbidden_call_test.ts");
}

/** Tests what holds without a system call, given its numbers on x86-64 and on arm64. */
function testWithout(
  name: string,
  [intel, other]: readonly [intel: number, arm: number],
  test: (run: (...args: readonly string[]) => Promise<Ended>, directory: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !hasFilters,
    fn: () =>
      inScratch({ "in/a.txt": "hello" }, async (directory) => {
        await test((...args) => without(arm ? other : intel, directory, ...args), directory);
      }),
  });
}

testWithout("where statx is forbidden, directories are reached in the other way", [332, 291], async (run) => {
  const operations = ["open:a.txt", "check", "open:b.txt:CREAT", "check", "stat:b.txt", "check"];
  const { code, stderr } = await run("--verbose", "--dir", "in", calls, ...operations);
  assertEquals([code, stderr.split("\n")[0]], [
    0,
    'keyhole: "in" is the directory "in", read and write, guarded by keyhole (portable backend)',
  ]);
});

testWithout("where pwritev2 is forbidden, an append goes to the end", [328, 287], async (run, directory) => {
  const { code } = await run(
    "--dir",
    "in",
    calls,
    "open:a.txt:APPEND",
    "write:4:, wor",
    "write:4:ld",
    "check",
  );
  assertEquals([code, Deno.readTextFileSync(`${directory}/in/a.txt`)], [0, "hello, world"]);
});

testWithout("lockdown that is required and forbidden is told in a sentence", [446, 446], async (run) => {
  // Kernels without Landlock have nothing to forbid.
  if (lockdownVersion() === undefined) return;
  const { code, stdout, stderr } = await run("--lockdown=require", "--dir", "in", calls, "open:a.txt");
  assertEquals([code, stdout, stderr], [
    125,
    "",
    "error: Lockdown cannot be had here (The call landlock_restrict_self failed with error 1)\n" +
    "  hint: A container may forbid it, or have used up the sixteen layers that there are of it\n",
  ]);
});
