/**
 * A program that runs while its starter goes on.
 *
 * @module
 */
import type { CommandOptions } from "./command.ts";
import type { RunResult } from "./run_result.ts";
import { run } from "./run_program.ts";
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

  /** Ends the program, as {@linkcode RunOptions.signal} does. */
  kill(): void {
    this.#abort.abort();
  }
}

function piped<T>(stream: T | undefined, name: string): T {
  if (stream === undefined) throw new TypeError(`Cannot get "${name}": it is not piped`);
  return stream;
}
