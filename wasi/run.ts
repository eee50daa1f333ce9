/**
 * Running a program: everything it may touch goes in as objects, how it ended comes out.
 *
 * @module
 */
import type { OutputStream } from "../caps/stream.ts";
import { limitedOutput, type OutputEnds } from "../caps/streams/limited.ts";
import { loadStopwatch, type Stopwatch, TimeUp } from "./deadline.ts";
import { Guest, type GuestOptions } from "./guest.ts";
import { type GuestFunction, Instance, type Mode } from "./instance.ts";
import { argumentsOf, type Invocation, resultTexts } from "./invoke.ts";
import type { ImportTable } from "./link.ts";
import { ExitCode, type Outcome, outcomeOfTrap } from "./outcome.ts";
import { loadProgram, type Program } from "./program.ts";
import { unwind } from "./unwind.ts";
import { UnusableModuleError } from "./unusable.ts";

/** What a run may not exceed. Nothing given means no limit. */
export interface Limits {
  /** Bytes of standard output and error together, 0 or more. */
  readonly output?: number;
  /** Milliseconds from the guest's first instruction to its last, more than 0. */
  readonly timeout?: number;
  /** Bytes of all memories of the instance together. */
  readonly memory?: number;
  /** Entries of all tables of the instance together. */
  readonly tableEntries?: number;
}

/** What a guest gets, and what becomes of it. */
export interface RunModuleOptions extends GuestOptions {
  /** What the run may not exceed. */
  readonly limits?: Limits;
  /** An export to call in place of `_start`. */
  readonly invoke?: Invocation;
  /** Modules of functions offered besides the system interface, by name. */
  readonly modules?: ReadonlyMap<string, ImportTable>;
  /** Ends the guest from outside: at its next call of the host, or at once while it waits in one. */
  readonly signal?: AbortSignal;
  /** Whether the guest is ended, as by `SIGPIPE`, when it writes to an output that nobody reads any more. */
  readonly endOnClosedPipe?: boolean;
  /** Called when all is ready, right before the first instruction of the guest. */
  readonly beforeStart?: () => void;
}

/** How a run ended, and what an invoked function returned. */
export interface RunModuleOutcome extends Outcome {
  /** After an invocation: its results as text. */
  readonly results?: readonly string[];
}

/**
 * Runs a program to its end: its start function, then `_start`; or `_initialize` and an invoked export.
 *
 * @param source The bytes of a module, binary or text, or a program loaded before
 * @param options What the guest gets
 * @returns How it ended; a non-zero exit code, a trap and a limit are results, not exceptions
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {InvocationError} For an invocation that does not fit
 */
export async function runModule(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program,
  options: RunModuleOptions,
): Promise<RunModuleOutcome> {
  const { limits = {} } = options;
  const program = await programOf(source, limits);
  const stopwatch = limits.timeout === undefined ? undefined : await loadStopwatch();
  const run = new Run(options);
  try {
    const mode = modeOf(options);
    const instance = new Instance(program, run.guest, mode, options.modules);
    const steps = stepsOf(instance, options.invoke);
    options.beforeStart?.();
    if (limits.timeout !== undefined) run.guest.deadline = performance.now() + limits.timeout;
    try {
      const result = mode === "sync"
        ? callAll(instance, steps, stopwatch, limits.timeout)
        : await waitForAll(instance, steps);
      return { ...run.end(), results: options.invoke === undefined ? undefined : resultTexts(result) };
    } catch (error) {
      return run.endBy(error);
    }
  } finally {
    run.close();
  }
}

/** A guest, and what may end it from outside. */
class Run {
  readonly guest: Guest;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void =>
    this.#stop({ reason: "aborted", code: ExitCode.interrupted, message: "Aborted" });
  #stopped: Outcome | undefined;

