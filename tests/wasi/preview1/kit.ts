/** What the tests of the calls share: a guest without a program, whose calls a test makes itself. */
import { type Directory, Fault, memoryDirectory } from "../../../mod.ts";
import type { Connection, InputStream, Listener, OutputStream } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { Guest, type GuestOptions } from "../../../wasi/guest.ts";
import { parseText } from "../../../wasi/text.ts";
import { preview1, unstable } from "../../../wasi/preview1/mod.ts";

/** A call as WebAssembly would make it: numbers in, an errno out. */
type Made = (...values: (number | bigint)[]) => number;

/** A guest without a program. Its memory is one page, its output is kept. */
export class Kit {
  readonly guest: Guest;
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly table: Record<string, unknown>;
  readonly output: number[] = [];
  /** Where the next text is put; results are put at the beginning. */
  #next = 4096;

  constructor(options: Partial<GuestOptions> & { abi?: typeof preview1 } = {}) {
    const { abi = preview1, ...given } = options;
    this.guest = new Guest({
      args: ["guest"],
      env: {},
      preopens: [{ name: "/", directory: memoryDirectory() }],
      stdin: inputOf(""),
      stdout: this.#collector(),
      stderr: this.#collector(),
      clocks: testClocks(),
      random: { fill: (into, start, end) => void into.fill(0xab, start, end) },
      ...given,
    });
    this.table = abi(this.guest, "sync");
    this.guest.memory.attach(this.memory);
  }

  /** Makes a call and returns its errno. */
  call(name: string, ...values: (number | bigint)[]): number {
    return (this.table[name] as Made)(...values);
  }

  /** Makes a call that has to succeed. */
  must(name: string, ...values: (number | bigint)[]): void {
    const errno = this.call(name, ...values);
    if (errno !== Errno.SUCCESS) throw new Error(`${name} answered ${errno}`);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Puts text into the memory: its pointer and length, as most calls take them. */
  text(text: string | Uint8Array): [number, number] {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    if (this.#next + bytes.length > 60000) this.#next = 4096;
    const pointer = this.#next;
    this.bytes.set(bytes, pointer);
    this.#next += bytes.length;
    return [pointer, bytes.length];
  }

  /** Puts a list of buffers into the memory: its pointer and count. */
  buffers(at: number, ...ranges: [number, number][]): [number, number] {
    ranges.forEach(([pointer, length], i) => {
      this.view.setUint32(at + i * 8, pointer, true);
      this.view.setUint32(at + i * 8 + 4, length, true);
    });
    return [at, ranges.length];
  }

  /** The text in a range of the memory. */
  read(pointer: number, length: number): string {
    return new TextDecoder().decode(this.bytes.slice(pointer, pointer + length));
  }

  u32(pointer: number): number {
    return this.view.getUint32(pointer, true);
  }

  u64(pointer: number): bigint {
    return this.view.getBigUint64(pointer, true);
  }

  /** Opens a path below descriptor 3 and returns the new descriptor. */
  open(path: string, { oflags = 0, rights = ~0n, fdflags = 0, fd = 3 } = {}): number {
    this.must("path_open", fd, 1, ...this.text(path), oflags, rights, ~0n, fdflags, 0);
    return this.u32(0);
  }

  /** Writes text to a descriptor. */
  write(fd: number, text: string): number {
    const [pointer, length] = this.text(text);
    this.must("fd_write", fd, ...this.buffers(16, [pointer, length]), 8);
    return this.u32(8);
  }

  /** Reads up to some bytes from a descriptor. */
  readFrom(fd: number, length: number): string {
    this.must("fd_read", fd, ...this.buffers(16, [2048, length]), 8);
    return this.read(2048, this.u32(8));
  }

  #collector(): OutputStream {
    return {
      streamKind: "pipe",
      asynchronous: false,
      ready: () => 65536,
      wait: () => {},
      close: () => {},
      write: (from, start, end) => this.output.push(...from.subarray(start, end)) && end - start,
    };
  }
}

/** The two tables, by name. */
export const abis = { preview1, unstable };

/** Reading, writing, and nothing else. */
export const FD_READ = 2n;
export const FD_WRITE = 64n;
export const READ_WRITE = 66n;

/** `path_open` flags. */
export const CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8;

/** Clocks that stand still and move only by sleeping. */
export function testClocks(): GuestOptions["clocks"] & { slept: bigint[] } {
  let time = 1_000_000_000n;
  const slept: bigint[] = [];
  return {
    slept,
    virtual: true,
    wall: { now: () => 7_000_000_000n + time, resolution: 1000n },
    monotonic: { now: () => time, resolution: 1n },
    sleep: (nanoseconds) => {
      slept.push(nanoseconds);
      time += nanoseconds;
    },
  };
}

/** Clocks that tell real time. */
export function realClocks(): GuestOptions["clocks"] {
  const now = (): bigint => BigInt(Math.round(performance.now() * 1e6));
  return {
    virtual: false,
    wall: { now, resolution: 1000n },
    monotonic: { now, resolution: 1000n },
    sleep: (nanoseconds) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(nanoseconds) / 1e6);
    },
  };
}

