/**
 * From what a library user writes down to the objects that a guest is given.
 *
 * @module
 */
import type { Clocks } from "../caps/clock.ts";
import { systemClocks } from "../caps/clocks/system.ts";
import type { Directory } from "../caps/directory.ts";
import type { FaultCode } from "../caps/fault.ts";
import { inheritInput, inheritOutput } from "../caps/host/standard.ts";
import type { Random } from "../caps/random.ts";
import { can, checkSettings } from "../caps/checks.ts";
import { wrongValue } from "../caps/record.ts";
import type { Listener } from "../caps/socket.ts";
import { systemRandom } from "../caps/system_random.ts";
import type { InputStream, OutputStream } from "../caps/stream.ts";
import { bytesInput } from "../caps/streams/bytes.ts";
import { callbackOutput } from "../caps/streams/callback.ts";
import { type Capture, captureOutput } from "../caps/streams/capture.ts";
import { nullInput, nullOutput } from "../caps/streams/null.ts";
import { iterableInput, readableInput, writableOutput } from "../caps/streams/web.ts";
import { mustBeOptions, RUN_CHECKS } from "./granted.ts";
import type { Invocation } from "./invocation.ts";
import type { HostModule } from "./host_functions.ts";
import { checkLimits, type Limits } from "./limits.ts";
import { openDirectories } from "./open_directories.ts";
import type { RunModuleOptions } from "./run.ts";

/**
 * What a guest reads as standard input: this process's own, nothing, a text, bytes, or anything that yields bytes. A
 * Web stream or an iterable is waited for without blocking the thread.
 */
export type Input =
  | "inherit"
  | "null"
  | { readonly text: string }
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | InputStream;

/** Where a guest's output goes: this process's own, nowhere, into the result, or to anything that takes bytes. */
export type Output =
  | "inherit"
  | "null"
  | "capture"
  | WritableStream<Uint8Array>
  | ((bytes: Uint8Array<ArrayBuffer>) => unknown)
  | OutputStream;

/** What a guest gets. What is not named here, it does not get. */
export interface RunOptions {
  /** Its arguments after the first, which is {@linkcode RunOptions.argv0}; none unless given. */
  readonly args?: readonly string[];
  /** The name by which it knows itself; the last part of the module's name unless given. */
  readonly argv0?: string;
  /** Its environment variables; none unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The directories that it finds, by its own names for them: objects, or paths of this machine to be opened. An object
   * stays open for others; whoever made it closes it.
   */
  readonly dirs?: Readonly<Record<string, Directory | string | URL>>;
  /**
   * Listening sockets that it finds open after its directories, for `sock_accept`; none unless given. They are closed
   * with it.
   */
  readonly listeners?: readonly Listener[];
  /** What it reads; nothing unless given. It is closed with it, as are its outputs. */
  readonly stdin?: Input;
  /** Where its output goes; to this process's own unless given. */
  readonly stdout?: Output;
  /** Where its messages go; to this process's own unless given. */
  readonly stderr?: Output;
  /** Its clocks; the system's unless given. */
  readonly clocks?: Clocks;
  /** Its randomness; the system's unless given. */
  readonly random?: Random;
  /** What it may not exceed. */
  readonly limits?: Limits & {
    /** How many descriptors it may have at once, 1 to 1,048,576; 4096 unless given. */
    readonly openFiles?: number;
  };
  /**
   * Ends it from outside: at once while it waits or computes. If its program was loaded before without being metered,
   * then not while it computes, but at its next read, write, poll or yield, or call of a socket.
   */
  readonly signal?: AbortSignal;
  /**
   * How many threads it may start, so many at once, 0 to 1024; none unless given. A thread that computes when the
   * program ends, however it does, goes on until its next call, and one that waits for another thread stays, both at
   * most until the process ends: no limit of time holds for them. Limits of memory and tables hold for the shared memory
   * and for the tables of each thread.
   */
  readonly threads?: number;
  /** Functions offered to it besides the system interface. */
  readonly host?: readonly HostModule[];
  /**
   * Hears of offered functions that failed in a way which is not the guest's to know; `console.error` unless given.
   *
   * @param name The function, as `module.name`
   * @param error Why
   */
  readonly hostFailed?: (name: string, error: unknown) => void;
  /** An export to call in place of `_start`. */
  readonly invoke?: Invocation;
  /** Receives a line for each of its calls. */
  readonly trace?: (line: string) => void;
  /** Whether the `report` of the result tells what it used; each of its calls then costs a little more. */
  readonly report?: boolean;
  /**
   * Hears of each call that was refused.
   *
   * @param call The name of the call
   * @param path The path that it was about: the name of the directory in which it begins, and then what the guest gave
   * @param code Why
   */
  readonly denied?: (call: string, path: string, code: FaultCode) => void;
}

