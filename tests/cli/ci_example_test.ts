import { assert, assertEquals } from "@std/assert";
import { parsePolicy, POLICY_SCHEMA } from "../../caps/policy.ts";
import type { Report } from "../../mod.ts";
import { guestPath, inScratch } from "./process.ts";

const FILES = { "in/data.txt": "hello", "secret.txt": "secret" };

/** What the step of a name runs in the example's workflow. */
async function stepOf(name: string): Promise<string> {
  const workflow = await Deno.readTextFile(guestPath("examples/ci/workflow.yml"));
  const [, script] = new RegExp(`- name: ${name}\\n\\s+run: \\|\\n((?:          .*\\n)+)`).exec(workflow)!;
  return script!.replace(/^ {10}/gm, "");
}

/** Runs the workflow's step as a runner would, with another program as its tool. */
async function runStep(
  directory: string,
  tool: string,
  change: (script: string) => string = (script) => script,
): Promise<{ code: number; report: Report }> {
  await Deno.copyFile(guestPath("examples/ci/policy.json"), `${directory}/policy.json`);
  await Deno.copyFile(guestPath(tool), `${directory}/tool.wasm`);
  const keyhole = `#!/bin/sh\nexec "${Deno.execPath()}" run -A --no-check "${guestPath("cli.ts")}" "$@"\n`;
  await Deno.mkdir(`${directory}/bin`);
  await Deno.writeTextFile(`${directory}/bin/keyhole`, keyhole, { mode: 0o755 });
  const { code } = await new Deno.Command("bash", {
    args: ["-e", "-c", change(await stepOf("Convert"))],
    cwd: directory,
    env: { PATH: `${directory}/bin:${Deno.env.get("PATH")}` },
    stdout: "null",
    stderr: "null",
  }).output();
  return { code, report: JSON.parse(await Deno.readTextFile(`${directory}/report.json`)) };
}

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "the example of a job does its work and leaves a report",
  ignore,
  fn: async () => {
    await inScratch(FILES, async (directory) => {
      const { code, report } = await runStep(directory, "examples/copy/demo.wasm");
      assertEquals([code, report.exit.code], [0, 0]);
      assertEquals(await Deno.readTextFile(`${directory}/out/data.txt`), "hello");
    });
  },
});

Deno.test({
  name: "the job fails with the right exit code, and the report says why",
  ignore,
  fn: async () => {
    await inScratch(FILES, async (directory) => {
      const greedy = (script: string): string => script.replace("in/data.txt", "in/../secret.txt");
      const { code, report } = await runStep(directory, "examples/copy/demo.wasm", greedy);
      assertEquals([code, report.exit.code], [1, 1]);
      assertEquals(report.denied.map(({ path, code }) => [path, code]), [[
        "in/../secret.txt",
        "ENOTCAPABLE",
      ]]);
    });
    await inScratch(FILES, async (directory) => {
      const crash = await runStep(directory, "tests/guests/trap.wasm");
      assertEquals([crash.code, crash.report.exit.reason], [134, "trap"]);
    });
    await inScratch(FILES, async (directory) => {
      const soon = (script: string): string => script.replace("--quiet", "--quiet --timeout 200ms");
      const late = await runStep(directory, "tests/guests/spin.wasm", soon);
      assertEquals([late.code, late.report.exit.reason], [124, "timeout"]);
    });
  },
});

Deno.test("the example's policy is one", async () => {
  const policy = parsePolicy(await Deno.readTextFile(guestPath("examples/ci/policy.json")));
  assertEquals(policy.$schema, POLICY_SCHEMA);
  assert(policy.mounts?.length === 2);
});
