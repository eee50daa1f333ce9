/**
 * The forms in which users get the command line.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const repository = new URL("../", import.meta.url).pathname;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function ended(command: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { args, cwd: repository, env: { NO_COLOR: "1", ...env } };
  const { code, stdout, stderr } = await new Deno.Command(command, options).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

async function inScratch(act: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = await Deno.makeTempDir({ prefix: "keyhole-build-" });
  try {
    await act(scratch);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

function bundle(output: string): Promise<Ended> {
  return ended(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--minify",
    "--platform",
    "deno",
    "-o",
    output,
    "cli.ts",
  ]);
}

Deno.test("the bundle is one file that runs alone, from a folder without configuration", async () => {
  await inScratch(async (scratch) => {
    const file = `${scratch}/keyhole.js`;
    assertEquals((await bundle(file)).code, 0);
    assertEquals((await Deno.readTextFile(file)).startsWith("#!/usr/bin/env -S deno run -A\n"), true);
    const run = await ended(Deno.execPath(), ["run", "-A", file, `${repository}examples/copy/hello.wasm`]);
    assertEquals([run.code, run.stdout], [0, "hello world\n"], run.stderr);
  });
});

Deno.test("the command installs, and runs by its name", async () => {
  await inScratch(async (scratch) => {
    const args = ["install", "--global", "-A", "--root", scratch, "--name", "keyhole", `${repository}cli.ts`];
    const installed = await ended(Deno.execPath(), args);
    assertEquals(installed.code, 0, installed.stderr);
    // The script that was installed starts whatever is called deno.
    const path = `${Deno.execPath().replace(/[/\\][^/\\]+$/, "")}:${Deno.env.get("PATH")}`;
    const run = await ended(`${scratch}/bin/keyhole`, [`${repository}examples/copy/hello.wasm`], {
      PATH: path,
    });
    assertEquals([run.code, run.stdout], [0, "hello world\n"], run.stderr);
  });
});

Deno.test("the package can be published: no slow types, nothing that is missing", async () => {
  const dryRun = await ended(Deno.execPath(), ["publish", "--dry-run", "--allow-dirty"]);
  assertEquals(dryRun.code, 0, dryRun.stderr);
  assertStringIncludes(dryRun.stderr, "Success");
  const leftOut = /\/(?:tests|dist|docs|\.ci)\//;
  const published = [...dryRun.stderr.matchAll(/^ +(file:\S+)/gm)].map((match) => match[1]!);
  assertEquals(published.filter((file) => leftOut.test(file.slice(`file://${repository}`.length - 1))), []);
  assert(published.some((file) => file.endsWith("/mod.ts")));
});

const denort = Deno.env.get("DENORT_BIN");
if (denort === undefined) {
  console.log(
    "The compiled binary is not tested: set DENORT_BIN to a base binary, since none is downloaded in tests",
  );
}

Deno.test({
  name: "the compiled binary runs",
  ignore: denort === undefined,
  fn: () =>
    inScratch(async (scratch) => {
      assertEquals((await bundle(`${scratch}/keyhole.js`)).code, 0);
      const args = ["compile", "-A", "--no-check", "--output", `${scratch}/keyhole`, `${scratch}/keyhole.js`];
      const compiled = await ended(Deno.execPath(), args);
      assertEquals(compiled.code, 0, compiled.stderr);
      const run = await ended(`${scratch}/keyhole`, [`${repository}examples/copy/hello.wasm`]);
      assertEquals([run.code, run.stdout], [0, "hello world\n"], run.stderr);
    }),
});
