/**
 * Programs with threads: each runs in a Worker with an instance of its own, all share one memory, and the calls of all
 * are answered here, one after the other, so that they share descriptors and limits too.
 *
 * @see {@link https://github.com/WebAssembly/wasi-threads}
 * @module
 */
import { MOST_THREADS } from "../caps/threads.ts";
import { Errno } from "./abi/errno.ts";
import { Execution } from "./execution.ts";
import type { HostModule } from "./host_functions.ts";
import { importTable } from "./link.ts";
import { loadProgram, type Program } from "./program.ts";
import type { Import } from "./preview1/call.ts";
import { isProgram, type RunModuleOptions, type RunModuleOutcome } from "./run.ts";
import { type Step, stepsOf } from "./steps.ts";
import type { Said, ThreadImport, ThreadStep } from "./threads/body.ts";
import { isSpawn, SPAWN, THREAD_ENTRY, THREADS_MODULE } from "./threads/names.ts";
import { mustSuitThreads } from "./threads/suitable.ts";
import { Thread } from "./threads/thread.ts";
import { UnusableModuleError } from "./unusable.ts";
import { LONGEST_WAIT } from "./waiter.ts";

/**
 * Runs a program that starts threads, until its first one returns, or any of them exits or traps.
 *
 * @param source The bytes of a module, binary or text, or a program loaded before
 * @param options What the guest gets, how many threads among it
 * @returns How it ended; `undefined` for a program that starts no threads, which has not been run
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {TypeError} For options that a program with threads cannot have: fuel, host functions, an invocation
 * @throws {RangeError} For a number of threads that makes no sense
 */
export async function runThreads(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module | Program,
  options: RunModuleOptions,
): Promise<RunModuleOutcome | undefined> {
  const most = options.threads ?? 0;
  if (!Number.isInteger(most) || most < 0 || most > MOST_THREADS) {
    throw new RangeError(`Cannot allow ${most} threads: give a whole number from 0 to ${MOST_THREADS}`);
  }
  const { memory: maxMemory, tableEntries: maxTableEntries } = options.limits ?? {};
  const program = isProgram(source) ? source : await loadProgram(source, { maxMemory, maxTableEntries });
  const asked = WebAssembly.Module.imports(program.module);
  if (most === 0 || !asked.some(({ module, name }) => isSpawn(module, name))) return undefined;
  mustSuit(program, options);
  const threads = new Threads(program, options, most);
  try {
    return await threads.run();
  } finally {
    threads.close();
  }
}

function mustSuit({ bytes, metered }: Program, { host, invoke, limits, rations }: RunModuleOptions): void {
  if (host !== undefined && host.length > 0) {
    throw new TypeError("Cannot offer functions to a program with threads");
  }
  if (invoke !== undefined) throw new TypeError("Cannot call an export of a program with threads");
  if (metered || limits?.fuel !== undefined || rations !== undefined) {
    throw new TypeError("Cannot meter a program with threads");
  }
  // A module that came compiled imports no memory, or it would have been refused.
  if (bytes === undefined) throw new UnusableModuleError("A program with threads has to come as its bytes");
  mustSuitThreads(bytes);
}

/** The threads of one run, and what they have in common. */
class Threads {
  readonly #program: Program;
  readonly #execution: Execution;
  readonly #options: RunModuleOptions;
  readonly #imports: ThreadImport[];
  readonly #functions: Import[];
  readonly #memory: WebAssembly.Memory;
  /** What comes before a thread's own function in each instance. */
  readonly #initial: ThreadStep[];
  readonly #most: number;
  readonly #running = new Set<Thread>();
  readonly #ended = Promise.withResolvers<RunModuleOutcome>();
  readonly #aborted = (): void => this.#end(() => this.#execution.returned(undefined));
  #last = 0;

  constructor(program: Program, options: RunModuleOptions, most: number) {
    this.#program = program;
    this.#options = options;
    this.#most = most;
    const spawning: HostModule = {
      name: THREADS_MODULE,
      waits: false,
      bind: () => importTable([[SPAWN, (argument: number) => this.#spawn(argument)]]),
    };
    // The instance that is made here runs nothing: it shows what the module exports, and that it can be linked.
    this.#execution = new Execution(program, { ...options, host: [spawning] }, "remote");
    const { imports } = this.#execution.instance;
    const asked = WebAssembly.Module.imports(program.module);
    this.#imports = asked.map(({ module, name, kind }) => ({ module, name, isMemory: kind === "memory" }));
    this.#functions = asked.map(({ module, name }) => imports[module]![name] as Import);
    const { module, name } = program.importedMemories[0]!;
    this.#memory = imports[module]![name] as WebAssembly.Memory;
    this.#initial = program.startExport === undefined ? [] : [{ name: program.startExport, args: [] }];
  }

  /** Starts the first thread. */
  async run(): Promise<RunModuleOutcome> {
    const { instance, guest } = this.#execution;
    const steps = stepsOf(instance, undefined);
    const { signal, limits } = this.#options;
    this.#execution.begin();
    if (guest.ended) return this.#execution.returned(undefined);
    signal?.addEventListener("abort", this.#aborted);
    const timer = this.#limitTime(limits?.timeout ?? Infinity);
    try {
      this.#start(steps, () => this.#end(() => this.#execution.returned(undefined)));
      return await this.#ended.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", this.#aborted);
    }
  }

  /** Ends all threads, and closes what they had open. */
  close(): void {
    for (const thread of this.#running) thread.end();
    this.#execution.close();
  }

  #limitTime(milliseconds: number): ReturnType<typeof setTimeout> | undefined {
    if (milliseconds === Infinity) return undefined;
    const { guest } = this.#execution;
    return setTimeout(() => {
      guest.timedOut = true;
      guest.end();
      this.#aborted();
    }, Math.min(milliseconds, LONGEST_WAIT));
  }

  /** The call by which a guest starts a thread: its number, or an error number below 0. */
  #spawn(argument: number): number {
    if (this.#running.size > this.#most) return -Errno.EAGAIN;
    const id = ++this.#last;
    this.#start([...this.#initial, { name: THREAD_ENTRY, args: [id, argument] }], () => {});
    return id;
  }

  #start(steps: readonly (ThreadStep | Step)[], returned: () => void): void {
    const start = {
      module: this.#program.module,
      memory: this.#memory,
      imports: this.#imports,
      steps: steps.map(({ name, args }) => ({ name, args })),
    };
    const said = (thread: Thread, what: Said): void => {
      if ("call" in what) return this.#answer(thread, this.#functions[what.call]!, what.values);
      this.#running.delete(thread);
      thread.end();
      const { thrown } = what;
      if (thrown === undefined) return returned();
      const trap = Object.assign(new WebAssembly.RuntimeError(thrown.message), { stack: thrown.stack });
      this.#end(() => this.#execution.threw(trap));
    };
    const failed = (message: string): void =>
      this.#end(() => {
        throw new Error(`A thread cannot be started: ${message}`);
      });
    this.#running.add(new Thread(start, { said, failed }, this.#options.endsProcess === true));
  }

  #answer(thread: Thread, call: Import, values: (number | bigint)[]): void {
    const failed = (error: unknown): void => this.#end(() => this.#execution.threw(error));
    try {
      const result = call(...values);
      if (typeof result === "number") thread.answer(result);
      else result.then((number) => thread.answer(number), failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Ends the run; only the first end counts. */
  #end(outcome: () => RunModuleOutcome): void {
    try {
      this.#ended.resolve(outcome());
    } catch (error) {
      this.#ended.reject(error);
    }
  }
}
