/**
 * Programs that are called like a library: made ready once, and their exports called as long as they are needed.
 *
 * @module
 */
import { GRACE, loadStopwatch, type Stopwatch } from "./deadline.ts";
import { promising } from "./engine.ts";
import { Execution, mustSuspend } from "./execution.ts";
import type { Guest } from "./guest.ts";
import { mustNotHave } from "./granted.ts";
import type { GuestFunction } from "./instance.ts";
import { ExitCode, type Outcome } from "./outcome.ts";
import { prepare, type Prepared, type RunOptions } from "./settings.ts";
import { nameOf, programOf, type Source } from "./source.ts";
import { initialStepsOf, startOf } from "./steps.ts";
import { UnusableModuleError } from "./unusable.ts";

/** What a reactor gets. Its time limit is for each call; all other limits are for its whole life. */
export type ReactorOptions = Omit<RunOptions, "invoke" | "report">;

/**
 * Thrown by a call of a reactor that has exited, trapped or met a limit, during that call or before.
 *
 * @example
 * ```ts
 * import { GuestEndedError } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new GuestEndedError({ reason: "exit", code: 3 }).message, "The guest has ended: exit code 3");
 * ```
 */
export class GuestEndedError extends Error {
  /** The name of the class, `"GuestEndedError"`. */
  override readonly name = "GuestEndedError";
  /** How it ended. */
  readonly outcome: Outcome;

  /**
   * Makes the error.
   *
   * @param outcome How it ended
   */
  constructor(outcome: Outcome) {
    super(`The guest has ended: ${outcome.message ?? `exit code ${outcome.code}`}`);
    this.outcome = outcome;
  }
}

/**
 * A program whose exports are called. Made by {@linkcode instantiate}.
 *
 * @typeParam E What it exports, as its author describes it
 *
 * @example
 * ```ts
 * import { instantiate } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * using reactor = await instantiate("tests/guests/reactor.wasm", { stdout: "capture" });
 * (reactor.exports.log as (number: number) => void)(7);
 * assertEquals(reactor.stdoutText(), "7\n");
 * ```
 */
export class Reactor<E extends WebAssembly.Exports = WebAssembly.Exports> {
  /**
   * What it exports, in an object without a prototype. Memories, tables and globals are the module's own. A function
   * throws {@linkcode GuestEndedError} once the guest has ended. It returns a promise, and is not to be called again
   * before that has settled, when the guest can be suspended: with an asynchronous stream, a host function that waits,
   * a listening socket, or a signal.
   */
  readonly exports: E;
  readonly #execution: Execution;
  readonly #prepared: Prepared;
  readonly #suspends: boolean;
  readonly #stopwatch: Stopwatch | undefined;
  /** The calls that are under way, the innermost last. */
  readonly #calls: string[] = [];
  #ended: Outcome | undefined;

  /**
   * Makes an instance ready.
   *
   * @param execution The guest in its instance
   * @param prepared What it was given
   * @returns The reactor
   * @throws {UnusableModuleError} For a module that runs once
   * @throws {GuestEndedError} When it does not get ready
   *
   * @internal
   */
  static async start<E extends WebAssembly.Exports>(
    execution: Execution,
    prepared: Prepared,
  ): Promise<Reactor<E>> {
    const { instance } = execution;
    const start = startOf((name) => instance.find(name) !== undefined);
    if (start !== undefined) {
      throw new UnusableModuleError(`It exports "${start}": it is a program that runs once, for "run"`);
    }
    const steps = initialStepsOf(instance);
    const reactor = new Reactor<E>(execution, prepared);
    execution.begin();
    for (const { call } of steps) await reactor.#entrance("_initialize", call)();
    return reactor;
  }

  private constructor(execution: Execution, prepared: Prepared) {
    this.#execution = execution;
    this.#prepared = prepared;
    this.#suspends = execution.guest.suspending;
    const timed = prepared.options.limits?.timeout !== undefined && !this.#suspends;
    this.#stopwatch = timed ? loadStopwatch() : undefined;
    const exports: WebAssembly.Exports = Object.create(null);
    const { exports: all, program } = execution.instance;
    for (const [name, value] of Object.entries(all)) {
      // What makes it ready is called once.
      if (name === "_initialize" || name === program.startExport) continue;
      exports[name] = typeof value === "function" ? this.#entrance(name, value as GuestFunction) : value;
    }
    this.exports = Object.freeze(exports) as E;
  }

  /** The guest: its memory, its table of descriptors, its arguments. */
  get guest(): Guest {
    return this.#execution.guest;
  }

