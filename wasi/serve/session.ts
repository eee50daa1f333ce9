/**
 * A session: one client, one guest, and what both of them may not exceed.
 *
 * @module
 */
import type { Visitor } from "../../caps/visitor.ts";
import type { CallerSession } from "../host/call.ts";
import type { GuestMemory } from "../abi/memory.ts";
import { runModule, type RunModuleOptions } from "../run.ts";
import { UnusableModuleError } from "../unusable.ts";
import type { Admission } from "./admission.ts";
import { Budget, Rate } from "./budget.ts";
import { farewell, type SessionEnd } from "./farewell.ts";
import { type EffectiveLimits, effectiveLimits } from "./limits.ts";
import { describeError, logOutput } from "./log.ts";
import type { Shared } from "./shared.ts";
import { sessionInput, sessionOutput, type StreamWatch } from "./streams.ts";
import type { Turn } from "./turns.ts";

/** How many units of fuel a guest gets at a time: a tenth of a millisecond of work. */
const SLICE = 100_000;

/** How often a guest may read on after the end. */
const MOST_READS_AT_END = 1000;

/** How long a client may take to hear why its session has ended, in milliseconds, unless said otherwise. */
const PATIENCE = 5000;

/** A session. */
export class Session implements CallerSession {
  /** Its number. */
  readonly id: number;
  /** Who its client is, if that is known. */
  readonly user: string | undefined;
  readonly #visitor: Visitor;
  readonly #shared: Shared;
  readonly #admission: Admission;
  readonly #limits: EffectiveLimits;
  readonly #controller = new AbortController();
  readonly #turn: Turn;
  readonly #bytesIn: Budget;
  readonly #bytesOut: Budget;
  readonly #calls: Rate;
  #memory: GuestMemory | undefined;
  #memoryCounted = 0;
  /** Units of fuel that were counted for all sessions together. */
  #fuelCounted = 0;
  #readsAtEnd = 0;
  #lastByte = 10;
  #lastMoved: number = performance.now();
  #end: SessionEnd | undefined;

  /**
   * @param id Its number
   * @param visitor Its client
   * @param admission What the client gets
   * @param shared What all sessions share
   */
  constructor(id: number, visitor: Visitor, admission: Admission, shared: Shared) {
    this.id = id;
    this.user = admission.user;
    this.#visitor = visitor;
    this.#admission = admission;
    this.#shared = shared;
    this.#limits = effectiveLimits(shared.options.limits, admission.limits);
    this.#turn = shared.turns.member();
    this.#bytesIn = new Budget(this.#limits.bytesIn);
    this.#bytesOut = new Budget(this.#limits.bytesOut);
    this.#calls = new Rate(this.#limits.callsPerSecond);
  }

