/**
 * Running a program in one call.
 *
 * @module
 */
import { closing } from "../caps/closing.ts";
import { Collector } from "../caps/report/collector.ts";
import type { Report } from "../caps/report.ts";
import { Waiters } from "../caps/streams/waiters.ts";
import { Killed, type KillSignal } from "./kill_signal.ts";
import { grantedBy, Reporter } from "./reporting.ts";
import { runModule, type RunModuleOptions, type RunModuleOutcome } from "./run.ts";
import { RunResult } from "./run_result.ts";
import { runProgramSync } from "./run_sync.ts";
import { prepare, type Prepared, type RunOptions } from "./settings.ts";
import { nameOf, programOf, programOfSync, type Source } from "./source.ts";

type Ended = RunModuleOutcome & { readonly signal?: KillSignal };

const nothing = new Uint8Array(0);

/**
 * Runs a program to its end. It gets what the options name and nothing else. A library, which has no `_start`, is only
 * made ready by that: what it exports is called by {@linkcode RunOptions.invoke} or {@linkcode instantiate}.
 *
 * @param source Where the program comes from
 * @param options What it gets
 * @returns How it ended and what it printed; a non-zero exit code, a trap and a limit are results, not exceptions
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {Fault} When a directory cannot be opened
 * @throws {TypeError | RangeError} For an option that makes no sense
 *
 * @example
 * ```ts
 * import { memoryDirectory, run } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const result = await run("examples/copy/demo.wasm", {
 *   args: ["from.txt", "to.txt"],
 *   dirs: { ".": memoryDirectory({ "from.txt": "hello" }) },
 *   stdout: "capture",
 * });
 * assertEquals([result.code, result.reason], [0, "exit"]);
 * ```
 */
export async function run(source: Source, options: RunOptions = {}): Promise<RunResult> {
  const prepared = prepare(options, nameOf(source));
  try {
    const program = await programOf(source, prepared.options);
    const reporter = new Reporter(prepared.options, options.report ? new Collector() : undefined);
    const started = performance.now();
    const outcome = withSignal(await runModule(program, reporter.options), options.signal);
    await handedOn(prepared.options, started);
    return resultOf(outcome, prepared, () => reporter.report(outcome, { granted: grantedBy(options) }));
  } finally {
    prepared.close();
  }
}

/**
 * Runs a program to its end without waiting; the thread is the program's until then.
 *
 * @param source Where the program comes from
 * @param options What it gets
 * @returns How it ended and what it printed
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {Fault} When a directory cannot be opened
 * @throws {TypeError | RangeError} For an option that makes no sense, a stream that is asynchronous, and a module that
 * comes from the web or in text form
 */
export function runSync(source: Source, options: RunOptions): RunResult {
  const prepared = prepare(options, nameOf(source));
  return closing(prepared, () => {
    const program = programOfSync(source, prepared.options);
    const reporter = new Reporter(prepared.options, options.report ? new Collector() : undefined);
    const outcome = runProgramSync(program, reporter.options);
    return resultOf(outcome, prepared, () => reporter.report(outcome, { granted: grantedBy(options) }));
  });
}

/** A run that a signal ended, and not just anybody who lost interest, has that signal's exit code. */
function withSignal(outcome: Ended, abort: AbortSignal | undefined): Ended {
  const why: unknown = abort?.reason;
  if (outcome.reason !== "aborted" || !(why instanceof Killed)) return outcome;
  return { ...outcome, code: why.code, message: why.message, signal: why.signal };
}

/** Waits until a sink of the caller has taken all that the guest wrote, until time is up, or until the signal. */
async function handedOn(
  { stdout, stderr, signal, limits }: RunModuleOptions,
  started: number,
): Promise<void> {
  if (signal?.aborted) return;
  const flushed = Promise.all([stdout.flush?.(), stderr.flush?.()]);
  const late = new Waiters();
  const stop = (): void => late.wake();
  signal?.addEventListener("abort", stop);
  try {
    const remaining = started + (limits?.timeout ?? Infinity) - performance.now();
    await Promise.race([flushed, late.wait(Math.max(0, remaining))]);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

function resultOf(outcome: Ended, { stdout, stderr }: Prepared, report: () => Report): RunResult {
  return new RunResult(outcome, stdout?.bytes() ?? nothing, stderr?.bytes() ?? nothing, report);
}