  /** How it ended, once it has. */
  get outcome(): Outcome | undefined {
    return this.#ended;
  }

  /**
   * What was captured of standard output so far, when it is captured.
   *
   * @returns The text; bytes that are not UTF-8 become U+FFFD
   */
  stdoutText(): string {
    return this.#prepared.stdout?.text() ?? "";
  }

  /**
   * What was captured of standard error so far, when it is captured.
   *
   * @returns The text; bytes that are not UTF-8 become U+FFFD
   */
  stderrText(): string {
    return this.#prepared.stderr?.text() ?? "";
  }

  /** Ends the guest and closes all that it has open. */
  close(): void {
    this.#end({ reason: "aborted", code: ExitCode.interrupted, message: "Closed" });
  }

  /** The same as {@linkcode Reactor.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** A function of the guest as others may call it. */
  #entrance(name: string, call: GuestFunction): GuestFunction {
    const waiting = this.#suspends ? promising(call as WebAssembly.ExportValue) : undefined;
    return (...args) => {
      if (this.#ended !== undefined) throw new GuestEndedError(this.#ended);
      if (waiting === undefined) return this.#callAtOnce(name, () => call(...args));
      // A program has one stack: the call that began last has to end first.
      const before = this.#calls[0];
      if (before !== undefined) throw new TypeError(`Cannot call "${name}" before "${before}" has ended`);
      return this.#callWaiting(name, () => waiting(...args));
    };
  }

  #callAtOnce(name: string, call: () => unknown): unknown {
    const outermost = this.#calls.length === 0;
    const timeout = this.#prepared.options.limits?.timeout;
    if (outermost) this.#execution.restartTime();
    this.#calls.push(name);
    try {
      const watched = outermost && this.#stopwatch !== undefined;
      return this.#returned(watched ? this.#stopwatch!(timeout! + GRACE, call) : call());
    } catch (error) {
      throw this.#threw(error);
    } finally {
      this.#calls.pop();
    }
  }

  async #callWaiting(name: string, call: () => Promise<unknown>): Promise<unknown> {
    this.#execution.restartTime();
    this.#calls.push(name);
    try {
      return this.#returned(await call());
    } catch (error) {
      throw this.#threw(error);
    } finally {
      this.#calls.pop();
    }
  }

  #returned(result: unknown): unknown {
    // A guest that catches everything can outlive its own exit, but not say that it did.
    if (!this.guest.ended) return result;
    throw new GuestEndedError(this.#ended ?? this.#execution.returned(undefined));
  }

  #threw(error: unknown): unknown {
    if (error instanceof GuestEndedError) {
      this.#end(error.outcome);
      return error;
    }
    const outcome = this.#ended ?? this.#execution.threw(error);
    this.#end(outcome);
    return new GuestEndedError(outcome);
  }

  #end(outcome: Outcome): void {
    if (this.#ended !== undefined) return;
    this.#ended = outcome;
    this.#execution.close();
    this.#prepared.close();
  }
}

/**
 * Makes a program ready whose exports are to be called: its start function and `_initialize` run, nothing else does.
 *
 * @param source Where the program comes from
 * @param options What it gets
 * @returns The program
 * @throws {UnusableModuleError} For a module that cannot be used, or exports `_start`: that is for {@linkcode run}
 * @throws {GuestEndedError} When it exits, traps or meets a limit while it is made ready
 * @throws {Deno.errors.NotFound} And other errors of Deno, for a module that cannot be read
 * @throws {Fault} When a directory cannot be opened
 * @throws {TypeError | RangeError} For an option that makes no sense
 *
 * @example
 * ```ts
 * import { instantiate } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * interface Calculator extends WebAssembly.Exports {
 *   add(one: number, other: number): number;
 * }
 *
 * using reactor = await instantiate<Calculator>("tests/guests/reactor.wasm");
 * assertEquals(reactor.exports.add(2, 3), 5);
 * ```
 */
export async function instantiate<E extends WebAssembly.Exports = WebAssembly.Exports>(
  source: Source,
  options: ReactorOptions = {},
): Promise<Reactor<E>> {
  mustNotHave(options, ["invoke", "report"], "A reactor");
  const prepared = prepare(options, nameOf(source));
  let execution: Execution | undefined;
  try {
    const program = await programOf(source, prepared.options);
    execution = new Execution(
      program,
      prepared.options,
      mustSuspend(prepared.options) ? "suspending" : "sync",
    );
    return await Reactor.start<E>(execution, prepared);
  } catch (error) {
    execution?.close();
    prepared.close();
    throw error;
  }
}
