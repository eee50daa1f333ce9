/** Streams that another program has made non-blocking: what does not fit now is told later, and not lost. */
import { assertEquals } from "@std/assert";
import { type Ended, guestPath, keyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const launcher = guestPath("tests/cli/behind_full_pipe.py");
const canRun = Deno.build.os !== "windows" &&
  await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" })
    .output().then(({ success }) => success, () => false);
if (!canRun) console.warn("skipped, as there is no Python that makes a pipe full: non_blocking_test.ts");

/** Runs keyhole behind a full pipe; tells what came through it. */
async function behindFullPipe(
  stream: 1 | 2,
  ...args: readonly string[]
): Promise<[code: number, told: string]> {
  const { code, stdout } = await new Deno.Command("python3", {
    args: [launcher, `${stream}`, Deno.execPath(), "run", "-A", "--no-check", guestPath("cli.ts"), ...args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

const ROWS:
  readonly (readonly [stream: 1 | 2, which: keyof Ended & `std${string}`, args: readonly string[]])[] = [
    [1, "stdout", ["--help"]],
    [1, "stdout", ["inspect", calls]],
    [2, "stderr", ["nope.wasm"]],
    [2, "stderr", ["--trace", calls, "repeat:3000:yield", "exit:7"]],
  ];

for (const [stream, which, args] of ROWS) {
  Deno.test({
    name: `a full pipe loses nothing of keyhole ${
      args.map((arg) => arg === calls ? "calls.wasm" : arg).join(" ")
    }`,
    ignore: !canRun,
    async fn(): Promise<void> {
      const usual = await keyhole(".", ...args);
      assertEquals(await behindFullPipe(stream, ...args), [usual.code, usual[which]]);
    },
  });
}
