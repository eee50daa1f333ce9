/**
 * One guest in its instance, from its first call to its end.
 *
 * @module
 */
import type { OutputStream } from "../caps/stream.ts";
import { limitedOutput, type OutputEnds } from "../caps/streams/limited.ts";
import { GRACE, loadStopwatch, TimeUp } from "./deadline.ts";
import { cannotConvert } from "./engine.ts";
import { FUEL_MODULE } from "./fuel/names.ts";
import { rationing } from "./fuel/rations.ts";
import { Fuel } from "./fuel/tank.ts";
import { Guest } from "./guest.ts";
import { GuestCaller } from "./host/caller.ts";
import { Instance, type Mode } from "./instance.ts";
import { resultTexts } from "./invocation.ts";
import type { ImportTable } from "./link.ts";
import { ExitCode, type Outcome, outcomeOfTrap } from "./outcome.ts";
import { mustFit, type Program } from "./program.ts";
import type { RunModuleOptions, RunModuleOutcome } from "./run.ts";
import { UnusableModuleError } from "./unusable.ts";
import { unwind } from "./unwind.ts";
import { eventLoopTurn, Turns } from "./waiter.ts";

/**
 * Whether the guest has to be suspended while it waits, so that others go on.
 *
 * @param options What the guest gets
 * @returns `true` if it has to
 */
export function mustSuspend(options: RunModuleOptions): boolean {
  return whatWaits(options) !== undefined;
}

/**
 * What a guest has to be suspended for: one stream that cannot block is enough, one host function that waits, turns that
 * it waits for, or a signal, which nobody could give if the thread were the guest's.
 *
 * @param options What the guest gets
 * @returns What to call it; `undefined` when there is nothing
 */
export function whatWaits(
  { stdin, stdout, stderr, preopens, host, signal, rations }: RunModuleOptions,
): string | undefined {
  const stream = Object.entries({ stdin, stdout, stderr }).find(([, { asynchronous }]) => asynchronous);
  if (stream !== undefined) return `the asynchronous stream "${stream[0]}"`;
  if (signal !== undefined) return "a signal";
  const module = host?.find(({ waits }) => waits);
  if (module !== undefined) return `functions of "${module.name}" that wait`;
  if (preopens.some((preopen) => "listener" in preopen)) return "a listening socket";
  return rations?.turn === undefined ? undefined : "turns";
}

/** A guest in its instance, and what may end it from outside. */
export class Execution {
  /** The instance. */
  readonly instance: Instance;
  /** The guest. */
  readonly guest: Guest;
  readonly #options: RunModuleOptions;
  readonly #abort = (): void =>
    this.#stop({ reason: "aborted", code: ExitCode.interrupted, message: "Aborted" });
  #fuel: Fuel | undefined;
  #stopped: Outcome | undefined;