  constructor(options: RunModuleOptions) {
    const { limits, signal, endOnClosedPipe } = options;
    const allowance = { left: limits?.output ?? Infinity };
    const ends: OutputEnds = {
      exceeded: () => {
        const message = `Output limit of ${limits?.output} bytes reached`;
        this.#stop({ reason: "limit", code: ExitCode.limit, message });
        unwind();
      },
      closed: () => {
        if (!endOnClosedPipe) return;
        this.#stop({ reason: "exit", code: ExitCode.closedPipe });
        unwind();
      },
    };
    const guarded = limits?.output !== undefined || endOnClosedPipe === true;
    const output = (stream: OutputStream): OutputStream =>
      guarded ? limitedOutput(stream, allowance, ends) : stream;
    const { stdout, stderr } = options;
    this.guest = new Guest({ ...options, stdout: output(stdout), stderr: output(stderr) });
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    signal?.addEventListener("abort", this.#abort);
  }

  /** How a guest ended that returned: a `catch_all` of its own cannot undo an exit or a limit. */
  end(): Outcome {
    const { guest } = this;
    if (this.#stopped !== undefined) return this.#stopped;
    if (guest.timedOut) return TIMEOUT;
    if (guest.failure !== undefined) throw guest.failure;
    return { reason: "exit", code: guest.exitCode ?? 0 };
  }

  /** How a guest ended that threw. */
  endBy(error: unknown): Outcome {
    const { guest } = this;
    if (guest.ended || guest.failure !== undefined) return this.end();
    if (error instanceof TimeUp) return TIMEOUT;
    const outcome = outcomeOfTrap(error);
    if (outcome === undefined) throw error;
    return outcome;
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.guest.close();
  }

  #stop(outcome: Outcome): void {
    this.#stopped ??= outcome;
    this.guest.end();
  }
}

const TIMEOUT: Outcome = { reason: "timeout", code: ExitCode.timeout, message: "Time limit reached" };

async function programOf(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program,
  limits: Limits,
): Promise<Program> {
  if (!(source instanceof Uint8Array) && "module" in source) return source;
  return await loadProgram(source, { maxMemory: limits.memory, maxTableEntries: limits.tableEntries });
}

/** One stream that cannot block is enough to let the guest be suspended. */
function modeOf({ stdin, stdout, stderr, preopens }: RunModuleOptions): Mode {
  const streams = [stdin, stdout, stderr].some((stream) => stream.asynchronous);
  return streams || preopens.some((preopen) => "listener" in preopen) ? "suspending" : "sync";
}

interface Step {
  readonly call: GuestFunction;
  readonly args: unknown[];
}

function stepsOf(instance: Instance, invoke: Invocation | undefined): Step[] {
  const steps: Step[] = [];
  const { program } = instance;
  if (program.startExport !== undefined) steps.push({ call: instance.find(program.startExport)!, args: [] });
  const initialize = instance.find("_initialize");
  if (initialize !== undefined) steps.push({ call: initialize, args: [] });
  if (invoke !== undefined) {
    const args = argumentsOf(program, invoke);
    steps.push({ call: instance.find(invoke.name)!, args });
    return steps;
  }
  const start = instance.find("_start");
  if (start !== undefined) steps.push({ call: start, args: [] });
  if (steps.length === 0) {
    throw new UnusableModuleError(
      'The module exports neither "_start" nor "_initialize": there is nothing to run',
    );
  }
  return steps;
}

function callAll(
  instance: Instance,
  steps: readonly Step[],
  stopwatch: Stopwatch | undefined,
  timeout: number | undefined,
): unknown {
  const all = (): unknown => {
    let result: unknown;
    for (const { call, args } of steps) result = instance.call(call, args);
    return result;
  };
  return stopwatch === undefined ? all() : stopwatch(timeout!, all);
}

async function waitForAll(instance: Instance, steps: readonly Step[]): Promise<unknown> {
  let result: unknown;
  for (const { call, args } of steps) result = await instance.call(call, args);
  return result;
}
