/**
 * The streams that keyhole itself was started with, for guests that inherit them.
 *
 * @module
 */
import { checkSettings, mustBeBoolean } from "../checks.ts";
import { pause } from "../clocks/system.ts";
import { wrongValue } from "../record.ts";
import { PulledInput } from "../streams/pulled.ts";
import type { InputStream, OutputStream, StreamKind } from "../stream.ts";
import { denoOutput } from "./deno_output.ts";
import { descriptorOutput } from "./descriptor_output.ts";
import { faultFrom } from "./errors.ts";
import { loadLibC } from "./libc.ts";
import { ONE_WAIT, pollAside, pollDescriptor } from "./poll.ts";
import { kindOf } from "./statx.ts";

/** How much an asynchronous input asks for at once, in bytes. */
const READ_AHEAD = 65536;

/** How long to leave a stream alone that is not ready, where nothing tells when it is, in milliseconds. */
const A_WHILE = 5;

const CHECKS = { asynchronous: mustBeBoolean };

/**
 * The standard input of this process.
 *
 * The blocking form waits inside `read`. Its `ready` and `wait` ask the kernel where FFI is permitted; elsewhere it
 * always claims to be ready, and a guest that polls with a time limit waits longer than it asked for. The
 * asynchronous form knows on every platform, for guests that can be suspended. It reads ahead up to 64 KiB. Where FFI
 * is not permitted, a read can be under way when the guest ends: that takes what comes next, and the process does not
 * end by itself before something does.
 *
 * @param options `asynchronous`: the form that never blocks the thread
 * @returns The stream; closing it leaves the process's own input open. A read faults `EBADF` where the descriptor is
 * not open for reading, `EISDIR` where it is a directory
 * @throws {TypeError} For an option that there is not, or that makes no sense
 *
 * @example
 * ```ts
 * import { inheritInput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inheritInput().asynchronous, false);
 * assertEquals(inheritInput({ asynchronous: true }).asynchronous, true);
 * ```
 */
export function inheritInput(options: { readonly asynchronous?: boolean } = {}): InputStream {
  checkSettings(options, "options", CHECKS);
  return options.asynchronous ? asynchronousInput(streamKindOf(0, Deno.stdin)) : new BlockingInput();
}

/**
 * The standard output or error of this process, blocking unless asked otherwise.
 *
 * Where FFI is permitted bytes go to the descriptor itself: each is written once, however full a pipe or terminal is
 * and whoever made it non-blocking. Elsewhere they go through Deno, which shows a piece twice on a terminal that
 * another program has made non-blocking and that is full.
 *
 * @param name Which of the two
 * @param options `asynchronous`: the form that never blocks the thread, where FFI is permitted
 * @returns The stream; closing it leaves the process's own output open. A write faults `EPIPE` when nobody reads
 * @throws {TypeError} For another name, and for an option that there is not, or that makes no sense
 *
 * @example
 * ```ts
 * import { inheritOutput } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inheritOutput("stderr").write(new TextEncoder().encode("\n"), 0, 1), 1);
 * ```
 */
export function inheritOutput(
  name: "stdout" | "stderr",
  options: { readonly asynchronous?: boolean } = {},
): OutputStream {
  if (name !== "stdout" && name !== "stderr") throw wrongValue(name, "name", '"stdout" or "stderr"');
  checkSettings(options, "options", CHECKS);
  const fd = name === "stdout" ? 1 : 2;
  if (!options.asynchronous || !loadLibC()) return new StandardOutput(fd, Deno[name]);
  return descriptorOutput(fd, streamKindOf(fd, Deno[name]), true);
}

/** So many writes go through Deno first: loading libc costs more, and most programs print a line or two. */
const FEW = 8;

/** Standard output or error, which asks the system about itself only when somebody wants to know. */
class StandardOutput implements OutputStream {
  readonly asynchronous = false;
  readonly #fd: number;
  readonly #stream: typeof Deno.stdout;
  #kind: StreamKind | undefined;
  #target: OutputStream | undefined;
  #writes = 0;

  constructor(fd: number, stream: typeof Deno.stdout) {
    this.#fd = fd;
    this.#stream = stream;
  }

  get streamKind(): StreamKind {
    return this.#kind ??= streamKindOf(this.#fd, this.#stream);
  }

  ready(): number | undefined {
    return this.#settle().ready();
  }

  wait(milliseconds: number): void | Promise<void> {
    return this.#settle().wait(milliseconds);
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    if (this.#target !== undefined) return this.#target.write(from, start, end);
    // A terminal that another program has made non-blocking is what Deno does not manage.
    const terminal = this.#writes++ === 0 && this.#stream.isTerminal();
    if (terminal || this.#writes > FEW) return this.#settle().write(from, start, end);
    return denoOutput(this.#stream, "pipe").write(from, start, end);
  }

  close(): void {}

  /** From here on the better way is taken, where there is one. */
  #settle(): OutputStream {
    return this.#target ??= loadLibC()
      ? descriptorOutput(this.#fd, this.streamKind)
      : denoOutput(this.#stream, this.streamKind);
  }
}

/** Standard input that waits inside `read`. */
class BlockingInput implements InputStream {
  readonly asynchronous = false;
  #kind: StreamKind | undefined;

  get streamKind(): StreamKind {
    return this.#kind ??= streamKindOf(0, Deno.stdin);
  }

  ready(): number | undefined {
    if (!loadLibC()) return 1;
    const readiness = pollDescriptor(0, "read", 0);
    return readiness === "ready" ? 1 : readiness === "over" ? 0 : undefined;
  }

  wait(milliseconds: number): void {
    if (loadLibC()) pollDescriptor(0, "read", milliseconds);
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    for (;;) {
      try {
        return Deno.stdin.readSync(into.subarray(start, end) as Uint8Array<ArrayBuffer>) ?? 0;
      } catch (error) {
        const fault = faultFrom(error);
        if (fault.code === "EAGAIN") {
          // Another program made the descriptor non-blocking; a guest was promised that reads wait.
          if (loadLibC()) pollDescriptor(0, "read", Infinity);
          else pause(A_WHILE);
        } else if (fault.code !== "EINTR") throw fault;
      }
    }
  }

  close(): void {}
}

function asynchronousInput(streamKind: StreamKind): InputStream {
  // One buffer is enough: more is asked for only when all of it has been read.
  const buffer = new Uint8Array(READ_AHEAD);
  let closed = false;
  // A read of Deno's cannot be given up once it waits, so none is begun before there is something to read.
  const arrival = async (): Promise<void> => {
    if (!loadLibC()) return;
    for (let come = pollDescriptor(0, "read", 0) !== undefined; !come && !closed;) {
      come = await pollAside(0, "read", ONE_WAIT);
    }
  };
  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      try {
        await arrival();
        if (closed) return undefined;
        const count = await Deno.stdin.read(buffer);
        return count === null ? undefined : buffer.subarray(0, count);
      } catch (error) {
        const fault = faultFrom(error);
        if (fault.code !== "EAGAIN" && fault.code !== "EINTR") throw fault;
        await new Promise((resolve) => setTimeout(resolve, A_WHILE));
      }
    }
  };
  return new PulledInput({ next, cancel: () => void (closed = true) }, streamKind);
}

/** What a descriptor is connected to; without FFI only a terminal is told from the rest. */
function streamKindOf(fd: number, stream: { isTerminal(): boolean }): StreamKind {
  if (stream.isTerminal()) return "terminal";
  if (!loadLibC()) return "pipe";
  const kind = kindOf(fd);
  if (kind === "file" || kind === "socket") return kind;
  return kind === "character-device" ? "null" : "pipe";
}
