/**
 * What the commands have of the process they run in: its arguments, variables, output and end.
 *
 * @module
 */
import { isFault } from "../fault.ts";
import { denoOutput } from "../host/deno_output.ts";
import { mustNotAsk } from "../host/permitted.ts";
import type { PathStyle } from "../mount.ts";
import { reasonOf } from "./files.ts";
import { CommandError } from "./messages.ts";

/** The process, as far as a command may touch it. */
export interface Terminal {
  /** The arguments, without keyhole's own name. */
  readonly args: readonly string[];
  /** Whose rules paths of this machine follow. */
  readonly pathStyle: PathStyle;
  /** Whether a person looks at standard error. */
  readonly interactive: boolean;
  /** Whether a person looks at standard output. */
  readonly showsOutput: boolean;
  /** Whether standard error shows colours, and they are wanted. */
  readonly colour: boolean;

  /**
   * Writes to standard output. When nobody reads it any more, the process ends quietly with 141.
   *
   * @param output Text as it is, line ends included, or bytes
   * @throws {CommandError} With 125 when it cannot be written
   */
  say(output: string | Uint8Array<ArrayBufferLike>): void;

  /**
   * Writes to standard error, as far as anybody listens.
   *
   * @param text Text as it is, line ends included
   */
  complain(text: string): void;

  /**
   * Looks up a variable of the process.
   *
   * @param name Its name
   * @returns Its value, or `undefined` when it is not set
   * @throws {CommandError} Without Deno's permission to read it, and when its value is not UTF-8
   */
  variable(name: string): string | undefined;

  /**
   * All variables of the process.
   *
   * @returns Names and values
   * @throws {CommandError} Without Deno's permission to read them
   */
  variables(): [string, string][];

  /**
   * Ends the process.
   *
   * @param code The exit code, 0 to 255
   */
  exit(code: number): never;

  /**
   * Ends the process after all is done. A read of standard input that is still under way is not waited for.
   *
   * @param code The exit code, 0 to 255
   */
  end(code: number): Promise<never>;
}

/** When this file was run, in milliseconds since the process began. */
const BEGUN = performance.now();

/** When a process gets here at the latest whose code Deno had kept, in milliseconds: compiling it takes four times that. */
const SOON = 15;

/** When Deno begins to look beyond what it runs, in milliseconds. */
const ASKING = 450;

/** What a shell reports for a program that SIGPIPE ended. */
const CLOSED_PIPE = 141;

/**
 * The process that keyhole runs in.
 *
 * @returns Access to it, for the one command that is run
 *
 * @example
 * ```ts
 * import { processTerminal } from "./terminal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(processTerminal().args, Deno.args);
 * ```
 */
export function processTerminal(): Terminal {
  const interactive = Deno.stderr.isTerminal();
  const terminal: Terminal = {
    args: Deno.args,
    pathStyle: Deno.build.os === "windows" ? "windows" : "posix",
    interactive,
    showsOutput: Deno.stdout.isTerminal(),
    colour: interactive && !Deno.noColor,
    say: (output) => {
      try {
        write(Deno.stdout, output);
      } catch (error) {
        if (isFault(error, "EPIPE")) terminal.exit(CLOSED_PIPE);
        throw new CommandError(`Standard output cannot be written: ${reasonOf(error)}`, { code: 125 });
      }
    },
    complain(text): void {
      try {
        write(Deno.stderr, text);
      } catch {
        // What is merely told changes nothing, read or not: neither how a run goes on nor its exit code.
      }
    },
    variable: (name) => permitted(() => Deno.env.get(name), name),
    // Windows keeps a directory per drive in variables such as "=C:", which nobody set.
    variables: () =>
      permitted(() => Object.entries(Deno.env.toObject()).filter(([name]) => !name.includes("="))),
    exit: (code) => Deno.exit(code),
    async end(code): Promise<never> {
      // After half a second Deno looks for newer versions of itself as soon as anything waits. Under lockdown that can
      // fail, of which it complains on standard error.
      if (performance.now() < ASKING) await letCodeBeKept();
      // Sooner than an end by itself, at which the engine tidies up first.
      Deno.exit(code);
    },
  };
  return terminal;
}

/**
 * Lets Deno put away compiled code for the next start, which it does beside anything asynchronous and not at
 * {@linkcode Terminal.end}. Once is now and then too short, before and after a command is enough. A process that was
 * here so soon that the code must have been kept goes on at once.
 *
 * @returns When a short while has passed
 *
 * @example
 * ```ts
 * import { letCodeBeKept } from "./terminal.ts";
 *
 * await letCodeBeKept();
 * ```
 */
export async function letCodeBeKept(): Promise<void> {
  if (BEGUN < SOON) return;
  try {
    await Deno.stderr.write(new Uint8Array(0));
  } catch {
    // Nobody listens, and there was nothing to say.
  }
}

function permitted<T>(read: () => T, variable?: string): T {
  try {
    mustNotAsk({ name: "env", variable });
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) {
      throw new CommandError(`Variable "${variable}" is not UTF-8, so it cannot be passed on`);
    }
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new CommandError("Deno was not given the permission to read variables", {
      hint: "Start keyhole with deno run --allow-env, or with -A",
    });
  }
}

/**
 * What keyhole runs on.
 *
 * @returns Names and versions
 *
 * @example
 * ```ts
 * import { engineVersion } from "./terminal.ts";
 * import { assert } from "@std/assert";
 *
 * assert(engineVersion().startsWith("Deno "));
 * ```
 */
export function engineVersion(): string {
  return `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.target}`;
}

/** Writes all of it, and waits where another program has made a stream non-blocking that is full. */
function write(stream: { writeSync(bytes: Uint8Array): number }, output: string | Uint8Array): void {
  const bytes = typeof output === "string" ? new TextEncoder().encode(output) : output;
  const waiting = denoOutput(stream, "pipe");
  for (let at = 0; at < bytes.length;) at += waiting.write(bytes, at, bytes.length);
}
