/**
 * Running a program: everything it may touch goes in as objects, how it ended comes out.
 *
 * @module
 */
import { closing } from "../caps/closing.ts";
import type { GuestMemory } from "./abi/memory.ts";
import { loadStopwatch, TimeUp } from "./deadline.ts";
import { Execution, graceOf, mustSuspend, TIMEOUT, whatWaits } from "./execution.ts";
import { checkRations, type Rations } from "./fuel/rations.ts";
import type { GuestOptions } from "./guest.ts";
import type { HostOptions } from "./host/caller.ts";
import type { Invocation, InvocationOf } from "./invocation.ts";
import type { Outcome } from "./outcome.ts";
import { checkLimits, type Limits } from "./limits.ts";
import { loadProgram, type Program, type ProgramOptions } from "./program.ts";
import { stepsOf } from "./steps.ts";

/** What a guest gets, and what becomes of it. */
export interface RunModuleOptions extends GuestOptions, HostOptions {
  /** What the run may not exceed. */
  readonly limits?: Limits;
  /** An export to call in place of `_start`. */
  readonly invoke?: Invocation;
  /**
   * Ends the guest from outside: at once while it waits or computes. If its program was loaded before without being
   * metered, then not while it computes, but at its next read, write, poll or yield, or call of a socket.
   */
  readonly signal?: AbortSignal;
  /** How it is given its fuel: a slice at a time, and when. It is metered then, whether or not its fuel is limited. */
  readonly rations?: Rations;
  /**
   * How many threads it may start, so many at once, 0 to 1024; none unless given. A thread that computes when the
   * program ends, however it does, goes on until its next call, and one that waits for another thread stays, both at
   * most until the process ends: no limit of time holds for them. Limits of memory and tables hold for the shared memory
   * and for the tables of each thread.
   */
  readonly threads?: number;
  /**
   * Whether the caller ends the process when the program has ended: then nothing has to let go of threads that go on, and
   * they start sooner.
   */
  readonly endsProcess?: boolean;
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
 * @throws {TypeError | RangeError} For limits or rations that make no sense
 *
 * @example
 * ```ts
 * import { captureOutput, nullInput, runModule, systemClocks, systemRandom } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const stdout = captureOutput();
 * const outcome = await runModule(await Deno.readFile("examples/copy/hello.wasm"), {
 *   args: ["hello"],
 *   env: {},
 *   preopens: [],
 *   stdin: nullInput(),
 *   stdout,
 *   stderr: stdout,
 *   clocks: systemClocks(),
 *   random: systemRandom(),
 * });
 * assertEquals([outcome.code, stdout.text()], [0, "hello world\n"]);
 * ```
 */
export async function runModule(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program,
  options: RunModuleOptions,
): Promise<RunModuleOutcome> {
  options = { ...options, limits: checkLimits(options.limits) };
  checkRations(options.rations);
  if (options.threads !== undefined) {
    const outcome = await (await import("./threads.ts")).runThreads(source, options);
    if (outcome !== undefined) return outcome;
    return await runModule(await plainly(source, options), { ...options, threads: undefined });
  }
  const program = isProgram(source) ? source : await loadProgram(source, compileOptionsOf(options));
  // What reads types is loaded only for a call that needs them.
  const call = options.invoke && (await import("./invoke.ts")).argumentsOf(program, options.invoke);
  if (!mustSuspend(options)) return runAtOnce(program, options, call);
  const run = new Execution(program, options, "suspending");
  try {
    const steps = stepsOf(run.instance, call);
    run.begin();
    let result: unknown;
    for (const { call: next, args } of steps) {
      if (run.guest.ended) break;
      result = await run.instance.call(next, args);
    }
    return run.returned(result);
  } catch (error) {
    return run.threw(error);
  } finally {
    run.close();
  }
}

/** A program that starts no threads, compiled as any other is: where it may be suspended, that takes a meter. */
async function plainly(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program,
  options: RunModuleOptions,
): Promise<Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program> {
  const { metered } = compileOptionsOf({ ...options, threads: undefined });
  if (!isProgram(source) || !metered || source.metered || source.bytes === undefined) return source;
  const { maxMemory, maxTableEntries } = source;
  return await loadProgram(source.bytes, { maxMemory, maxTableEntries, metered });
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
  const waited = whatWaits(options);
  if (waited !== undefined) throw new TypeError(`Cannot run synchronously with ${waited}`);
  const timeout = options.limits?.timeout;
  const stopwatch = timeout === undefined ? undefined : loadStopwatch();
  const run = executionInTime(program, options);
  if (run === undefined) return TIMEOUT;
  return closing(run, () => {
    try {
      const steps = stepsOf(run.instance, call);
      run.begin();
      const all = (): unknown => {
        let result: unknown;
        for (const { call, args } of steps) result = run.instance.call(call, args);
        return result;
      };
      return run.returned(stopwatch === undefined ? all() : stopwatch(timeout! + graceOf(options), all));
    } catch (error) {
      return run.threw(error);
    }
  });
}

/** A guest in its instance, unless making that took all of its time. */
function executionInTime(program: Program, options: RunModuleOptions): Execution | undefined {
  try {
    return new Execution(program, options, "sync");
  } catch (error) {
    if (error instanceof TimeUp) return undefined;
    throw error;
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
  const counted = fuel !== undefined || options.rations !== undefined;
  // Nothing but its own fuel stops a guest that computes after it was suspended. Threads are not.
  const interruptible = !options.threads && mustSuspend(options) &&
    (timeout !== undefined || options.signal !== undefined);
  return { maxMemory: memory, maxTableEntries: tableEntries, metered: counted || interruptible };
}

/**
 * Whether something is a program that was loaded before.
 *
 * @param source Anything a program can come from
 * @returns `true` if it is
 */
export function isProgram(source: unknown): source is Program {
  return typeof source === "object" && source !== null && "module" in source;
}
