/**
 * Bundles the command line into one executable file: `deno run -A tests/build_bundle.ts OUTPUT`.
 *
 * @module
 */
import { dirname } from "@std/path";
import { compileAtOnce, inParentheses } from "./build/at_once.ts";
import { profileOf } from "./build/profile.ts";
import { rearrange } from "./build/rearrange.ts";
import { inRepository } from "./repository.ts";

const repository = inRepository("");

/**
 * Bundles the command line.
 *
 * @param output The path of the file, which is replaced; folders that are missing are made
 */
export async function buildBundle(output: string): Promise<void> {
  const scratch = await Deno.makeTempDir({ prefix: "keyhole-bundle-" });
  try {
    const [wrapped, rearranged, minified] = ["wrapped", "rearranged", "minified"].map((name) =>
      `${scratch}/${name}.js`
    ) as [string, string, string];
    await bundle(`${repository}cli.ts`, wrapped);
    const { functions, modules } = await profileOf(wrapped, await shortRuns(scratch), scratch);
    const marked = compileAtOnce(
      await Deno.readTextFile(wrapped),
      (start, end) => functions.has(`${start}-${end}`),
    );
    await Deno.writeTextFile(rearranged, rearrange(marked, modules));
    await bundle(rearranged, minified, "--minify");
    await Deno.mkdir(dirname(output), { recursive: true });
    await Deno.writeTextFile(output, inParentheses(await Deno.readTextFile(minified)));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
  if (Deno.build.os !== "windows") await Deno.chmod(output, 0o755);
}

/**
 * What most users do: run a program, and give it directories. The kernel lets such a run write to its directories alone,
 * so what Deno writes at its end has to go there too.
 */
async function shortRuns(scratch: string): Promise<string[][]> {
  await Deno.writeTextFile(`${scratch}/original`, "text");
  const copy = `${repository}examples/copy`;
  return [
    [`${copy}/hello.wasm`],
    ["--dir", `${scratch}::.`, `${copy}/demo.wasm`, "original", "copy"],
  ];
}

async function bundle(entry: string, output: string, ...flags: string[]): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "deno", ...flags, "-o", output, entry];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: repository }).output();
  if (!success) throw new Error(`Bundling failed:\n${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) await buildBundle(Deno.args[0] ?? "dist/keyhole.js");
