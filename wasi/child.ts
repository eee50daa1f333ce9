/**
 * A program that runs while its starter goes on.
 *
 * @module
 */
import type { CommandOptions } from "./command.ts";
import { Killed, type KillSignal } from "./kill_signal.ts";
import { run } from "./run_program.ts";
import { RunResult } from "./run_result.ts";
import type { RunOptions } from "./settings.ts";
import type { Source } from "./source.ts";

/**
 * A program that was started by {@linkcode Command.spawn}.
 *
 * @example
 * ```ts
 * import { Command } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const child = new Command("examples/filter/filter.wasm", {
 *   args: ["--upper"],
 *   stdin: "piped",
 *   stdout: "piped",
 * }).spawn();
 * const writer = child.stdin.getWriter();
 * await writer.write(new TextEncoder().encode("hello\n"));
 * await writer.close();
 * assertEquals(await new Response(child.stdout).text(), "HELLO\n");
 * assertEquals((await child.status).code, 0);
 * ```
 */
export class Child {
  /** How it ended, once it has. */
  readonly status: Promise<RunResult>;
  readonly #stdin: WritableStream<Uint8Array> | undefined;
  readonly #stdout: ReadableStream<Uint8Array> | undefined;
  readonly #stderr: ReadableStream<Uint8Array> | undefined;
  readonly #abort = new AbortController();

  /**
   * Starts the program.
   *
   * @param source Where the program comes from
   * @param options What it gets
   */
  constructor(source: Source, options: CommandOptions) {
    const { stdin = "null", stdout = "inherit", stderr = "inherit", signal } = options;
    const input = stdin === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    const output = stdout === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    const errors = stderr === "piped" ? new TransformStream<Uint8Array, Uint8Array>() : undefined;
    this.#stdin = input?.writable;
    this.#stdout = output?.readable;
    this.#stderr = errors?.readable;
    this.status = run(source, {
      ...options,
      stdin: input?.readable ?? (stdin as RunOptions["stdin"]),
      stdout: output?.writable ?? (stdout as RunOptions["stdout"]),
      stderr: errors?.writable ?? (stderr as RunOptions["stderr"]),
      signal: signal === undefined ? this.#abort.signal : AbortSignal.any([signal, this.#abort.signal]),
    });
    // Whoever never asks for the status is not to be ended by it. A pipe that the run did not even take ends here; the
    // others are locked, and have ended.
    this.status.catch((error) => {
      const ends = [
        input?.readable.cancel(error),
        output?.writable.abort(error),
        errors?.writable.abort(error),
      ];
      for (const end of ends) end?.catch(() => {});
    });
  }

  /** What the program reads. Close it to end its input. */
  get stdin(): WritableStream<Uint8Array> {
    return piped(this.#stdin, "stdin");
  }

  /** What the program prints. */
  get stdout(): ReadableStream<Uint8Array> {
    return piped(this.#stdout, "stdout");
  }

  /** What the program says on standard error. */
  get stderr(): ReadableStream<Uint8Array> {
    return piped(this.#stderr, "stderr");
  }

  /**
   * Waits for the end of the program, and collects meanwhile what it writes to its pipes. A `stdin` that is piped has
   * to be closed for a program that reads it to its end.
   *
   * @returns How it ended, with what came out of the pipes; nothing for an output that was not piped
   * @throws {TypeError} When somebody else reads a pipe already
   *
   * @example
   * ```ts
   * import { Command } from "keyhole";
   * import { assertEquals } from "@std/assert";
   *
   * const child = new Command("examples/copy/hello.wasm", { stdout: "piped" }).spawn();
   * const { code, stdout } = await child.output();
   * assertEquals([code, new TextDecoder().decode(stdout)], [0, "hello world\n"]);
   * ```
   */
  async output(): Promise<RunResult> {
    mustBeFree(this.#stdout, "stdout");
    mustBeFree(this.#stderr, "stderr");
    const [ended, stdout, stderr] = await Promise.all([
      this.status,
      collected(this.#stdout),
      collected(this.#stderr),
    ]);
    return new RunResult(ended, stdout ?? ended.stdout, stderr ?? ended.stderr, () => ended.report);
  }

  /**
   * Ends the program as {@linkcode RunOptions.signal} does: it hears of none of the signals and cannot hold any of them
   * up, threads apart. Its result has the signal's name and the exit code that a shell gives for it. Once it has ended,
   * nothing happens.
   *
   * @param signal Which signal
   * @throws {TypeError} For a signal that does not end programs
   *
   * @example
   * ```ts
   * import { Command } from "keyhole";
   * import { assertEquals } from "@std/assert";
   *
   * const child = new Command("examples/filter/filter.wasm", { args: ["x"], stdin: "piped" }).spawn();
   * child.kill("SIGINT");
   * const { code, signal } = await child.status;
   * assertEquals([code, signal], [130, "SIGINT"]);
   * ```
   */
  kill(signal: KillSignal = "SIGTERM"): void {
    this.#abort.abort(new Killed(signal));
  }

  /**
   * Does nothing, and is here for code that is written for processes: the program runs in this one, which goes on as long
   * as there is anything that the program waits for.
   */
  ref(): void {}

  /**
   * Does nothing, and is here for code that is written for processes: what the program waits for keeps this one, if
   * anything does. To let this process end, {@linkcode Child.kill} the program.
   */
  unref(): void {}

  /**
   * Ends the program and waits until it has ended, for `await using`. What it failed over is told by
   * {@linkcode Child.status} alone.
   *
   * @returns When it has ended
   *
   * @example
   * ```ts
   * import { Command } from "keyhole";
   * import { assertEquals } from "@std/assert";
   *
   * let status;
   * {
   *   await using child = new Command("examples/filter/filter.wasm", { args: ["x"], stdin: "piped" }).spawn();
   *   status = child.status;
   * }
   * assertEquals((await status).signal, "SIGTERM");
   * ```
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.status.catch(() => {});
  }
}

function mustBeFree(stream: ReadableStream<Uint8Array> | undefined, name: string): void {
  if (stream?.locked) throw new TypeError(`Cannot collect output: "${name}" is locked`);
}

function collected(
  stream: ReadableStream<Uint8Array> | undefined,
): Promise<Uint8Array<ArrayBuffer>> | undefined {
  return stream && new Response(stream).bytes();
}

function piped<T>(stream: T | undefined, name: string): T {
  if (stream === undefined) throw new TypeError(`Cannot get "${name}": it is not piped`);
  return stream;
}
