/** Containers forbid calls that are newer than their rules, and say EPERM in place of ENOSYS; file systems lack others. */
import { assertEquals } from "@std/assert";
import { lockdownVersion } from "../../caps/host/lockdown.ts";
import { type Ended, guestPath, inScratch } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const EPERM = 1;
const ENOLCK = 37;
const ENOSYS = 38;
/** The number of no call at all. */
const NO_CALL = 0xffff;

/** A system call, by its numbers, and the error that it answers with. */
interface Failing {
  readonly intel: number;
  readonly arm: number;
  readonly error: number;
}

/** Runs keyhole where a system call does nothing but fail. */
async function without(
  { intel, arm, error }: Failing,
  directory: string,
  ...args: readonly string[]
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      guestPath("tests/cli/without_call.py"),
      String(Deno.build.arch === "aarch64" ? arm : intel),
      String(error),
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
    args: [guestPath("tests/cli/without_call.py"), String(NO_CALL), "1", "true"],
    stdout: "null",
    stderr: "null",
  }).output().then(({ success }) => success, () => false);
if (!hasFilters) {
  console.warn("skipped, as there is no Python that forbids system calls: forbidden_call_test.ts");
}

/** Tests what holds where a system call fails. */
function testWithout(
  name: string,
  failing: Failing,
  test: (run: (...args: readonly string[]) => Promise<Ended>, directory: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !hasFilters,
    fn: () =>
      inScratch({ "in/a.txt": "hello" }, async (directory) => {
        await test((...args) => without(failing, directory, ...args), directory);
      }),
  });
}

const STATX: Failing = { intel: 332, arm: 291, error: EPERM };
const PWRITEV2: Failing = { intel: 328, arm: 287, error: EPERM };
const LANDLOCK: Failing = { intel: 446, arm: 446, error: EPERM };
/** Where Deno gives a file an owner it is `chown` on x86-64, and `fchownat` on arm64, which has no other. */
const CHOWN: Failing = { intel: 92, arm: 54, error: ENOSYS };
const CHMOD: Failing = { intel: 90, arm: 53, error: ENOSYS };
const FLOCK: Failing = { intel: 73, arm: 32, error: ENOLCK };

testWithout("where statx is forbidden, directories are reached in the other way", STATX, async (run) => {
  const operations = ["open:a.txt", "check", "open:b.txt:CREAT", "check", "stat:b.txt", "check"];
  const { code, stderr } = await run("--verbose", "--dir", "in", calls, ...operations);
  assertEquals([code, stderr.split("\n")[0]], [
    0,
    'keyhole: "in" is the directory "in", read and write, guarded by keyhole (portable backend)',
  ]);
});

testWithout("where pwritev2 is forbidden, an append goes to the end", PWRITEV2, async (run, directory) => {
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

testWithout("lockdown that is required and forbidden is told in a sentence", LANDLOCK, async (run) => {
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

testWithout(
  "a file system without locks has no place for a journal or a store, and says why",
  FLOCK,
  async (run) => {
    const echo = guestPath("examples/box/echo.wasm");
    for (const args of [["box", "--journal", "j"], ["serve", "--listen", "unix:s", "--state", "j"]]) {
      const { code, stderr } = await run(...args, echo);
      assertEquals([code, stderr.replace(/^error: .*: /, "")], [125, "no locks available\n"]);
    }
  },
);

for (const [what, failing] of [["owners", CHOWN], ["modes", CHMOD]] as const) {
  testWithout(`on a file system without ${what}, a policy is replaced`, failing, async (run, directory) => {
    for (const mount of ["in::/one", "in::/two"]) {
      const { code, stderr } = await run("--save-policy", "p.json", "--dir", mount, calls, "preopens");
      assertEquals([code, stderr], [0, ""]);
    }
    const { mounts } = JSON.parse(Deno.readTextFileSync(`${directory}/p.json`));
    assertEquals(mounts, [{ dir: "in", as: "/two", access: "rw" }]);
    assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name).sort(), ["in", "p.json"]);
  });
}
