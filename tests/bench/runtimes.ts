/**
 * The runtimes that are compared, each as a command line.
 *
 * @module
 */
import { inRepository } from "../repository.ts";

/** A way to run a guest. */
export interface Runtime {
  /** Its name in the table. */
  readonly name: string;

  /**
   * The command that runs a guest with one directory.
   *
   * @param guest The path of a module
   * @param args Its arguments
   * @param dir The host directory that the guest gets as `/bench`, if any
   * @param flags More flags, which only keyhole knows
   * @returns The program and its arguments
   */
  command(guest: string, args: readonly string[], dir?: string, flags?: readonly string[]): string[];
}

const repository = inRepository("");
const shim = `${repository}tests/bench/node_wasi.mjs`;

/** keyhole as it runs from a checkout. */
export const checkout: Runtime = keyhole("keyhole (checkout)", `${repository}cli.ts`);

/**
 * keyhole from one entry file.
 *
 * @param name Its name in the table
 * @param entry The path of the entry: `cli.ts`, or a bundle
 * @param flags More flags
 * @returns The runtime
 */
export function keyhole(name: string, entry: string, ...flags: string[]): Runtime {
  return {
    name,
    command: (guest, args, dir, more = []) => [
      Deno.execPath(),
      ...["run", "-A", "--no-check", "--no-config", entry, "run", ...flags],
      ...(dir === undefined ? [] : ["--dir", `${dir}::/bench`]),
      ...more,
      guest,
      ...args,
    ],
  };
}

/** `node:wasi` of Node. */
export const node: Runtime = nodeWasi("node:wasi (Node)", ["node", "--no-warnings", shim]);

/** `node:wasi` of Deno. */
export const denoNode: Runtime = nodeWasi("node:wasi (Deno)", [
  Deno.execPath(),
  "run",
  "-A",
  "--no-config",
  shim,
]);

function nodeWasi(name: string, program: string[]): Runtime {
  return { name, command: (guest, args, dir) => [...program, JSON.stringify({ guest, args, dir })] };
}

const wasmtime: Runtime = {
  name: "wasmtime",
  command: (guest, args, dir) => [
    "wasmtime",
    "run",
    ...(dir === undefined ? [] : ["--dir", `${dir}::/bench`]),
    guest,
    ...args,
  ],
};

const wazero: Runtime = {
  name: "wazero",
  command: (guest, args, dir) => [
    "wazero",
    "run",
    ...(dir === undefined ? [] : [`-mount=${dir}:/bench`]),
    guest,
    ...args,
  ],
};

/**
 * Other runtimes that this machine has.
 *
 * @returns Those of Node, wasmtime and wazero that are on the path
 */
export async function peers(): Promise<Runtime[]> {
  const found: Runtime[] = [];
  for (
    const [program, flag, runtime] of [["node", "--version", node], ["wasmtime", "--version", wasmtime], [
      "wazero",
      "version",
      wazero,
    ]] as const
  ) {
    if (await versionOf(program, flag) !== undefined) found.push(runtime);
  }
  return found;
}

/**
 * What a program says of its version.
 *
 * @param program Its name
 * @param flag How it is asked
 * @returns The first line, or `undefined` when there is no such program
 */
export async function versionOf(program: string, flag: string): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args: [flag], stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).split("\n")[0] : undefined;
  } catch {
    return undefined;
  }
}
