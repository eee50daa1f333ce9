/** What standard_test.ts runs in processes of their own: the first argument says which part. */
import { denoOutput } from "../../../caps/host/deno_output.ts";
import { descriptorOutput } from "../../../caps/host/descriptor_output.ts";
import { inheritInput, inheritOutput } from "../../../caps/host/standard.ts";
import { loadLibC } from "../../../caps/host/libc.ts";
import { isFault } from "../../../caps/fault.ts";
import type { OutputStream } from "../../../caps/stream.ts";
import { run } from "../../../mod.ts";
import { flood } from "./flood.ts";

const O_NONBLOCK = 0o4000;
const F_SETFL = 4;

function makeNonBlocking(fd: number): void {
  const library = Deno.dlopen("libc.so.6", { fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" } });
  if (library.symbols.fcntl(fd, F_SETFL, O_NONBLOCK) < 0) throw new Error("fcntl failed");
  library.close();
}

function putAll(output: OutputStream, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) start += output.write(bytes, start, bytes.length);
}

/** Small writes, of which some end in the middle of a line, and some large ones. */
function putInPieces(output: OutputStream, bytes: Uint8Array): void {
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const end = Math.min(start + (i % 10 === 0 ? 20_000 : 300), bytes.length);
    putAll(output, bytes.subarray(start, end));
    start = end;
  }
}

function copy(size: number): void {
  const input = inheritInput();
  const output = inheritOutput("stdout");
  const buffer = new Uint8Array(size);
  for (;;) {
    const count = input.read(buffer, 1, size);
    if (count === 0) break;
    putAll(output, buffer.subarray(1, 1 + count));
  }
}

async function copyAsynchronously(): Promise<void> {
  const input = inheritInput({ asynchronous: true });
  const output = inheritOutput("stdout");
  const buffer = new Uint8Array(1000);
  for (;;) {
    while (input.ready() === undefined) await input.wait(Infinity);
    const count = input.read(buffer, 0, buffer.length);
    if (count === 0) break;
    putAll(output, buffer.subarray(0, count));
  }
}

/** Runs a guest that reads what it inherits, and aborts it while nothing comes. */
async function abortReader(): Promise<void> {
  const guest = `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 4) "\\01")
    (func (export "_start")
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))`;
  const controller = new AbortController();
  const { reason } = await run(new TextEncoder().encode(guest), {
    stdin: "inherit",
    // It reads right after it has written.
    stdout: () => void setTimeout(() => controller.abort(), 50),
    signal: controller.signal,
  });
  say(reason);
}

const say = (text: unknown): void => console.error(String(text));

function codeOf(call: () => unknown): void {
  try {
    say(call());
  } catch (error) {
    say(isFault(error) ? error.code : error);
  }
}

const byte = new Uint8Array(1);
const parts: Record<string, () => void | Promise<void>> = {
  "copy": () => copy(70_000),
  "copy non-blocking": () => {
    makeNonBlocking(0);
    copy(100);
  },
  "copy asynchronously": copyAsynchronously,
  "copy non-blocking asynchronously": () => {
    makeNonBlocking(0);
    return copyAsynchronously();
  },
  "flood deno": () => {
    makeNonBlocking(1);
    putInPieces(denoOutput(Deno.stdout, "pipe"), flood());
  },
  "flood descriptor": () => {
    if (!loadLibC()) throw new Error("no libc");
    makeNonBlocking(1);
    putInPieces(descriptorOutput(1, "pipe"), flood());
  },
  "read": () => codeOf(() => inheritInput().read(byte, 0, 1)),
  "read asynchronously": async () => {
    const input = inheritInput({ asynchronous: true });
    await input.wait(Infinity);
    codeOf(() => input.read(byte, 0, 1));
  },
  "write": () => codeOf(() => inheritOutput("stdout").write(byte, 0, 1)),
  "write until broken": () =>
    codeOf(() => {
      const output = inheritOutput("stdout");
      for (;;) output.write(flood(), 0, 1000);
    }),
  "readiness": () => {
    const input = inheritInput();
    say([input.streamKind, input.ready()]);
    input.wait(20);
    say(input.ready());
    inheritOutput("stdout").write(byte, 0, 1);
    input.wait(Infinity);
    say(input.ready());
  },
  "readiness of an end": () => {
    const input = inheritInput();
    for (;;) {
      input.wait(Infinity);
      say(input.ready());
      if (input.read(byte, 0, 1) === 0) return;
    }
  },
  "run until time is up": async () => {
    // One write of more than any pipe holds.
    const guest = `(module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 64)
      (data (i32.const 0) "\\10\\00\\00\\00\\00\\00\\20\\00")
      (func (export "_start")
        (loop $again (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $again))))`;
    const { reason } = await run(new TextEncoder().encode(guest), {
      stdout: "inherit",
      limits: { timeout: 300 },
    });
    say(reason);
  },
  "abort": abortReader,
  "abort, then copy": async () => {
    await abortReader();
    await copyAsynchronously();
  },
  "kinds": () => say([inheritInput().streamKind, inheritOutput("stdout").streamKind]),
};

await parts[Deno.args[0]!]!();
