/**
 * A guest: all that one running program has, in one object.
 *
 * @module
 */
import type { Clocks } from "../caps/clock.ts";
import type { Directory } from "../caps/directory.ts";
import type { FaultCode } from "../caps/fault.ts";
import { GuestPath } from "../caps/path.ts";
import type { Random } from "../caps/random.ts";
import type { Listener } from "../caps/socket.ts";
import type { InputStream, OutputStream } from "../caps/stream.ts";
import { Buffers } from "./abi/buffers.ts";
import { GuestMemory } from "./abi/memory.ts";
import { StringList } from "./abi/strings.ts";
import { Descriptor } from "./descriptor.ts";
import { DEFAULT_MAX_OPEN_FILES, DescriptorTable } from "./descriptors.ts";
import { Listings } from "./listings.ts";
import { unwind } from "./unwind.ts";
import { type Turns, Waiter } from "./waiter.ts";

/** A directory or listening socket that a guest finds open when it starts. */
export type Preopen =
  | {
    /** The path by which the guest names it; a slash at its end makes no difference. */
    readonly name: string;
    /** The directory. The guest gets a handle of its own, and this one stays the caller's to close. */
    readonly directory: Directory;
  }
  | {
    /** What it is for; the guest does not see it. */
    readonly name: string;
    /** The socket, closed with the guest. */
    readonly listener: Listener;
  };

/** The first word of a call's name, by which traces are chosen. */
export type Family =
  | "args"
  | "environ"
  | "clock"
  | "fd"
  | "path"
  | "poll"
  | "proc"
  | "random"
  | "sched"
  | "sock";

/** All that a guest is given. What is not here, it does not have. */
export interface GuestOptions {
  /** Its arguments; the first is by custom its name. */
  readonly args: readonly string[];
  /** Its environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * What it finds open, as descriptors 3, 4 and so on. Directories come first: programs look for them from 3 on, and
   * stop at the first number that is none.
   */
  readonly preopens: readonly Preopen[];
  /** Descriptor 0, closed with the guest. */
  readonly stdin: InputStream;
  /** Descriptor 1, closed with the guest. */
  readonly stdout: OutputStream;
  /** Descriptor 2, closed with the guest; may be the same as `stdout`. */
  readonly stderr: OutputStream;
  /** Its clocks. */
  readonly clocks: Clocks;
  /** Its randomness. */
  readonly random: Random;
  /** How many descriptors it may have at once; 4096 unless given. What it finds open counts, and always fits. */
  readonly maxOpenFiles?: number;
  /** Called before each call, which is not made when the guest has been ended meanwhile. It throws nothing. */
  readonly beforeCall?: () => void;
  /** Receives a line for each call. */
  readonly trace?: (line: string) => void;
  /** Which calls are traced; all unless given. */
  readonly traceFamilies?: readonly Family[];
  /**
   * Hears of each call that was refused.
   *
   * @param call The name of the call
   * @param path The path it was about: the name of the grant in which it begins, and then what the guest gave; two with
   * an arrow between for two; empty for none
   * @param code Why: `ENOTCAPABLE`, `EROFS`, `EACCES` or `EPERM`
   */
  readonly denied?: (call: string, path: string, code: FaultCode) => void;
  /** Hears of each call that found no descriptor free. */
  readonly outOfDescriptors?: () => void;
  /**
   * Hears of each file and directory that was opened by path.
   *
   * @param descriptor What was opened
   * @param parent The directory in which the path begins
   * @param path The path, as the guest gave it
   * @param how A sum of `Open` values
   */
  readonly opened?: (descriptor: Descriptor, parent: Descriptor, path: string, how: number) => void;
}

/**
 * A guest: its memory, its descriptors, its capabilities, and whether it goes on.
 *
 * @example
 * ```ts
 * import { captureOutput, Guest, nullInput, preview1, systemClocks, systemRandom } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const stdout = captureOutput();
 * const given = { args: ["hello"], env: {}, preopens: [], stdin: nullInput(), stdout, stderr: stdout };
 * const guest = new Guest({ ...given, clocks: systemClocks(), random: systemRandom() });
 * const module = await WebAssembly.compile(await Deno.readFile("tests/guests/reactor.wasm"));
 * const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: preview1(guest, "sync") });
 * guest.memory.attach(exports.memory as WebAssembly.Memory);
 * (exports._initialize as () => void)();
 * (exports.log as (number: number) => void)(7);
 * assertEquals(stdout.text(), "7\n");
 * ```
 */
