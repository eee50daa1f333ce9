/**
 * Modules that have their initialization behind them: run once, saved as a module, started from there every time after.
 *
 * @module
 */
import { mustBeBytes, mustBeText } from "../../caps/checks.ts";
import { kindOfBytes } from "../binary/kind.ts";
import { describeModule } from "../binary/describe.ts";
import { compileProgram } from "../compile.ts";
import { loadStopwatch } from "../deadline.ts";
import type { Descriptor } from "../descriptor.ts";
import { Execution, mustSuspend } from "../execution.ts";
import type { Outcome } from "../outcome.ts";
import type { RunModuleOptions } from "../run.ts";
import { mustNotHave } from "../granted.ts";
import { type Input, type Output, prepare, type RunOptions } from "../settings.ts";
import { parseText } from "../text.ts";
import { asUnusable, UnusableModuleError } from "../unusable.ts";
import { SnapshotError } from "./error.ts";
import { frozenModule } from "./frozen_module.ts";
import { captureInstance } from "./instance_state.ts";
import { reachState } from "./shape.ts";

/**
 * What an initialization gets. All of it happens at once: it can have no stream and no host function that has to be
 * waited for.
 */
export interface PreinitializeOptions
  extends Omit<RunOptions, "invoke" | "listeners" | "report" | "signal" | "stdin" | "stdout" | "stderr"> {
  /** What it reads; nothing unless given. */
  readonly stdin?: Exclude<Input, ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>>;
  /** Where its output goes; to this process's own unless given. */
  readonly stdout?: Exclude<Output, WritableStream<Uint8Array>>;
  /** Where its messages go; to this process's own unless given. */
  readonly stderr?: Exclude<Output, WritableStream<Uint8Array>>;
  /**
   * The export that initializes, after the start function and `_initialize`; `wizer.initialize` or `wizer-initialize`
   * unless given, if there is one of them.
   */
  readonly initializer?: string;
}

/** What only a run can have: nobody could give a signal, and no client come, while the thread is the guest's. */
const FOR_RUNS = ["invoke", "listeners", "report", "signal"] as const;

/** Initializers that are known by their names. */
const KNOWN = ["wizer.initialize", "wizer-initialize"] as const;

/**
 * Initializes a module and writes a module that begins where that one ended. The new one has no start function and none
 * of the exports that initialized it; it runs anywhere, and needs no grant that only the initialization needed.
 *
 * What the guest got of time, randomness, variables and files is in the new module for good.
 *
 * @param source The bytes of the module, binary or text
 * @param options What the initialization gets
 * @returns The new module
 * @throws {TypeError} For a stream or host function that has to be waited for, and for what only a run can have
 * @throws {TypeError | RangeError} For an option that makes no sense, and for something else than bytes
 * @throws {UnusableModuleError} For a module that cannot be run, that has nothing to initialize it, or whose
 * initialization does not come through: it crashes, exits or reaches a limit
 * @throws {SnapshotError} `"unsupported"` for state that a module cannot begin with: an open file, memory that
 * is imported
 *
 * @example
 * ```ts
 * import { Command, preinitialize } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const module = await preinitialize(new TextEncoder().encode(`(module
 *   (global $answer (mut i32) (i32.const 0))
 *   (func (export "_initialize") (global.set $answer (i32.const 42)))
 *   (func (export "answer") (result i32) (global.get $answer)))`));
 * const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
 * assertEquals(Object.keys(exports), ["answer"]);
 * assertEquals((exports.answer as () => number)(), 42);
 * ```
 */
export async function preinitialize(
  source: Uint8Array<ArrayBufferLike>,
  options: PreinitializeOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  mustNotHave(options, FOR_RUNS, "An initialization");
  const { initializer, ...given } = options;
  if (initializer !== undefined) mustBeText(initializer, "initializer");
  mustBeBytes(source, "source");
  const bytes = kindOfBytes(source) === "text" ? await parseText(source) : new Uint8Array(source);
  const prepared = prepare(given, "program.wasm");
  try {
    return preinitializeWith(bytes, prepared.options, initializer);
  } finally {
    prepared.close();
  }
}

