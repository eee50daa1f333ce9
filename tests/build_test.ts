/**
 * The forms in which users get the command line.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { compileAtOnce, inParentheses } from "./build/at_once.ts";
import { rearrange } from "./build/rearrange.ts";
import { buildBundle } from "./build_bundle.ts";
import { inRepository } from "./repository.ts";

const repository = inRepository("");

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

Deno.test("the bundle is one file that runs alone, from a folder without configuration", async () => {
  await inScratch(async (scratch) => {
    const file = `${scratch}/dist/keyhole.js`;
    await buildBundle(file);
    assertEquals((await Deno.readTextFile(file)).startsWith("#!/usr/bin/env -S deno run -A\n"), true);
    const run = await ended(Deno.execPath(), ["run", "-A", file, `${repository}examples/copy/hello.wasm`]);
    assertEquals([run.code, run.stdout], [0, "hello world\n"], run.stderr);
  });
});

Deno.test("the bundle answers like the checkout, also where a command or flag loads more", async () => {
  await inScratch(async (scratch) => {
    const file = `${scratch}/keyhole.js`;
    await buildBundle(file);
    const hello = "examples/copy/hello.wasm";
    const demo = ["examples/copy/demo.wasm", "/in/hello.wat", "/out/copy"];
    await Deno.mkdir(`${scratch}/out`);
    const lines = [
      ["--help"],
      ["--version"],
      ["serve", "--help"],
      ["inspect", hello],
      ["wat", "examples/copy/hello.wat", "-o", `${scratch}/hello.wasm`],
      ["completions", "bash"],
      ["--print-policy", "--dir", "examples/copy::/in:ro", hello],
      ["--trace", "--clock", "fixed:2026-01-01T00:00:00Z", hello],
      ["--fuel", "1M", "--timeout", "20s", "--max-memory", "64M", hello],
      ["--dir", "examples/copy::/in:ro", "--dir", `${scratch}/out::/out`, ...demo],
      ["--backend", "portable", "--dir", "examples/copy::/in:ro", "--tmp", "/out", ...demo],
      ["--dir", "examples/copy::/in:ro", ...demo],
      ["--dir", "missing", hello],
      ["--no-such-flag", hello],
      ["missing.wasm"],
      [],
    ];
    for (const line of lines) {
      const [bundled, checkout] = await Promise.all(
        [file, "cli.ts"].map((entry) => ended(Deno.execPath(), ["run", "-A", entry, ...line])),
      );
      assertEquals(bundled, checkout, line.join(" "));
    }
  });
});

Deno.test("a bundle in an unknown form is refused, not broken", () => {
  const odd = 'var init_a = __esm({\n  async "a.ts"() {\n  }\n});\n';
  assertThrows(() => rearrange(odd, new Set()), Error, "not known here");
});

Deno.test("functions in parentheses do what they did", async () => {
  const program = `
    function one() { return 1; }
    const two = (a) => (b) => a + b;
    class Base { name() { return "base"; } }
    class Some extends Base {
      #hidden = 3;
      static made() { return new Some(); }
      constructor() { super(); this.own = 4; }
      name() { return "some, " + super.name(); }
      hidden() { return this.#hidden + this.#more(); }
      #more() { return 5; }
      get length() { return 6; }
      ["computed"]() { return 7; }
      async later() { return await 8; }
      *some() { yield* [9, 10]; }
    }
    function outer() { return inner(); function inner() { return 11; } }
    const object = { plain() { return 12; } };
    const some = Some.made();
    export const all = [one(), two(1)(1), some.own, some.name(), some.hidden(), some.length, some.computed(),
      await some.later(), ...some.some(), outer(), object.plain(), Object.keys(some)];`;
  const marked = inParentheses(compileAtOnce(program, () => true));
  const kept = [
    "constructor()",
    "name()",
    "#more()",
    "get length()",
    '["computed"]()',
    "plain()",
    "function inner()",
  ];
  for (const text of kept) assertStringIncludes(marked, ` ${text} {`);
  const put = ["function one()", "(a)", "(b)", "function ()", "async function ()", "function* ()"];
  for (const text of put) assertStringIncludes(marked, `(${text} `);
  const evaluated = async (text: string): Promise<unknown> =>
    (await import(`data:text/javascript,${encodeURIComponent(text)}`)).all;
  const expected = [1, 2, 4, "some, base", 8, 6, 7, 8, 9, 10, 11, 12, ["own"]];
  assertEquals([await evaluated(program), await evaluated(marked)], [expected, expected]);
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
      await buildBundle(`${scratch}/keyhole.js`);
      const args = ["compile", "-A", "--no-check", "--output", `${scratch}/keyhole`, `${scratch}/keyhole.js`];
      const compiled = await ended(Deno.execPath(), args);
      assertEquals(compiled.code, 0, compiled.stderr);
      const run = await ended(`${scratch}/keyhole`, [`${repository}examples/copy/hello.wasm`]);
      assertEquals([run.code, run.stdout], [0, "hello world\n"], run.stderr);
    }),
});
