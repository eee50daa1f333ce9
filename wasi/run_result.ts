/**
 * What a run leaves behind.
 *
 * @module
 */
import type { Report } from "../caps/report.ts";
import type { KillSignal } from "./kill_signal.ts";
import type { Outcome, Reason } from "./outcome.ts";
import type { RunModuleOutcome } from "./run.ts";

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
  /**
   * The guest's exit code, or the one that stands for the reason: 124 time, 125 limit, 130 aborted, 134 trap; 128
   * and the signal's number when a signal ended it.
   */
  readonly code: number;
  /** Whether the guest exited with 0. */
  readonly success: boolean;
  /** The signal that ended it, when {@linkcode Child.kill} sent one. */
  readonly signal: KillSignal | null;
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
   * @param outcome How the run ended, and the signal that ended it, if one did
   * @param stdout What was captured of standard output
   * @param stderr What was captured of standard error
   * @param report Makes the report
   */
  constructor(
    outcome: RunModuleOutcome & { readonly signal?: KillSignal | null },
    stdout: Uint8Array<ArrayBuffer>,
    stderr: Uint8Array<ArrayBuffer>,
    report: () => Report,
  ) {
    this.reason = outcome.reason;
    this.code = outcome.code;
    this.success = outcome.reason === "exit" && outcome.code === 0;
    this.signal = outcome.signal ?? null;
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
