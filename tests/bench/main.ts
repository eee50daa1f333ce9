/**
 * Start-up and host calls, as ratios: `deno task bench [--rounds N] [--json FILE] [NAME...]`.
 *
 * Each row is a measurement, each column a runtime; all runtimes take turns in one run. Start-up is compared with
 * `deno run` of an empty script, host calls with the same C program compiled for this machine.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { buildBundle } from "../build_bundle.ts";
import { interleaved, runOnce } from "./measure.ts";
import { checkout, denoNode, keyhole, peers, type Runtime, versionOf } from "./runtimes.ts";
import { ratesOf, type Row, tableOf } from "./table.ts";

const repository = new URL("../../", import.meta.url).pathname;
const flags = parseArgs(Deno.args, { string: ["rounds", "json"] });
const rounds = Number(flags.rounds ?? 5);
const wanted = (name: string): boolean => flags._.length === 0 || flags._.map(String).includes(name);

/** Measurements of the guest, and the arguments that keep each to a second or so. */
const measurements: Record<string, string[]> = {
  read: [],
  write: [],
  pread: [],
  writev: [],
  copy: ["size=256"],
  open: [],
  stat: [],
  readdir: ["names=10000"],
  walk: [],
  rename: [],
  clock: [],
  random: [],
  stdout: [],
  stdin: [],
  sha256: [],
  matrix: [],
};

let built: Promise<string | undefined> | undefined;
const scratch = await Deno.makeTempDir({ prefix: "keyhole-bench-" });
try {
  const bundle = `${scratch}/keyhole.js`;
  await buildBundle(bundle);
  const others = await peers();
  const runtimes = [
    keyhole("keyhole (kernel)", bundle, "--backend", "kernel"),
    keyhole("keyhole (portable)", bundle, "--backend", "portable"),
    denoNode,
    ...others,
  ];
  const rows: Row[] = [];
  if (wanted("start-up")) rows.push(await startUp(bundle, others));
  for (const [name, args] of Object.entries(measurements)) {
    if (wanted(name)) rows.push(await hostCall(name, args, runtimes));
  }
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    cores: navigator.hardwareConcurrency,
    os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    node: await versionOf("node", "--version"),
    wasmtime: await versionOf("wasmtime", "--version"),
    wazero: await versionOf("wazero", "version"),
    rounds,
  };
  console.log(Object.entries(machine).map(([key, value]) => `${key} ${value ?? "-"}`).join(", ") + "\n");
  console.log(tableOf(rows));
  console.log(`\n${ratesOf(rows, "keyhole")}`);
  if (flags.json !== undefined) {
    await Deno.writeTextFile(flags.json, JSON.stringify({ machine, rows }, null, 2) + "\n");
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}

/** Whole processes: from nothing to a printed line. */
async function startUp(bundle: string, others: Runtime[]): Promise<Row> {
  const empty = `${scratch}/empty.js`;
  await Deno.writeTextFile(empty, "");
  const hello = `${repository}examples/copy/hello.wasm`;
  const hello1 = `${scratch}/hello.wasm`;
  // The example speaks the older dialect, which the peers need to be told; the same text works as preview 1.
  const text = (await Deno.readTextFile(hello.replace(".wasm", ".wat"))).replace(
    "wasi_unstable",
    "wasi_snapshot_preview1",
  );
  await Deno.writeTextFile(`${scratch}/hello.wat`, text);
  await succeed([
    Deno.execPath(),
    "run",
    "-A",
    `${repository}cli.ts`,
    "wat",
    `${scratch}/hello.wat`,
    "-o",
    hello1,
  ]);
  const columns = [checkout, keyhole("keyhole (bundled)", bundle), denoNode, ...others];
  const things = [
    [Deno.execPath(), "run", "-A", "--no-config", empty],
    ...columns.map((runtime) => runtime.command(hello1, [])),
  ].map((command) => async () => (await runOnce(command)).milliseconds);
  const [base, ...times] = await interleaved(things, Math.max(rounds, 10));
  return {
    name: "start-up",
    unit: "ms",
    base: { name: "empty script", value: base },
    values: Object.fromEntries(columns.map(({ name }, index) => [name, times[index]])),
  };
}

/** What the guest measures inside itself. */
async function hostCall(name: string, args: string[], runtimes: Runtime[]): Promise<Row> {
  const guest = `${repository}tests/guests/bench.wasm`;
  const native = await nativeBuild();
  const stdin = name === "stdin" ? new Uint8Array(64 << 20) : "null";
  const dir = `${scratch}/dir`;
  await Deno.mkdir(dir, { recursive: true });
  const measure = (command: string[]) => async (): Promise<number | undefined> => {
    const { output, code } = await runOnce(command, stdin);
    const line = output.split("\n").find((line) => line.startsWith("{") && line.includes("ns_per"));
    return code === 0 && line !== undefined ? JSON.parse(line).ns_per : undefined;
  };
  const things = runtimes.map((runtime) => measure(runtime.command(guest, [name, "/bench", ...args], dir)));
  if (native !== undefined) things.unshift(measure([native, name, dir, ...args]));
  const values = await interleaved(things, rounds);
  const base = native === undefined ? undefined : values.shift();
  return {
    name,
    unit: "ns",
    base: { name: "native", value: base },
    values: Object.fromEntries(runtimes.map(({ name }, index) => [name, values[index]])),
  };
}

/** The same C program for this machine, with the compiler that made the guest. */
function nativeBuild(): Promise<string | undefined> {
  return built ??= (async () => {
    const program = `${scratch}/bench`;
    const command = ["clang", "-O2", "-o", program, `${repository}tests/guests/bench.c`];
    try {
      await succeed(command);
      return program;
    } catch {
      console.log("No clang on the path: host calls are not compared with native code");
      return undefined;
    }
  })();
}

async function succeed(command: string[]): Promise<void> {
  const { code, output } = await runOnce(command);
  if (code !== 0) throw new Error(`${command.join(" ")} failed:\n${output}`);
}
