/**
 * Modules that have their initialization behind them: run once, saved as a module, started from there every time after.
 *
 * @module
 */
import { kindOfBytes } from "../binary/kind.ts";
import { describeModule } from "../binary/describe.ts";
import { compileProgram } from "../compile.ts";
import { loadStopwatch, TimeUp } from "../deadline.ts";
import type { Descriptor } from "../descriptor.ts";
import { Guest, type GuestOptions } from "../guest.ts";
import { Instance } from "../instance.ts";
import { outcomeOfTrap } from "../outcome.ts";
import { prepare, type RunOptions } from "../settings.ts";
import { parseText } from "../text.ts";
import { asUnusable, UnusableModuleError } from "../unusable.ts";
import { SnapshotError } from "./error.ts";
import { frozenModule } from "./frozen_module.ts";
import { captureInstance } from "./instance_state.ts";
import { reachState } from "./shape.ts";

/** What an initialization gets. */
export interface PreinitializeOptions extends Omit<RunOptions, "invoke" | "signal"> {
  /**
   * The export that initializes, after the start function and `_initialize`; `wizer.initialize` or `wizer-initialize`
   * unless given, if there is one of them.
   */
  readonly initializer?: string;
}

/** Initializers that are known by their names. */
const KNOWN = ["wizer.initialize", "wizer-initialize"] as const;

/**
 * Initializes a module and writes a module that begins where that one ended. The new one has no start function and none
 * of the exports that initialized it; it runs anywhere, and needs nothing that only the initialization needed.
 *
 * What the guest got of time, randomness, variables and files is in the new module for good.
 *
 * @param source The bytes of the module, binary or text
 * @param options What the initialization gets
 * @returns The new module
 * @throws {UnusableModuleError} For a module that cannot be run, that has nothing to initialize it, or whose
 * initialization does not come through
 * @throws {SnapshotError} `"unsupported"` for state that a module cannot begin with: an open file, a vector in a
 * global, memory that is imported
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
  const bytes = kindOfBytes(source) === "text" ? await parseText(source) : new Uint8Array(source);
  const prepared = prepare(options, "program.wasm");
  try {
    return preinitializeWith(bytes, prepared.options, options);
  } finally {
    prepared.close();
  }
}

/**
 * Initializes a module, as {@linkcode preinitialize}, with capabilities that are there already.
 *
 * @param bytes The module in the binary format
 * @param options What the guest gets
 * @param how The export that initializes, and what the guest may not exceed
 * @returns The new module
 * @throws As {@linkcode preinitialize}
 */
export function preinitializeWith(
  bytes: Uint8Array<ArrayBuffer>,
  options: GuestOptions,
  { initializer, limits = {} }: Pick<PreinitializeOptions, "initializer" | "limits">,
): Uint8Array<ArrayBuffer> {
  try {
    const initializers = initializersOf(bytes, initializer);
    const { bytes: reachable, shape } = reachState(bytes);
    const program = compileProgram(reachable, {
      maxMemory: limits.memory,
      maxTableEntries: limits.tableEntries,
    });
    const guest = new Guest(options);
    try {
      const before = guest.descriptors.entries();
      const instance = new Instance(program, guest, "sync");
      const fresh = captureInstance(shape, instance.exports);
      const names = [...program.startExport === undefined ? [] : [program.startExport], ...initializers];
      if (names.length === 0) {
        throw new UnusableModuleError(
          'The module has nothing that initializes it: it exports no "_initialize"',
        );
      }
      initialize(instance, guest, names, limits.timeout);
      refuseChanged(before, guest.descriptors.entries());
      return frozenModule(bytes, fresh, captureInstance(shape, instance.exports), initializers);
    } finally {
      guest.close();
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

function initialize(
  instance: Instance,
  guest: Guest,
  names: readonly string[],
  timeout: number | undefined,
): void {
  const all = (): void => {
    for (const name of names) instance.find(name)!();
  };
  const tooLong = (): Error => new UnusableModuleError(`The initialization took longer than ${timeout} ms`);
  try {
    if (timeout === undefined) all();
    else {
      const stopwatch = loadStopwatch();
      guest.deadline = performance.now() + timeout;
      stopwatch(timeout, all);
    }
  } catch (error) {
    if (guest.failure !== undefined) throw guest.failure;
    if (guest.timedOut || error instanceof TimeUp) throw tooLong();
    const trap = guest.ended ? undefined : outcomeOfTrap(error);
    if (trap !== undefined) throw new UnusableModuleError(`The initialization crashed: ${trap.message}`);
    if (!guest.ended) throw error;
  }
  if (guest.timedOut) throw tooLong();
  if (guest.ended) throw new UnusableModuleError(`The initialization exited with ${guest.exitCode}`);
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