/** Input that is all there. */
export function inputOf(text: string): InputStream {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return {
    streamKind: "pipe",
    asynchronous: false,
    ready: () => bytes.length - at,
    wait: () => {},
    close: () => {},
    read: (into, start, end) => {
      const part = bytes.subarray(at, at + end - start);
      into.set(part, start);
      at += part.length;
      return part.length;
    },
  };
}

/** A connection, both ends of it in the test's hands. */
export class TestConnection implements Connection {
  readonly kind = "connection";
  readonly streamKind = "socket";
  readonly asynchronous = true;
  readonly sent: number[] = [];
  readonly ended: string[] = [];
  closed = false;
  /** How many waits are under way. */
  waits = 0;
  readonly writing: OutputStream = {
    streamKind: "socket",
    asynchronous: true,
    ready: () => 65536,
    wait: () => Promise.resolve(),
    close: () => {},
    write: (from, start, end) => this.sent.push(...from.subarray(start, end)) && end - start,
  };
  #received: number[] = [];
  #over = false;
  #wake = Promise.withResolvers<void>();

  /** What the other side sends. */
  arrive(text: string): void {
    this.#received.push(...new TextEncoder().encode(text));
    this.#tell();
  }

  /** The other side sends no more. */
  finish(): void {
    this.#over = true;
    this.#tell();
  }

  ready(): number | undefined {
    return this.#received.length > 0 ? this.#received.length : this.#over ? 0 : undefined;
  }

  async wait(): Promise<void> {
    this.waits++;
    await this.#wake.promise;
    this.waits--;
  }

  read(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const count = this.peek(into, start, end);
    this.#received.splice(0, count);
    return count;
  }

  peek(into: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    const part = this.#received.slice(0, end - start);
    into.set(part, start);
    return part.length;
  }

  write(from: Uint8Array<ArrayBufferLike>, start: number, end: number): number {
    return this.writing.write(from, start, end);
  }

  shutdown(reading: boolean, writing: boolean): void {
    this.ended.push(`${reading} ${writing}`);
  }

  close(): void {
    this.closed = true;
  }

  #tell(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** A listener with connections that wait to be accepted. */
export function listenerOf(...connections: TestConnection[]): Listener {
  return {
    kind: "listener",
    streamKind: "socket",
    asynchronous: true,
    ready: () => connections.length > 0 ? connections.length : undefined,
    wait: () => Promise.resolve(),
    close: () => {},
    accept: () => {
      const connection = connections.shift();
      if (connection === undefined) throw Fault.of("EAGAIN");
      return connection;
    },
  };
}

/** A module in the text format, as bytes. */
export function binaryOf(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return parseText(new TextEncoder().encode(text));
}

/** Everything in a directory, as paths with contents: to tell that nothing has changed. */
export function contentsOf(directory: Directory, path = ""): Record<string, string> {
  const contents: Record<string, string> = {};
  for (const { name, kind } of directory.list()) {
    const here = `${path}${name}`;
    if (kind === "directory") {
      Object.assign(contents, { [`${here}/`]: "" }, contentsOf(directory.directory(name), `${here}/`));
    } else if (kind === "link") contents[here] = `-> ${directory.readLink(name)}`;
    else {
      const file = directory.open(name, 1);
      if (file.kind !== "file") throw new Error(here);
      const bytes = new Uint8Array(file.stat().size);
      file.read(bytes, 0, bytes.length, 0);
      contents[here] = new TextDecoder().decode(bytes);
    }
  }
  return contents;
}