/**
 * Initializes a module, as {@linkcode preinitialize}, with capabilities that are there already.
 *
 * @param bytes The module in the binary format
 * @param options What the guest gets, and may not exceed
 * @param initializer The export that initializes
 * @returns The new module
 * @throws As {@linkcode preinitialize}
 */
export function preinitializeWith(
  bytes: Uint8Array<ArrayBuffer>,
  options: RunModuleOptions,
  initializer?: string,
): Uint8Array<ArrayBuffer> {
  if (mustSuspend(options)) {
    throw new TypeError("An initialization cannot wait: give it streams and host functions that do not");
  }
  const { memory, tableEntries, fuel, timeout } = options.limits ?? {};
  try {
    const initializers = initializersOf(bytes, initializer);
    const { bytes: reachable, shape } = reachState(bytes);
    const program = compileProgram(reachable, {
      maxMemory: memory,
      maxTableEntries: tableEntries,
      metered: fuel !== undefined,
    });
    const names = [...program.startExport === undefined ? [] : [program.startExport], ...initializers];
    if (names.length === 0) {
      throw new UnusableModuleError(
        'The module has nothing that initializes it: it exports no "_initialize"',
      );
    }
    const run = new Execution(program, options, "sync");
    try {
      const { instance, guest } = run;
      const before = guest.descriptors.entries();
      const fresh = captureInstance(shape, instance.exports);
      const outcome = initialize(run, names, timeout);
      if (outcome.reason !== "exit" || guest.ended) throw failureOf(outcome);
      refuseChanged(before, guest.descriptors.entries());
      return frozenModule(bytes, fresh, captureInstance(shape, instance.exports), initializers);
    } finally {
      run.close();
    }
  } catch (error) {
    throw asUnusable(error);
  }
}

function initializersOf(bytes: Uint8Array<ArrayBuffer>, asked: string | undefined): string[] {
  const { exports } = describeModule(bytes);
  const isInitializer = (name: string): boolean => {
    const type = exports.find((entry) => entry.name === name)?.type;
    return type?.kind === "function" && type.params.length === 0 && type.results.length === 0;
  };
  if (asked !== undefined && !isInitializer(asked)) {
    throw new UnusableModuleError(`The module exports no function "${asked}" without parameters and results`);
  }
  const last = asked ?? KNOWN.find(isInitializer);
  return ["_initialize", ...last === undefined || last === "_initialize" ? [] : [last]].filter(isInitializer);
}

function initialize(run: Execution, names: readonly string[], timeout: number | undefined): Outcome {
  const stopwatch = timeout === undefined ? undefined : loadStopwatch();
  const all = (): void => {
    for (const name of names) run.instance.find(name)!();
  };
  try {
    run.begin();
    if (stopwatch === undefined) all();
    else stopwatch(timeout!, all);
    return run.returned(undefined);
  } catch (error) {
    return run.threw(error);
  }
}

function failureOf({ reason, code, message }: Outcome): UnusableModuleError {
  if (reason === "exit") return new UnusableModuleError(`The initialization exited with ${code}`);
  if (reason === "trap") return new UnusableModuleError(`The initialization crashed: ${message}`);
  return new UnusableModuleError(`The initialization was ended: ${message}`);
}

/** A module begins with what it is granted then, and nothing else. */
function refuseChanged(
  before: readonly [number, Descriptor][],
  after: readonly [number, Descriptor][],
): void {
  const opened = after.find(([fd, descriptor]) => before[fd]?.[1] !== descriptor);
  if (opened !== undefined) {
    throw new SnapshotError(
      "unsupported",
      `The initialization leaves descriptor ${opened[0]} open: no module begins so`,
    );
  }
  if (after.length < before.length) {
    throw new SnapshotError("unsupported", "The initialization has closed a descriptor: no module begins so");
  }
}
