/**
 * Running a program in one call, and in the shape of `Deno.Command`.
 *
 * @module
 */
import { Collector } from "../caps/report/collector.ts";
import type { Report } from "../caps/report.ts";
import { Waiters } from "../caps/streams/waiters.ts";
import { closing } from "./deadline.ts";
import type { Outcome, Reason } from "./outcome.ts";
import { grantedBy, Reporter } from "./reporting.ts";
import { runModule, type RunModuleOptions, type RunModuleOutcome } from "./run.ts";
import { runProgramSync } from "./run_sync.ts";
import { prepare, type Prepared, type RunOptions } from "./settings.ts";
import { nameOf, programOf, programOfSync, type Source } from "./source.ts";

const nothing = new Uint8Array(0);

/**
 * How a run ended, and what it printed.
 *
 * @example
 * ```ts
 * import { run } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const result = await run("tests/guests/trap.wasm", { stdout: "null" });
 * assertEquals([result.success, result.reason, result.code], [false, "trap", 134]);
 * ```
 */
export class RunResult implements Outcome {
  /** Why it ended. */
  readonly reason: Reason;
  /** The guest's exit code, or the one that stands for the reason: 124 time, 125 limit, 130 aborted, 134 trap. */
  readonly code: number;
  /** Whether the guest exited with 0. */
  readonly success: boolean;
  /** What happened, for a person, unless the guest simply exited. */
  readonly message?: string;
  /** After a trap: the guest's functions that were being called, the innermost first. */
  readonly stack?: readonly string[];
  /** After an invocation: its results as text. */
  readonly results?: readonly string[];
  /** How many units of fuel it used, when it was metered. */
  readonly fuel?: bigint;
  /** What it wrote to standard output, when that was captured. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** What it wrote to standard error, when that was captured. */
  readonly stderr: Uint8Array<ArrayBuffer>;
  readonly #makeReport: () => Report;
  #report: Report | undefined;

  /**
   * Puts a result together.
   *
   * @param outcome How the run ended
   * @param stdout What was captured of standard output
   * @param stderr What was captured of standard error
   * @param report Makes the report
   */
  constructor(
    outcome: RunModuleOutcome,
    stdout: Uint8Array<ArrayBuffer>,
    stderr: Uint8Array<ArrayBuffer>,
    report: () => Report,
  ) {
    this.reason = outcome.reason;
    this.code = outcome.code;
    this.success = outcome.reason === "exit" && outcome.code === 0;
    this.message = outcome.message;
    this.stack = outcome.stack;
    this.results = outcome.results;
    this.fuel = outcome.fuel;
    this.stdout = stdout;
    this.stderr = stderr;
    this.#makeReport = report;
  }

  /**
   * What the run was granted, was refused and spent; with the option `report` also what it used. Made when it is looked
   * at first.
   */
  get report(): Report {
    return this.#report ??= this.#makeReport();
  }

  /**
   * What was captured of standard output, as a text.
   *
   * @returns The text; bytes that are not UTF-8 become U+FFFD
   */
  stdoutText(): string {
    return new TextDecoder().decode(this.stdout);
  }

  /**
   * What was captured of standard error, as a text.
   *
   * @returns The text; bytes that are not UTF-8 become U+FFFD
   */
  stderrText(): string {
    return new TextDecoder().decode(this.stderr);
  }
}

/**
 * Runs a program to its end. It gets what the options name and nothing else.
 *
 * @param source Where the program comes from
 * @param options What it gets
 * @returns How it ended and what it printed; a non-zero exit code, a trap and a limit are results, not exceptions
 * @throws {UnusableModuleError} For a module that cannot be run
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
    const outcome = await runModule(program, reporter.options);
    await handedOn(prepared.options, started);
    return resultOf(outcome, prepared, () => reporter.report(outcome, { granted: grantedBy(options) }));
  } finally {
    prepared.close();
  }
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

/** Options of a {@linkcode Command}: those of {@linkcode run}, and pipes. */
export interface CommandOptions extends Omit<RunOptions, "stdin" | "stdout" | "stderr" | "signal"> {
  /** What it reads; `"piped"` gives a child a `stdin` to write to. Nothing unless given. */
  readonly stdin?: RunOptions["stdin"] | "piped";
  /** Where its output goes; piped unless given, for {@linkcode Command.spawn} inherited. */
  readonly stdout?: RunOptions["stdout"] | "piped";
  /** Where its messages go; piped unless given, for {@linkcode Command.spawn} inherited. */
  readonly stderr?: RunOptions["stderr"] | "piped";
  /** Ends it from outside. */
  readonly signal?: AbortSignal;
}

/**
 * A program with its options, in the shape of `Deno.Command`.
 *
 * @example
 * ```ts
 * import { Command } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { code, stdout } = new Command("examples/copy/hello.wasm").outputSync();
 * assertEquals([code, new TextDecoder().decode(stdout)], [0, "hello world\n"]);
 * ```
 */