export class Guest {
  /** Its memory, to be attached once it is known. */
  readonly memory: GuestMemory = new GuestMemory();
  /** What it has open. */
  readonly descriptors: DescriptorTable;
  /** Its arguments. */
  readonly args: StringList;
  /** Its environment variables, as `NAME=VALUE`. */
  readonly environ: StringList;
  /** Its clocks. */
  readonly clocks: Clocks;
  /** Its randomness. */
  readonly random: Random;
  /** The path of the call that is under way. */
  readonly path: GuestPath = new GuestPath();
  /** The second path of a call that takes two. */
  readonly otherPath: GuestPath = new GuestPath();
  /** Where {@linkcode Guest.path} begins. It is the one of an earlier call when this one has none. */
  base: Descriptor | undefined = undefined;
  /** Where {@linkcode Guest.otherPath} begins. */
  otherBase: Descriptor | undefined = undefined;
  /** The buffers of the read or write that is under way. */
  readonly buffers: Buffers = new Buffers();
  /**
   * The listings of directories that it works through.
   *
   * @internal
   */
  readonly listings: Listings = new Listings();
  /** What it waits with when it can be suspended. */
  readonly waiter: Waiter = new Waiter();
  /** What traces and refusals are told to, and the rest of what it was made of. */
  readonly options: GuestOptions;
  /** Whether its waits can be promises. Set by whoever makes its imports. */
  suspending = false;
  /**
   * When others have their turn, for a guest that nothing else interrupts. Set before its imports are made.
   *
   * @internal
   */
  turns: Turns | undefined = undefined;
  /** When all waits end, in milliseconds of `performance.now()`; never unless set. */
  deadline: number | undefined = undefined;
  /** What it ended with, 0 to 2^32 - 1; `undefined` while it runs and when it did not exit by itself. */
  exitCode: number | undefined = undefined;
  /** Whether a wait has reached the deadline. */
  timedOut = false;
  /** What a call threw that was no fault: an error of keyhole or of somebody's capability, never of the guest. */
  failure: unknown = undefined;
  /** Whether it is over: every further call unwinds it at once. */
  ended = false;

  /**
   * Opens all that the guest is given, and runs nothing yet.
   *
   * @param options All that it is given
   * @throws {TypeError} For an argument, variable or name with a NUL in it, or a variable's name with `=` in it
   * @throws {RangeError} For a limit of open files that is no whole number, or above 1,048,576
   * @throws {Fault} `EMFILE` when the host does not let a directory be opened once more
   */
  constructor(options: GuestOptions) {
    this.options = options;
    this.clocks = options.clocks;
    this.random = options.random;
    this.args = new StringList(options.args);
    this.environ = new StringList(Object.entries(options.env).map(variable));
    const names = new StringList(options.preopens.map(({ name }) => name));
    const maxOpenFiles = options.maxOpenFiles ?? DEFAULT_MAX_OPEN_FILES;
    this.descriptors = new DescriptorTable(Math.max(maxOpenFiles, 3 + names.count));
    this.descriptors.add(Descriptor.ofInput(options.stdin));
    this.descriptors.add(Descriptor.ofOutput(options.stdout));
    this.descriptors.add(Descriptor.ofOutput(options.stderr));
    try {
      for (const preopen of options.preopens) this.descriptors.add(granted(preopen));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Ends the guest with an exit code, from inside one of its calls.
   *
   * @param code The exit code; an earlier one stays
   * @throws {WebAssembly.RuntimeError} Always: what unwinds the guest
   */
  exit(code: number): never {
    if (!this.ended) this.exitCode = code >>> 0;
    this.end();
    unwind();
  }

  /** Ends the guest from outside: at its next call, or at once when it is suspended. */
  end(): void {
    this.ended = true;
    this.waiter.wake();
  }

  /** Milliseconds until the deadline, `Infinity` when there is none. */
  get remaining(): number {
    return this.deadline === undefined ? Infinity : Math.max(0, this.deadline - performance.now());
  }

  /**
   * Ends the guest if it is over, or if its deadline has passed. Called after each wait.
   *
   * @throws {WebAssembly.RuntimeError} What unwinds the guest
   */
  mayGoOn(): void {
    if (!this.ended && this.remaining === 0) {
      this.timedOut = true;
      this.end();
    }
    if (this.ended) unwind();
  }

  /** Closes all that the guest has open. */
  close(): void {
    this.end();
    this.descriptors.closeAll();
  }
}

function variable([name, value]: [string, string]): string {
  if (name === "" || name.includes("=")) {
    throw new TypeError(`Cannot name a variable ${JSON.stringify(name)}: give a name without "="`);
  }
  return `${name}=${value}`;
}

function granted(preopen: Preopen): Descriptor {
  if ("listener" in preopen) return Descriptor.ofListener(preopen.listener);
  return Descriptor.ofGrant(preopen.directory.again(), new TextEncoder().encode(prefixOf(preopen.name)));
}

/** A C library looks for "work" among names, and would not find it in "work/", as shells complete it. */
function prefixOf(name: string): string {
  return name.replace(/(?<=.)\/+$/, "");
}
