/**
 * Running the guest that measures itself, under any runtime and natively.
 *
 * @module
 */
import { runOnce } from "./measure.ts";
import type { Runtime } from "./runtimes.ts";
import { inRepository } from "../repository.ts";

const repository = inRepository("");

/** One run of the guest that measures itself. */
export interface GuestRun {
  /** The measurement, and what it is given besides the directory. */
  readonly args: readonly string[];
  /** More flags for keyhole. */
  readonly flags?: (dir: string) => string[];
  /** Whether it is the same program for this machine. */
  readonly native?: boolean;
}

/** Runs the guest. */
export class GuestRunner {
  readonly #dir: string;
  readonly #native: string | undefined;

  private constructor(dir: string, native: string | undefined) {
    this.#dir = dir;
    this.#native = native;
  }

  /**
   * Prepares runs, and builds the guest for this machine, with the compiler that made it.
   *
   * @param scratch A folder that is removed afterwards
   * @returns The runner
   */
  static async in(scratch: string): Promise<GuestRunner> {
    const [dir, native] = [`${scratch}/dir`, `${scratch}/bench`];
    await Deno.mkdir(dir, { recursive: true });
    const source = `${repository}tests/guests/bench.c`;
    const built = await runOnce(["clang", "-O2", "-o", native, source]).then(
      ({ code }) => code === 0,
      () => false,
    );
    if (!built) console.log("No clang on the path: host calls are not compared with native code");
    return new GuestRunner(dir, built ? native : undefined);
  }

  /**
   * Runs the guest once.
   *
   * @param runtime What runs it, unless it is for this machine
   * @param run What it measures
   * @returns Nanoseconds for an iteration; `undefined` when it cannot be measured
   */
  async measure(runtime: Runtime, { args, flags, native }: GuestRun): Promise<number | undefined> {
    const [name, ...rest] = args;
    const guest = `${repository}tests/guests/bench.wasm`;
    if (native && this.#native === undefined) return undefined;
    const command = native
      ? [this.#native!, name!, this.#dir, ...rest]
      : runtime.command(guest, [name!, "/bench", ...rest], this.#dir, flags?.(this.#dir));
    const { output, code } = await runOnce(command, name === "stdin" ? new Uint8Array(64 << 20) : "null");
    const line = output.split("\n").find((line) => line.startsWith("{") && line.includes("ns_per"));
    return code === 0 && line !== undefined ? JSON.parse(line).ns_per : undefined;
  }
}