export class Command {
  readonly #source: Source;
  readonly #options: CommandOptions;

  /**
   * Keeps both for later; nothing is read or started yet.
   *
   * @param source Where the program comes from
   * @param options What it gets
   */
  constructor(source: Source, options: CommandOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Runs the program to its end.
   *
   * @returns How it ended and what it printed
   * @throws {TypeError} When its input is to be piped: then it has to be spawned
   */
  output(): Promise<RunResult> {
    return run(this.#source, this.#captured());
  }

  /**
   * Runs the program to its end without waiting; the thread is the program's until then.
   *
   * @returns How it ended and what it printed
   * @throws {TypeError} When its input is to be piped, a stream is asynchronous, or the module comes from the web or
   * in text form
   */
  outputSync(): RunResult {
    const options = this.#captured();
    const prepared = prepare(options, nameOf(this.#source));
    return closing(prepared, () => {
      const program = programOfSync(this.#source, prepared.options);
      const reporter = new Reporter(prepared.options, options.report ? new Collector() : undefined);
      const outcome = runProgramSync(program, reporter.options);
      return resultOf(outcome, prepared, () => reporter.report(outcome, { granted: grantedBy(options) }));
    });
  }

  /**
   * Starts the program. While it waits for a pipe, this thread goes on.
   *
   * @returns The running program
   */
  spawn(): Child {
    return new Child(this.#source, this.#options);
  }

  #captured(): RunOptions {
    const { stdin, stdout = "piped", stderr = "piped" } = this.#options;
    if (stdin === "piped") throw new TypeError('Cannot pipe input into "output()": use "spawn()"');
    const captured = <T>(output: T | "piped"): T | "capture" => output === "piped" ? "capture" : output;
    return { ...this.#options, stdin, stdout: captured(stdout), stderr: captured(stderr) };
  }
}

/**
 * A program that was started by {@linkcode Command.spawn}.
 *
 * @example
 * ```ts
 * import { Command } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const child = new Command("examples/filter/filter.wasm", {
 *   args: ["--upper"],
 *   stdin: "piped",
 *   stdout: "piped",
 * }).spawn();
 * const writer = child.stdin.getWriter();
 * await writer.write(new TextEncoder().encode("hello\n"));
 * await writer.close();
 * assertEquals(await new Response(child.stdout).text(), "HELLO\n");
 * assertEquals((await child.status).code, 0);
 * ```
 */
export class Child {
  /** How it ended, once it has. */
  readonly status: Promise<RunResult>;
  readonly #stdin: WritableStream<Uint8Array> | undefined;
  readonly #stdout: ReadableStream<Uint8Array> | undefined;
  readonly #stderr: ReadableStream<Uint8Array> | undefined;
  readonly #abort = new AbortController();

  /**
   * Starts the program.
   *
   * @param source Where the program comes from
   * @param options What it gets
   */
  constructor(source: Source, options: CommandOptions) {
    const { stdin = "null", stdout = "inherit", stderr = "inherit", signal } = options;
    const input = stdin === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    const output = stdout === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    const errors = stderr === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    this.#stdin = input?.writable;
    this.#stdout = output?.readable;
    this.#stderr = errors?.readable;
    this.status = run(source, {
      ...options,
      stdin: input?.readable ?? (stdin as RunOptions["stdin"]),
      stdout: output?.writable ?? (stdout as RunOptions["stdout"]),
      stderr: errors?.writable ?? (stderr as RunOptions["stderr"]),
      signal: signal === undefined ? this.#abort.signal : AbortSignal.any([signal, this.#abort.signal]),
    });
    // Whoever never asks for the status is not to be ended by it. A pipe that the run did not even take ends here; the
    // others are locked, and have ended.
    this.status.catch((error) => {
      const ends = [
        input?.readable.cancel(error),
        output?.writable.abort(error),
        errors?.writable.abort(error),
      ];
      for (const end of ends) end?.catch(() => {});
    });
  }

  /** What the program reads. Close it to end its input. */
  get stdin(): WritableStream<Uint8Array> {
    return piped(this.#stdin, "stdin");
  }

  /** What the program prints. */
  get stdout(): ReadableStream<Uint8Array> {
    return piped(this.#stdout, "stdout");
  }

  /** What the program says on standard error. */
  get stderr(): ReadableStream<Uint8Array> {
    return piped(this.#stderr, "stderr");
  }

  /** Ends the program, as {@linkcode RunOptions.signal} does. */
  kill(): void {
    this.#abort.abort();
  }
}

function piped<T>(stream: T | undefined, name: string): T {
  if (stream === undefined) throw new TypeError(`Cannot get "${name}": it is not piped`);
  return stream;
}

function resultOf(outcome: RunModuleOutcome, { stdout, stderr }: Prepared, report: () => Report): RunResult {
  return new RunResult(outcome, stdout?.bytes() ?? nothing, stderr?.bytes() ?? nothing, report);
}
