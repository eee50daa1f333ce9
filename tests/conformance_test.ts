/**
 * The official preview-1 suite, when `WASI_TESTSUITE` names checkouts of it (several with `:` between: no branch holds all).
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { copy } from "@std/fs";
import { inRepository } from "./repository.ts";

const checkouts = Deno.env.get("WASI_TESTSUITE")?.split(":");
const cli = inRepository("cli.ts");

/** What a test of the suite says beside its program. */
interface Spec {
  readonly args?: string[];
  readonly env?: Record<string, string>;
  /** The fixture that is mounted as `/`. */
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
}

/** Deno's calls tell times to the millisecond; these set and read them to the nanosecond. */
const beyondPortable = new Set(["fd_filestat_set", "path_filestat", "symlink_filestat"]);

/** Where the programs lie in a checkout, and what those of a proposal need. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "tests/c/testsuite/wasm32-wasip1": [],
  "tests/rust/testsuite/wasm32-wasip1": [],
  "tests/assemblyscript/testsuite/wasm32-wasip1": [],
  "tests/proposals/wasi-threads": ["--threads"],
};

if (checkouts === undefined) {
  console.log("The official suite is skipped: set WASI_TESTSUITE to a checkout of it");
} else {
  for (const [part, flags] of Object.entries(PARTS)) {
    const folder = checkouts.map((checkout) => `${checkout}/${part}`).find(exists);
    if (folder === undefined) {
      console.log(`The official suite's ${part} is skipped: no checkout holds it`);
      continue;
    }
    for (const entry of Deno.readDirSync(folder)) {
      if (!entry.name.endsWith(".wasm")) continue;
      const name = entry.name.slice(0, -".wasm".length);
      for (const backend of ["kernel", "portable"]) {
        Deno.test({
          name: `official suite, ${backend}: ${part.split("/").slice(1, 3).join("/")}/${name}`,
          ignore: backend === "portable" && beyondPortable.has(name),
          fn: () => runOne(folder, name, ["--backend", backend, ...flags]),
        });
      }
    }
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

async function runOne(folder: string, name: string, flags: readonly string[]): Promise<void> {
  const spec: Spec = await Deno.readTextFile(`${folder}/${name}.json`).then(JSON.parse, () => ({}));
  const scratch = await Deno.makeTempDir({ prefix: "keyhole-suite-" });
  try {
    const args = ["run", "-A", "--no-check", cli, ...flags];
    if (spec.root !== undefined) {
      // Git keeps no empty folders, so a fixture may be missing.
      await Deno.mkdir(`${scratch}/root`);
      await copy(`${folder}/${spec.root}`, `${scratch}/root`).catch(() => {});
      args.push("--dir", `${scratch}/root::/`);
    }
    for (const [key, value] of Object.entries(spec.env ?? {})) args.push("--env", `${key}=${value}`);
    args.push(`${folder}/${name}.wasm`, ...spec.args ?? []);
    // Standard input is an open pipe that never delivers anything.
    const child = new Deno.Command(Deno.execPath(), {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    })
      .spawn();
    const { code, stdout, stderr } = await output(child);
    assertEquals(code, spec.exit_code ?? 0, stderr);
    if (spec.stdout !== undefined) assertEquals(stdout, spec.stdout);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function output(child: Deno.ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const hang = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const texts = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const { code } = await child.status;
  clearTimeout(hang);
  await child.stdin.close().catch(() => {});
  const [stdout, stderr] = await texts;
  return { code, stdout, stderr };
}
