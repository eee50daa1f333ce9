/**
 * Whole processes: how long they take from nothing to the end, and how much memory at the most.
 *
 * @module
 */
import { interleaved, runOnce } from "./measure.ts";
import { checkout, denoNode, keyhole, node, type Runtime } from "./runtimes.ts";
import type { Row } from "./table.ts";
import { inRepository } from "../repository.ts";

const repository = inRepository("");
const encoder = new TextEncoder();

/** The same as hello world without any of keyhole: what Deno itself takes to compile and run a module. */
const BY_HAND = `
const module = new WebAssembly.Module(Deno.readFileSync(Deno.args[0]));
const fd_write = (_fd, list, _count, result) => {
  const view = new DataView(memory.buffer);
  const [start, length] = [view.getUint32(list, true), view.getUint32(list + 4, true)];
  Deno.stdout.writeSync(new Uint8Array(memory.buffer, start, length));
  view.setUint32(result, length, true);
  return 0;
};
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: { fd_write } });
const { memory, _start } = instance.exports;
_start();
`;

/** What whole runs need: the bundle, a folder to write to, and the other runtimes that there are. */
export interface Setting {
  /** The path of the bundle. */
  readonly bundle: string;
  /** A folder that is removed afterwards. */
  readonly scratch: string;
  /** Node, wasmtime and wazero, where they are. */
  readonly others: readonly Runtime[];
  /** How often each thing is measured. */
  readonly rounds: number;
}

/**
 * Start-up: a line from hello world, a line from Python where `KEYHOLE_PYTHON` names its module, and the first
 * instruction of a module of 26 MB.
 *
 * @param setting What is compared
 * @returns The rows
 */
export async function startUps(setting: Setting): Promise<Row[]> {
  const { scratch, bundle, others, rounds } = setting;
  const hello = await helloFor(scratch);
  const bundled = keyhole("keyhole (bundled)", bundle);
  const all = [checkout, bundled, byHand(scratch), denoNode, ...others];
  const rows = [await startUp("hello world", setting, all, hello, [], Math.max(rounds, 60))];
  const python = Deno.env.get("KEYHOLE_PYTHON");
  const programs = [bundled, denoNode, ...others];
  if (python !== undefined) {
    rows.push(await startUp("Python", setting, programs, python, ["-c", 'print("hi")'], rounds));
  }
  const large = `${scratch}/large.wasm`;
  await Deno.writeFile(large, largeModule(26 << 20));
  rows.push(await startUp("26 MB module", setting, programs, large, [], rounds));
  return rows;
}

/**
 * Peak memory: of hello world beside an empty script, and of copying 256 MB beside copying 1 MB.
 *
 * @param setting What is compared
 * @returns The rows; none where GNU `time` is missing, which tells the peak of a process
 */
export async function peaks({ scratch, bundle, rounds }: Setting): Promise<Row[]> {
  const peak = (command: string[]) => async (): Promise<number | undefined> => {
    const { output, code } = await runOnce(["/usr/bin/time", "-f", "%M", ...command]);
    return code === 0 ? Number(output.trimEnd().split("\n").at(-1)) / 1024 : undefined;
  };
  try {
    await peak(["true"])();
  } catch {
    return [];
  }
  const hello = await helloFor(scratch);
  const bundled = keyhole("keyhole (bundled)", bundle);
  const columns = [bundled, byHand(scratch), denoNode, node];
  const [empty, ...values] = await interleaved(
    [await emptyScript(scratch), ...columns.map((runtime) => runtime.command(hello, []))].map(peak),
    rounds,
  );
  const dir = `${scratch}/copies`;
  await Deno.mkdir(dir, { recursive: true });
  const guest = `${repository}tests/guests/bench.wasm`;
  const copy = (size: number) => peak(bundled.command(guest, ["copy", "/bench", `size=${size}`], dir));
  const [small, large] = await interleaved([copy(1), copy(256)], Math.min(rounds, 5));
  return [
    {
      name: "hello world",
      unit: "MiB",
      base: { name: "empty script", value: empty },
      values: Object.fromEntries(columns.map(({ name }, index) => [name, values[index]])),
    },
    {
      name: "copying 256 MB",
      unit: "MiB",
      base: { name: "copying 1 MB", value: small },
      values: { "keyhole (bundled)": large },
    },
  ];
}

async function startUp(
  name: string,
  { scratch }: Setting,
  columns: readonly Runtime[],
  guest: string,
  args: string[],
  rounds: number,
): Promise<Row> {
  const commands = [await emptyScript(scratch), ...columns.map((runtime) => runtime.command(guest, args))];
  const things = commands.map((command) => async (): Promise<number | undefined> => {
    const { milliseconds, code } = await runOnce(command);
    return code === 0 ? milliseconds : undefined;
  });
  const [base, ...times] = await interleaved(things, rounds);
  return {
    name,
    unit: "ms",
    base: { name: "empty script", value: base },
    values: Object.fromEntries(columns.map(({ name }, index) => [name, times[index]])),
  };
}

function byHand(scratch: string): Runtime {
  const script = `${scratch}/by_hand.js`;
  Deno.writeTextFileSync(script, BY_HAND);
  return { name: "by hand (Deno)", command: (guest) => [...deno(), script, guest] };
}

async function emptyScript(scratch: string): Promise<string[]> {
  await Deno.writeTextFile(`${scratch}/empty.js`, "");
  return [...deno(), `${scratch}/empty.js`];
}

function deno(): string[] {
  return [Deno.execPath(), "run", "-A", "--no-config"];
}

/** The example speaks the older dialect, which the peers need to be told; the same text works as preview 1. */
async function helloFor(scratch: string): Promise<string> {
  const text = await Deno.readTextFile(`${repository}examples/copy/hello.wat`);
  await Deno.writeTextFile(
    `${scratch}/hello.wat`,
    text.replaceAll("wasi_unstable", "wasi_snapshot_preview1"),
  );
  const hello = `${scratch}/hello.wasm`;
  const command = [Deno.execPath(), "run", "-A", `${repository}cli.ts`, "wat", `${scratch}/hello.wat`];
  const { code, output } = await runOnce([...command, "-o", hello]);
  if (code !== 0) throw new Error(output);
  return hello;
}

/** A program that returns at once, in a module of many functions that it does not call. */
function largeModule(size: number): Uint8Array<ArrayBuffer> {
  const adds = Array.from({ length: 250 }, () => [0x41, 1, 0x6a]).flat();
  const body = [0, 0x41, 0, ...adds, 0x1a, 0x0b];
  const count = Math.floor(size / (body.length + 2));
  const functions = Array.from({ length: count }, () => [...number(body.length), ...body]).flat();
  const exported = [...encoder.encode("_start")];
  const memory = [...encoder.encode("memory")];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [...number(count + 1), ...new Array(count + 1).fill(0)]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, exported.length, ...exported, 0, 0, memory.length, ...memory, 2, 0]),
    ...section(10, [...number(count + 1), 2, 0, 0x0b], functions),
  ]);
}

function* section(id: number, start: number[], rest: number[] = []): Generator<number> {
  yield id;
  yield* number(start.length + rest.length);
  yield* start;
  yield* rest;
}

/** A number as modules write it: seven bits a byte, the lowest first. */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}