  /**
   * Opens all that the guest gets and makes an instance. No code of the guest runs yet.
   *
   * @param program The program
   * @param options What the guest gets
   * @param mode What it does when it waits
   * @throws {UnusableModuleError} For an import that is not offered, or memory that cannot be had
   * @throws {TimeUp} When the start function of a module that came compiled takes all of its time
   */
  constructor(program: Program, options: RunModuleOptions, mode: Mode) {
    const { limits, signal, endOnClosedPipe, rations } = options;
    mustFit(program, {
      maxMemory: limits?.memory,
      maxTableEntries: limits?.tableEntries,
      // Nothing else stops a guest that computes after it was suspended.
      metered: limits?.fuel !== undefined || rations !== undefined ||
        (limits?.timeout !== undefined && mode === "suspending"),
    });
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
    const beforeCall = this.#beforeCall(options, mode);
    this.guest = new Guest({ ...options, beforeCall, stdout: output(stdout), stderr: output(stderr) });
    try {
      this.guest.suspending = mode !== "sync";
      if (mode === "suspending" && signal !== undefined && !program.metered) this.guest.turns = new Turns();
      const caller = new GuestCaller(this.guest, options);
      const tables = caller.tables();
      if (program.metered) {
        this.#fuel = new Fuel({ limit: limits?.fuel, slice: options.rations?.slice });
        tables.set(FUEL_MODULE, this.#rationing(this.#fuel, mode));
      }
      const instantiate = (): Instance => new Instance(program, this.guest, mode, tables);
      // Of a module that came compiled the start function cannot be held back: the engine runs it here.
      const timed = program.bytes === undefined && limits?.timeout !== undefined && mode === "sync";
      this.instance = timed ? loadStopwatch()(limits!.timeout!, instantiate) : instantiate();
      this.#fuel?.attach(this.instance);
      caller.exports = this.instance.exports;
      if (signal?.aborted) this.#abort();
      signal?.addEventListener("abort", this.#abort);
    } catch (error) {
      this.guest.close();
      throw error;
    }
  }

  /** Begins: right after this the guest is called for the first time, and its time runs from now on. */
  begin(): void {
    this.#options.beforeStart?.(this.guest.memory);
    this.restartTime();
  }

  /** Gives the guest all of its time again. */
  restartTime(): void {
    const timeout = this.#options.limits?.timeout;
    if (timeout !== undefined) this.guest.deadline = performance.now() + timeout;
  }

  /**
   * How a guest ended that returned: a `catch_all` of its own cannot undo an exit or a limit.
   *
   * @param result What the last of its calls returned
   * @returns How it ended
   * @throws {unknown} What a call of the host failed with, when that was not the guest's fault
   */
  returned(result: unknown): RunModuleOutcome {
    const outcome = this.#withFuel(this.#end());
    if (this.#options.invoke === undefined) return outcome;
    return { ...outcome, results: resultTexts(result) };
  }

  /**
   * How a guest ended that threw.
   *
   * @param error What it threw
   * @returns How it ended
   * @throws {UnusableModuleError} For an entry point that the engine calls for no host
   * @throws {unknown} The error, when it is not the guest's
   */
  threw(error: unknown): RunModuleOutcome {
    if (this.guest.ended) return this.#withFuel(this.#end());
    if (error instanceof TimeUp) return this.#withFuel(TIMEOUT);
    if (cannotConvert(error)) {
      throw new UnusableModuleError("The function that it begins with returns what only modules can take");
    }
    const outcome = outcomeOfTrap(error);
    if (outcome === undefined) throw error;
    return this.#withFuel(outcome);
  }

  /** Closes all that the guest has open. */
  close(): void {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#options.afterEnd?.(this.guest.memory.size);
    this.guest.close();
  }

  #end(): Outcome {
    const { timedOut, failure, exitCode } = this.guest;
    if (this.#stopped !== undefined) return this.#stopped;
    if (timedOut) return TIMEOUT;
    if (failure !== undefined) throw failure;
    return { reason: "exit", code: exitCode ?? 0 };
  }

  #withFuel(outcome: Outcome): RunModuleOutcome {
    return this.#fuel === undefined ? outcome : { ...outcome, fuel: this.#fuel.used };
  }

  #beforeCall(options: RunModuleOptions, mode: Mode): (() => void) | undefined {
    const { beforeCall, rations } = options;
    const overdue = rations?.overdue;
    const cutOff = mode === "sync" && graceOf(options) > 0;
    if (overdue === undefined && !cutOff) return beforeCall;
    return () => {
      beforeCall?.();
      // A guest that has had its turn asks for fuel, and so waits for its next turn, right after the call.
      if (overdue?.()) this.#fuel?.recall();
      if (cutOff) this.guest.mayGoOn();
    };
  }

  #rationing(fuel: Fuel, mode: Mode): ImportTable {
    const { rations, signal } = this.#options;
    const ordinary = signal === undefined ? undefined : eventLoopTurn;
    const turn = mode === "suspending" ? rations?.turn ?? ordinary : undefined;
    return rationing(
      this.guest,
      fuel,
      turn,
      ({ message }) => this.#stop({ reason: "limit", code: ExitCode.limit, message }),
    );
  }

  #stop(outcome: Outcome): void {
    this.#stopped ??= outcome;
    this.guest.end();
  }
}

/**
 * How much longer than its time limit a guest may run that computes. Nothing is left of a process that ends with it.
 *
 * @param options What the guest gets
 * @returns Milliseconds
 */
export function graceOf({ limits, endsProcess }: RunModuleOptions): number {
  return limits?.timeout === undefined || endsProcess ? 0 : GRACE;
}

/** How a guest ends whose time is up. */
export const TIMEOUT: Outcome = { reason: "timeout", code: ExitCode.timeout, message: "Time limit reached" };
