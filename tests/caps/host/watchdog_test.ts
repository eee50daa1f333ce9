import { assertEquals } from "@std/assert";

const watchdog = new URL("../../../caps/host/watchdog.ts", import.meta.url).href;

/** Runs a program that is watched for some time, and does nothing but wait a moment. */
async function watched(milliseconds: number, moment: number): Promise<{ code: number; stderr: string }> {
  const program = `
    import { startWatchdog } from ${JSON.stringify(watchdog)};
    const dog = startWatchdog(${milliseconds}, 9, "time is up\\n");
    await new Promise((resolve) => setTimeout(resolve, ${moment}));
    dog.stop();`;
  const url = "data:text/javascript," + encodeURIComponent(program);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", url],
    stdin: "null",
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test({
  name: "a watchdog ends the process when its time is up",
  ignore: Deno.build.os !== "linux",
  fn: async () => assertEquals(await watched(100, 30_000), { code: 9, stderr: "time is up\n" }),
});

Deno.test("a watchdog for longer than a timer can be set waits as well", async () => {
  assertEquals(await watched(2 ** 31 + 1000, 1500), { code: 0, stderr: "" });
});

Deno.test({
  name: "a watchdog ends the process also when nobody reads what it says last",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const program = `
      import { startWatchdog } from ${JSON.stringify(watchdog)};
      startWatchdog(300, 9, "time is up\\n");
      await new Promise((resolve) => setTimeout(resolve, 100));
      Deno.stderr.writeSync(new Uint8Array(1 << 20));`;
    const url = "data:text/javascript," + encodeURIComponent(program);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", url],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const guard = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const { code } = await child.status;
    clearTimeout(guard);
    await child.stderr.cancel();
    assertEquals(code, 9);
  },
});