  /** Aborted when the session is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Runs the guest until it has ended, tells the client, and closes the connection.
   *
   * @returns How it ended
   */
  async run(): Promise<SessionEnd> {
    const gone = (): void => this.end({ reason: "gone", message: "the client has gone" });
    this.#visitor.gone.then(gone, gone);
    const idle = this.#watchIdleness();
    try {
      const program = await this.#shared.programFor(this.#limits);
      const { reason, code, message, fuel } = await runModule(program, this.#runOptions());
      this.#shared.fuel.use(Number(fuel ?? 0n) - this.#fuelCounted);
      this.#end ??= { reason, code, message };
    } catch (error) {
      this.#end ??= this.#failure(error);
    } finally {
      clearInterval(idle);
      this.#countMemory(0);
      this.#controller.abort();
    }
    const words = this.#end.reason === "gone" ? "" : farewell(this.#end);
    const { patience = PATIENCE } = this.#shared.options;
    await this.#visitor.leave(this.#lastByte === 10 ? words : `\n${words}`, patience);
    return this.#end;
  }

  /**
   * Ends the session from outside of its guest. The first reason counts.
   *
   * @param end Why
   */
  end(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#controller.abort();
  }

  #runOptions(): RunModuleOptions {
    const { given } = this.#shared;
    const { fuel, timeout, log, openFiles } = this.#limits;
    const tell = (message: string): void => this.#shared.log(`session ${this.id}: ${message}`);
    return {
      ...given,
      env: this.#admission.env ?? given.env,
      host: this.#admission.host ?? given.host,
      stdin: sessionInput(this.#visitor.input, this.#watch("in", this.#bytesIn, this.#shared.bytesIn)),
      stdout: sessionOutput(this.#visitor.output, this.#watch("out", this.#bytesOut, this.#shared.bytesOut)),
      stderr: logOutput(log, (line) => tell(`says: ${line}`)),
      maxOpenFiles: openFiles,
      limits: { fuel, timeout },
      rations: { slice: SLICE, turn: () => this.#nextSlice(), overdue: () => this.#isOverdue() },
      beforeStart: (memory) => {
        this.#memory = memory;
        this.#turn.begin();
      },
      beforeCall: () => {
        this.#calls.count();
        this.#shared.calls.count();
        this.#countMemory(this.#memory?.size ?? 0);
      },
      signal: this.#controller.signal,
      session: this,
      hostFailed: (name, error) => tell(`host function "${name}" failed: ${describeError(error)}`),
    };
  }

  #nextSlice(): void | Promise<void> {
    this.#countMemory(this.#memory?.size ?? 0);
    this.#fuelCounted += SLICE;
    if (!this.#shared.fuel.use(SLICE)) this.#over("the server has used up its fuel");
    if (this.#isOverdue()) return this.#pause();
  }

  #isOverdue(): boolean {
    return this.#turn.over || this.#delay() > 0;
  }

  #delay(): number {
    return Math.max(this.#calls.delay(), this.#shared.calls.delay());
  }

  /** Waits for the next turn, and as long as too many calls were made. */
  async #pause(): Promise<void> {
    for (let delay = this.#delay(); delay > 0 && this.#end === undefined; delay = this.#delay()) {
      await this.#sleep(delay);
    }
    // A guest that computes does not notice that its client has gone.
    this.#visitor.look?.();
    await this.#turn.next();
  }

  #sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#controller;
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = setTimeout(over, milliseconds);
      signal.addEventListener("abort", over);
    });
  }

  #watch(direction: "in" | "out", own: Budget, all: Budget): StreamWatch {
    const [who, does] = direction === "in" ? ["the client", "sent"] : ["the guest", "answered"];
    return {
      turnIsOver: () => this.#isOverdue(),
      nextTurn: () => this.#pause(),
      resumed: () => this.#turn.begin(),
      left: () => Math.min(own.left, all.left),
      ended: () => this.#end !== undefined,
      moved: (bytes) => {
        if (bytes > 0) this.#lastMoved = performance.now();
        if (direction === "in" && bytes === 0) this.#readAtEnd();
        if (!own.use(bytes)) this.#over(`${who} has ${does} more than ${own.used - bytes} bytes`);
        else if (!all.use(bytes)) this.#over(`all together have ${does} more than ${all.used - bytes} bytes`);
      },
      wrote: (last) => this.#lastByte = last,
    };
  }

  /** A guest that does not care for the end of its input would otherwise spin for as long as it may. */
  #readAtEnd(): void {
    if (++this.#readsAtEnd > MOST_READS_AT_END) this.#over("the guest reads on after the end of its input");
  }

  #countMemory(bytes: number): void {
    const grown = bytes - this.#memoryCounted;
    if (grown === 0) return;
    this.#memoryCounted = bytes;
    if (!this.#shared.memory.use(grown) && grown > 0) {
      this.#over("the guests have used up the server's memory");
    }
  }

  #watchIdleness(): ReturnType<typeof setInterval> {
    const { idle } = this.#limits;
    return setInterval(() => {
      if (performance.now() - this.#lastMoved < idle) return;
      this.end({ reason: "idle", message: `nothing was said for ${idle / 1000} seconds` });
    }, Math.min(1000, Math.max(10, idle / 4)));
  }

  #over(message: string): void {
    this.end({ reason: "limit", message });
  }

  #failure(error: unknown): SessionEnd {
    if (error instanceof UnusableModuleError) return { reason: "failed", message: error.message };
    this.#shared.log(`session ${this.id}: failed: ${describeError(error)}`);
    return { reason: "failed", message: "internal error" };
  }
}
