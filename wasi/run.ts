/**
 * Running a program: everything it may touch goes in as objects, how it ended comes out.
 *
 * @module
 */
import type { OutputStream } from "../caps/stream.ts";
import { limitedOutput, type OutputEnds } from "../caps/streams/limited.ts";
import type { GuestMemory } from "./abi/memory.ts";
import { loadStopwatch, TimeUp } from "./deadline.ts";
import { FUEL_MODULE } from "./fuel/names.ts";
import { rationing, type Rations } from "./fuel/rations.ts";
import { Fuel } from "./fuel/tank.ts";
import { Guest, type GuestOptions } from "./guest.ts";
import { GuestCaller, type HostOptions } from "./host/caller.ts";
import { Instance, type Mode } from "./instance.ts";
import { type Invocation, type InvocationOf, resultTexts } from "./invocation.ts";
import type { ImportTable } from "./link.ts";
import { ExitCode, type Outcome, outcomeOfTrap } from "./outcome.ts";
import { loadProgram, type Program, type ProgramOptions } from "./program.ts";
import { type Step, stepsOf } from "./steps.ts";
import { unwind } from "./unwind.ts";

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
  /** What it may compute, in units of fuel, about one for an instruction; see `wasi/fuel.ts`. */
  readonly fuel?: number | bigint;
}

/** What a guest gets, and what becomes of it. */
export interface RunModuleOptions extends GuestOptions, HostOptions {
  /** What the run may not exceed. */
  readonly limits?: Limits;
  /** An export to call in place of `_start`. */
  readonly invoke?: Invocation;
  /**
   * Ends the guest from outside: at once while it waits or computes, unless its program was loaded before without
   * being metered; then at its next call of the host.
   */
  readonly signal?: AbortSignal;
  /** How a metered guest is given its fuel. */
  readonly rations?: Rations;
  /** Whether the guest is ended, as by `SIGPIPE`, when it writes to an output that nobody reads any more. */
  readonly endOnClosedPipe?: boolean;
  /**
   * Called when all is ready, right before the first instruction of the guest.
   *
   * @param memory The guest's memory
   */
  readonly beforeStart?: (memory: GuestMemory) => void;
  /**
   * Called when the guest has ended, however it did.
   *
   * @param memory Bytes of memory that it had
   */
  readonly afterEnd?: (memory: number) => void;
}

/** How a run ended, and what an invoked function returned. */
export interface RunModuleOutcome extends Outcome {
  /** After an invocation: its results as text. */
  readonly results?: readonly string[];
  /** How many units of fuel it used, when it was metered. */
  readonly fuel?: bigint;
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
  const program = isProgram(source) ? source : await loadProgram(source, compileOptionsOf(options));
  // What reads types is loaded only for a call that needs them.
  const call = options.invoke && (await import("./invoke.ts")).argumentsOf(program, options.invoke);
  if (!mustSuspend(options)) return runAtOnce(program, options, call);
  const run = new Run(program, options, "suspending");
  try {
    let result: unknown;
    for (const { call: next, args } of run.begin(call)) result = await run.instance.call(next, args);
    return run.returned(result);
  } catch (error) {
    return run.threw(error);
  } finally {
    run.close();
  }
}

/**
 * Runs a program to its end while the thread waits.
 *
 * @param program The program
 * @param options What the guest gets; no stream may be asynchronous
 * @param call What to call in place of `_start`, with values that fit
 * @returns How it ended
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {TypeError} When a stream is asynchronous
 */
export function runAtOnce(
  program: Program,
  options: RunModuleOptions,
  call: InvocationOf<unknown> | undefined,
): RunModuleOutcome {
  if (mustSuspend(options)) {
    throw new TypeError("Cannot run synchronously with a stream that is asynchronous");
  }
  const timeout = options.limits?.timeout;
  const stopwatch = timeout === undefined ? undefined : loadStopwatch();
  const run = new Run(program, options, "sync");
  try {
    const steps = run.begin(call);
    const all = (): unknown => {
      let result: unknown;
      for (const { call, args } of steps) result = run.instance.call(call, args);
      return result;
    };
    return run.returned(stopwatch === undefined ? all() : stopwatch(timeout!, all));
  } catch (error) {
    return run.threw(error);
  } finally {
    run.close();
  }
}

/**
 * What a program has to be compiled with, so that the limits of a run hold.
 *
 * @param options What the guest gets
 * @returns Options for {@linkcode loadProgram}
 */
export function compileOptionsOf(options: RunModuleOptions): ProgramOptions {
  const { memory, tableEntries, fuel, timeout } = options.limits ?? {};
  // Nothing but its own fuel stops a guest that computes after it was suspended.
  const interruptible = mustSuspend(options) && (timeout !== undefined || options.signal !== undefined);
  return { maxMemory: memory, maxTableEntries: tableEntries, metered: fuel !== undefined || interruptible };
}

