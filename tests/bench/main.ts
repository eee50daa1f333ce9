/**
 * Start-up and host calls, as ratios: `deno task bench [--rounds N] [--json FILE] [NAME...]`.
 *
 * Each row is a measurement, each column a runtime; all runtimes take turns in one run. Start-up is compared with
 * `deno run` of an empty script, host calls with the same C program compiled for this machine. NAME is a measurement
 * below, `start-up` (also of Python, where `KEYHOLE_PYTHON` names its module), `growth`, `wrappers` or `memory`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { buildBundle } from "../build_bundle.ts";
import { growth } from "./growth.ts";
import { GuestRunner } from "./guest_runs.ts";
import { interleaved } from "./measure.ts";
import { denoNode, keyhole, peers, type Runtime, versionOf } from "./runtimes.ts";
import { ratesOf, type Row, tableOf } from "./table.ts";
import { peaks, startUps } from "./whole_runs.ts";
import { wrappers } from "./wrappers.ts";

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

const scratch = await Deno.makeTempDir({ prefix: "keyhole-bench-" });
try {
  const bundle = `${scratch}/keyhole.js`;
  await buildBundle(bundle);
  const others = await peers();
  const setting = { bundle, scratch, others, rounds };
  const guests = await GuestRunner.in(scratch);
  const kernel = keyhole("keyhole (kernel)", bundle, "--backend", "kernel");
  const runtimes = [
    kernel,
    keyhole("keyhole (no lockdown)", bundle, "--backend", "kernel", "--lockdown", "off"),
    keyhole("keyhole (portable)", bundle, "--backend", "portable"),
    denoNode,
    ...others,
  ];
  const tables: Record<string, Row[]> = {};
  if (wanted("start-up")) tables["Start-up"] = await startUps(setting);
  const calls: Row[] = [];
  for (const [name, args] of Object.entries(measurements)) {
    if (wanted(name)) calls.push(await hostCall(guests, runtimes, name, args));
  }
  if (calls.length > 0) tables["Host calls"] = calls;
  if (wanted("growth")) {
    tables["Growth"] = await growth((run) => guests.measure(kernel, run), Math.min(rounds, 5));
  }
  if (wanted("wrappers")) tables["Wrappers"] = await wrappers(`${scratch}/wrappers`, Math.max(rounds, 10));
  if (wanted("memory")) tables["Peak memory"] = await peaks(setting);
  const machine = await machineAndVersions();
  console.log(Object.entries(machine).map(([key, value]) => `${key} ${value ?? "-"}`).join(", "));
  for (const [name, rows] of Object.entries(tables)) console.log(`\n## ${name}\n\n${tableOf(rows)}`);
  if (calls.length > 0) console.log(`\n${ratesOf(calls, "keyhole")}`);
  if (flags.json !== undefined) {
    await Deno.writeTextFile(flags.json, JSON.stringify({ machine, tables }, null, 2) + "\n");
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}

async function machineAndVersions(): Promise<Record<string, string | number | undefined>> {
  return {
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
}

/** What the guest measures inside itself. */
async function hostCall(
  guests: GuestRunner,
  runtimes: readonly Runtime[],
  name: string,
  args: readonly string[],
): Promise<Row> {
  const run = { args: [name, ...args] };
  const things = runtimes.map((runtime) => () => guests.measure(runtime, run));
  const native = (...words: string[]) => (): Promise<number | undefined> =>
    guests.measure(runtimes[0]!, { args: [name, ...words, ...args], native: true });
  const [base, lockedDown, ...values] = await interleaved([native(), native("lockdown"), ...things], rounds);
  return {
    name,
    unit: "ns",
    base: { name: "native", value: base },
    values: {
      "native (lockdown)": lockedDown,
      ...Object.fromEntries(runtimes.map(({ name }, index) => [name, values[index]])),
    },
  };
}
