/**
 * Programs in the shape of `Deno.Command`.
 *
 * @module
 */
import { checkSettings } from "../caps/checks.ts";
import { Child } from "./child.ts";
import { RUN_CHECKS } from "./granted.ts";
import { run, runSync } from "./run_program.ts";
import type { RunResult } from "./run_result.ts";
import type { RunOptions } from "./settings.ts";
import type { Source } from "./source.ts";

/** Options of a {@linkcode Command}: those of {@linkcode run}, and pipes. */
export interface CommandOptions extends Omit<RunOptions, "stdin" | "stdout" | "stderr" | "signal"> {
  /** What it reads; `"piped"` gives a child a `stdin` to write to. Nothing unless given. */
  readonly stdin?: RunOptions["stdin"] | "piped";
  /** Where its output goes; piped unless given, for {@linkcode Command.spawn} inherited. */
  readonly stdout?: RunOptions["stdout"] | "piped";
  /** Where its messages go; piped unless given, for {@linkcode Command.spawn} inherited. */
  readonly stderr?: RunOptions["stderr"] | "piped";
  /** Ends it from outside. */
  readonly signal?: AbortSignal;
}

/**
 * A program with its options, in the shape of `Deno.Command`.
 *
 * @example
 * ```ts
 * import { Command } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { code, stdout } = new Command("examples/copy/hello.wasm").outputSync();
 * assertEquals([code, new TextDecoder().decode(stdout)], [0, "hello world\n"]);
 * ```
 */
export class Command {
  readonly #source: Source;
  readonly #options: CommandOptions;

  /**
   * Keeps both for later; nothing is read or started yet.
   *
   * @param source Where the program comes from
   * @param options What it gets
   * @throws {TypeError} For an option that there is not, or that makes no sense
   */
  constructor(source: Source, options: CommandOptions = {}) {
    checkSettings(options, "options", RUN_CHECKS);
    this.#source = source;
    this.#options = options;
  }

  /**
   * Runs the program to its end.
   *
   * @returns How it ended and what it printed
   * @throws {TypeError} When its input is to be piped: then it has to be spawned
   * @throws As {@linkcode run}
   */
  output(): Promise<RunResult> {
    return run(this.#source, this.#captured());
  }

  /**
   * Runs the program to its end without waiting; the thread is the program's until then.
   *
   * @returns How it ended and what it printed
   * @throws {TypeError} When its input is to be piped, a stream is asynchronous, or the module comes from the web or
   * in text form
   * @throws As {@linkcode run}
   */
  outputSync(): RunResult {
    return runSync(this.#source, this.#captured());
  }

  /**
   * Starts the program. While it waits for a pipe, this thread goes on.
   *
   * @returns The running program
   */
  spawn(): Child {
    return new Child(this.#source, this.#options);
  }

  #captured(): RunOptions {
    const { stdin, stdout = "piped", stderr = "piped" } = this.#options;
    if (stdin === "piped") throw new TypeError('Cannot pipe input into "output()": use "spawn()"');
    const captured = <T>(output: T | "piped"): T | "capture" => output === "piped" ? "capture" : output;
    return { ...this.#options, stdin, stdout: captured(stdout), stderr: captured(stderr) };
  }
}