function isProgram(source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program): source is Program {
  return !(source instanceof Uint8Array) && "module" in source;
}

/**
 * Whether the guest has to be suspended while it waits, so that others go on: one stream that cannot block is enough, one
 * host function that waits, or a signal, which nobody could give if the thread were the guest's.
 */
function mustSuspend({ stdin, stdout, stderr, preopens, host, signal }: RunModuleOptions): boolean {
  const streams = [stdin, stdout, stderr].some((stream) => stream.asynchronous);
  return streams || signal !== undefined || (host ?? []).some(({ waits }) => waits) ||
    preopens.some((preopen) => "listener" in preopen);
}

/** A guest, and what may end it from outside. */
class Run {
  readonly instance: Instance;
  readonly #guest: Guest;
  readonly #options: RunModuleOptions;
  readonly #abort = (): void =>
    this.#stop({ reason: "aborted", code: ExitCode.interrupted, message: "Aborted" });
  #fuel: Fuel | undefined;
  #stopped: Outcome | undefined;

  constructor(program: Program, options: RunModuleOptions, mode: Mode) {
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
    this.#options = options;
    const beforeCall = this.#beforeCall(options);
    this.#guest = new Guest({ ...options, beforeCall, stdout: output(stdout), stderr: output(stderr) });
    try {
      this.#guest.suspending = mode === "suspending";
      const caller = new GuestCaller(this.#guest, options);
      const tables = caller.tables();
      if (program.metered) {
        this.#fuel = new Fuel({ limit: limits?.fuel, slice: options.rations?.slice });
        tables.set(FUEL_MODULE, this.#rationing(this.#fuel, mode));
      }
      this.instance = new Instance(program, this.#guest, mode, tables);
      this.#fuel?.attach(this.instance);
      caller.exports = this.instance.exports;
    } catch (error) {
      this.#guest.close();
      throw error;
    }
    if (signal?.aborted) this.#abort();
    signal?.addEventListener("abort", this.#abort);
  }

  /** The calls to make; the guest's time begins. */
  begin(call: InvocationOf<unknown> | undefined): Step[] {
    const steps = stepsOf(this.instance, call);
    this.#options.beforeStart?.(this.#guest.memory);
    const timeout = this.#options.limits?.timeout;
    if (timeout !== undefined) this.#guest.deadline = performance.now() + timeout;
    return steps;
  }

  /** How a guest ended that returned: a `catch_all` of its own cannot undo an exit or a limit. */
  returned(result: unknown): RunModuleOutcome {
    const outcome = this.#withFuel(this.#end());
    if (this.#options.invoke === undefined) return outcome;
    return { ...outcome, results: resultTexts(result) };
  }

  /** How a guest ended that threw. */
  threw(error: unknown): RunModuleOutcome {
    if (this.#guest.ended) return this.#withFuel(this.#end());
    if (error instanceof TimeUp) return this.#withFuel(TIMEOUT);
    const outcome = outcomeOfTrap(error);
    if (outcome === undefined) throw error;
    return this.#withFuel(outcome);
  }

  close(): void {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#options.afterEnd?.(this.#guest.memory.size);
    this.#guest.close();
  }

  #end(): Outcome {
    const { timedOut, failure, exitCode } = this.#guest;
    if (this.#stopped !== undefined) return this.#stopped;
    if (timedOut) return TIMEOUT;
    if (failure !== undefined) throw failure;
    return { reason: "exit", code: exitCode ?? 0 };
  }

  #withFuel(outcome: Outcome): RunModuleOutcome {
    return this.#fuel === undefined ? outcome : { ...outcome, fuel: this.#fuel.used };
  }

  /** A guest that has had its turn asks for fuel, and so waits for its next turn, right after the call. */
  #beforeCall({ beforeCall, rations }: RunModuleOptions): (() => void) | undefined {
    const overdue = rations?.overdue;
    if (overdue === undefined) return beforeCall;
    return () => {
      beforeCall?.();
      if (overdue()) this.#fuel?.recall();
    };
  }

  #rationing(fuel: Fuel, mode: Mode): ImportTable {
    const { rations, signal } = this.#options;
    const ordinary = signal === undefined ? undefined : eventLoopTurn;
    const turn = mode === "suspending" ? rations?.turn ?? ordinary : undefined;
    return rationing(
      this.#guest,
      fuel,
      turn,
      ({ message }) => this.#stop({ reason: "limit", code: ExitCode.limit, message }),
    );
  }

  #stop(outcome: Outcome): void {
    this.#stopped ??= outcome;
    this.#guest.end();
  }
}

const TIMEOUT: Outcome = { reason: "timeout", code: ExitCode.timeout, message: "Time limit reached" };

/** Lets everything else that is due have its turn: without that no signal arrives while a guest computes. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
