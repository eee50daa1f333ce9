/**
 * Another process keeps swapping a directory for a link to the outside while a guest works through it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hostDirectory } from "../../caps/host/open.ts";
import { loadLibC } from "../../caps/host/libc.ts";
import { systemClocks } from "../../caps/clocks/system.ts";
import { systemRandom } from "../../caps/system_random.ts";
import { captureOutput } from "../../caps/streams/capture.ts";
import { nullInput } from "../../caps/streams/null.ts";
import { runModule } from "../../wasi/run.ts";
import { fingerprint } from "./fingerprint.ts";
import { inRepository } from "../repository.ts";

const guest = new URL("../guests/race.wasm", import.meta.url);
const swapper = inRepository("tests/escape/swapper.ts");
const SECONDS = Deno.env.get("KEYHOLE_RACE_SECONDS") ?? "5";

Deno.test({
  name: "no race lets a guest out: a directory swapped for a link (kernel)",
  ignore: !loadLibC(),
  async fn(): Promise<void> {
    const scratch = await Deno.makeTempDir({ prefix: "keyhole-race-" });
    const [mount, outside] = [`${scratch}/mount`, `${scratch}/outside`];
    await Deno.mkdir(`${mount}/swap/deep`, { recursive: true });
    await Deno.mkdir(`${outside}/deep`, { recursive: true });
    await Deno.writeTextFile(`${mount}/swap/victim`, "inside");
    for (const place of [outside, `${outside}/deep`]) {
      await Deno.writeTextFile(`${place}/victim`, "secret".padEnd(4711, "."));
      await Deno.writeTextFile(`${place}/outside-only`, "secret");
    }
    // Absolute, and relative as well: neither may be followed out.
    await Deno.symlink(outside, `${mount}/other`);
    const before = await fingerprint(outside);

    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", swapper, `${mount}/swap`, `${mount}/other`],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const stdout = captureOutput();
    const directory = hostDirectory(mount, { backend: "kernel" });
    const outcome = await runModule(await Deno.readFile(guest), {
      args: ["race.wasm", SECONDS],
      env: {},
      preopens: [{ name: ".", directory }],
      stdin: nullInput(),
      stdout,
      stderr: stdout,
      clocks: systemClocks(),
      random: systemRandom(),
    });
    await process.stdin.close();
    const { stdout: swaps } = await process.output();
    directory.close();

    assertEquals(await fingerprint(outside), before, "something outside has changed");
    assertEquals([outcome.reason, outcome.code], ["exit", 0]);
    assert(!stdout.text().includes("outside"), stdout.text());
    const [, succeeded, failed] = /(\d+) succeeded, (\d+) failed/.exec(stdout.text())!.map(Number);
    // Both must have happened, or there was no race.
    assert(succeeded > 100 && failed > 100, stdout.text());
    assert(Number(new TextDecoder().decode(swaps)) > 1000, "the directory was hardly ever swapped");
    await Deno.remove(scratch, { recursive: true });
  },
});