/** What a run is given, and what has to be looked at or closed afterwards. */
export interface Prepared {
  /** What the guest gets. */
  readonly options: RunModuleOptions;
  /** Where standard output is captured, if it is. */
  readonly stdout: Capture | undefined;
  /** Where standard error is captured, if it is. */
  readonly stderr: Capture | undefined;
  /** Closes what was opened for this run, and its streams, which a guest that never started has not closed. */
  close(): void;
}

/**
 * Opens and makes what a run needs.
 *
 * @param options What the guest gets
 * @param name The module's name, from which the guest's is taken
 * @returns All that is needed
 * @throws {Fault} When a directory cannot be opened; those before it are closed again, and so are the streams
 * @throws {TypeError | RangeError} For an option that there is not, or that makes no sense
 */
export function prepare(options: RunOptions, name: string): Prepared {
  mustBeOptions(options);
  const opened: { close(): void }[] = [];
  const toClose = <T extends { close(): void }>(resource: T): T => {
    opened.push(resource);
    return resource;
  };
  const close = (): void => {
    for (const resource of opened) {
      try {
        resource.close();
      } catch {
        // Why the run failed is told, or how it ended: the guest itself has met the failing stream then.
      }
    }
  };
  const { argv0 = name, args = [], env = {}, dirs = {}, listeners, threads = 0 } = options;
  try {
    // What one thread waits for must not keep the others.
    const threaded = threads > 0;
    const { stdin: from = "null", stdout: to = "inherit", stderr: messages = "inherit" } = options;
    const stdout = toClose(outputOf(to, "stdout", threaded));
    const stderr = toClose(outputOf(messages, "stderr", threaded));
    const asynchronous = stdout.asynchronous || stderr.asynchronous || options.signal !== undefined ||
      listeners !== undefined || threaded;
    const stdin = toClose(inputOf(from, asynchronous));
    checkSettings(options, "options", RUN_CHECKS);
    const limits = checkLimits(options.limits);
    const preopens = openDirectories(dirs, toClose);
    for (const listener of listeners ?? []) preopens.push({ name: "socket", listener });
    return {
      options: {
        ...options,
        args: [argv0, ...args],
        env,
        preopens,
        stdin,
        stdout,
        stderr,
        clocks: options.clocks ?? systemClocks(),
        random: options.random ?? systemRandom(),
        limits,
        maxOpenFiles: limits.openFiles,
      },
      stdout: captureOf(stdout),
      stderr: captureOf(stderr),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function inputOf(input: Input, asynchronous: boolean): InputStream {
  if (input === "inherit") return inheritInput({ asynchronous });
  if (input === "null") return nullInput();
  if (input instanceof Uint8Array) return bytesInput(input);
  if (input instanceof ReadableStream) {
    if (input.locked) throw wrongValue(input, "stdin", "one that is not locked: somebody else reads it");
    return readableInput(input);
  }
  if (can(input, Symbol.asyncIterator)) return iterableInput(input as AsyncIterable<Uint8Array | string>);
  if (can(input, "read", "close")) return input as InputStream;
  const { text } = (input ?? {}) as { text?: unknown };
  if (typeof text === "string") return bytesInput(text);
  throw wrongValue(
    input,
    "stdin",
    '"inherit", "null", { text }, a Uint8Array, a ReadableStream, an AsyncIterable, or an InputStream',
  );
}

const SHARED = 'two outputs can share what "writableOutput" makes of it';

function outputOf(output: Output, which: "stdout" | "stderr", asynchronous: boolean): OutputStream {
  if (output === "inherit") return inheritOutput(which, { asynchronous });
  if (output === "null") return nullOutput();
  if (output === "capture") return captureOutput();
  if (output instanceof WritableStream) {
    if (output.locked) throw wrongValue(output, which, `one that is not locked: ${SHARED}`);
    return writableOutput(output);
  }
  if (typeof output === "function") return callbackOutput(output);
  if (can(output, "write", "close")) return output;
  throw wrongValue(
    output,
    which,
    '"inherit", "null", "capture", a WritableStream, a function, or an OutputStream',
  );
}

function captureOf(output: OutputStream): Capture | undefined {
  return "text" in output ? output as Capture : undefined;
}
