/**
 * One life of a box: an instance from the moment it is made until another takes its place.
 *
 * @module
 */
import type { Directory } from "../../caps/directory.ts";
import type { VirtualClocks } from "../../caps/clocks/virtual.ts";
import { isFault } from "../../caps/fault.ts";
import type { SeededRandom } from "../../caps/seeded_random.ts";
import type { OutputStream } from "../../caps/stream.ts";
import { nullInput } from "../../caps/streams/null.ts";
import { GRACE, loadStopwatch, TimeUp } from "../deadline.ts";
import { Fuel, FUEL_MODULE, FUEL_REFILL, FuelExhausted } from "../fuel.ts";
import { Guest } from "../guest.ts";
import { type GuestFunction, Instance } from "../instance.ts";
import { type ImportTable, importTable } from "../link.ts";
import { outcomeOfTrap } from "../outcome.ts";
import { Openings } from "../snapshot/descriptors.ts";
import { SnapshotError } from "../snapshot/error.ts";
import type { GuestState } from "../snapshot/guest_state.ts";
import { applyState, captureInstance, checkState, type InstanceState } from "../snapshot/instance_state.ts";
import { unwind } from "../unwind.ts";
import { BoxError } from "./error.ts";
import type { BoxModule } from "./module.ts";

/** A directory that the guest of a box finds open. */
export interface BoxDirectory {
  /** The path by which the guest names it. */
  readonly name: string;
  /** The directory, which stays the caller's to close. */
  readonly directory: Directory;
}

/** What the guest of a box may touch. */
export interface Grants {
  /** Its arguments. */
  readonly args: readonly string[];
  /** Its environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** What it finds open. */
  readonly dirs: readonly BoxDirectory[];
  /** Its standard output, closed with the guest. */
  readonly stdout: OutputStream;
  /** Its standard error, closed with the guest. */
  readonly stderr: OutputStream;
  /** Its clocks. */
  readonly clocks: VirtualClocks;
  /** Its randomness. */
  readonly random: SeededRandom;
}

/** What a message takes besides its bytes. */
const OVERHEAD = 256;

const freshStates = new WeakMap<BoxModule, InstanceState>();

/** One life of a box. */
export class Life {
  /** Its clocks. */
  readonly clocks: VirtualClocks;
  readonly #module: BoxModule;
  readonly #random: SeededRandom;
  readonly #guest: Guest;
  readonly #openings: Openings;
  readonly #instance: Instance;
  readonly #fuel = new Fuel({ limit: 0 });
  readonly #receive: (message: Uint8Array<ArrayBuffer>) => void;
  readonly #mostSaid: number;
  /** Bytes that the guest's messages take since it was called. */
  #said = 0;
  /** What the guest did that it may not, and was ended for. */
  #offence: string | undefined;

  /**
   * Makes an instance. No code of the guest runs yet.
   *
   * @param module The module
   * @param grants What the guest may touch
   * @param receive Takes the guest's messages, and throws nothing: that would pass through the guest, which could catch it
   * @param mostSaid How many bytes the messages may take that it sends while it is called once, {@linkcode OVERHEAD}
   * more for each
   * @throws {UnusableModuleError} For an import that is not offered, or memory that cannot be had
   */
  constructor(
    module: BoxModule,
    grants: Grants,
    receive: (message: Uint8Array<ArrayBuffer>) => void,
    mostSaid: number,
  ) {
    this.clocks = grants.clocks;
    this.#module = module;
    this.#random = grants.random;
    this.#receive = receive;
    this.#mostSaid = mostSaid;
    this.#guest = new Guest({
      args: grants.args,
      env: grants.env,
      preopens: grants.dirs,
      stdin: nullInput(),
      stdout: grants.stdout,
      stderr: grants.stderr,
      clocks: grants.clocks,
      random: grants.random,
      beforeCall: module.limits.timeout === undefined ? undefined : () => this.#guest.mayGoOn(),
      opened: (descriptor, parent, path, how) => this.#openings.opened(descriptor, parent, path, how),
    });
    const directories = grants.dirs.map(({ directory }) => directory);
    this.#openings = new Openings(this.#guest.descriptors, directories);
    try {
      this.#instance = new Instance(module.program, this.#guest, "sync", this.#imports());
      if (module.program.metered) this.#fuel.attach(this.#instance);
    } catch (error) {
      this.#guest.close();
      throw error;
    }
  }

  /**
   * Runs the guest's initializers. It may send messages already.
   *
   * @throws {BoxError} When it does not come through
   */
  begin(): void {
    const { startExport } = this.#module.program;
    const names = [startExport ?? "", "_initialize", "wasmbox_initialize"];
    const calls = names.map((name) => this.#instance.find(name)).filter((call) => call !== undefined);
    this.#run(() => {
      for (const call of calls) call();
    });
  }

  /**
   * Gives the guest a message.
   *
   * @param message Its bytes
   * @throws {BoxError} When the guest does not come through; its state is then anything
   */
  send(message: Uint8Array<ArrayBufferLike>): void {
    const { length } = message;
    this.#run(() => {
      const pointer = this.#find("wasmbox_malloc")(length) as number;
      if (pointer === 0 && length > 0) {
        throw new BoxError("limit", `The guest has no memory for a message of ${length} bytes`);
      }
      const { memory } = this.#guest;
      try {
        memory.write(pointer, message);
      } catch (error) {
        if (!isFault(error)) throw error;
        const place = `${length} bytes at ${pointer >>> 0}`;
        throw new BoxError("trap", `The guest's allocator gave memory that it does not have: ${place}`);
      }
      this.#find("wasmbox_send")(pointer, length);
      this.#find("wasmbox_free")(pointer, length);
    });
  }

  /**
   * Captures everything that the guest's future depends on.
   *
   * @returns The state
   * @throws {SnapshotError} `"unsupported"`, naming what cannot be captured
   */
  state(): GuestState {
    return {
      module: this.#module.hash,
      instance: captureInstance(this.#module.shape, this.#instance.exports),
      clock: this.clocks.state,
      random: this.#random.state,
      descriptors: this.#openings.capture(),
    };
  }

  /**
   * Gives a life that has not begun a state. After a refusal it is not to be used.
   *
   * @param state The state, from anywhere
   * @throws {SnapshotError} When it does not fit the module, the limits or the grants
   */
  restore({ instance, clock, random, descriptors }: GuestState): void {
    const { shape } = this.#module;
    checkState(shape, instance);
    try {
      this.clocks.restore(clock);
      this.#random.restore(random);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SnapshotError("damaged", `The snapshot is damaged: ${error.message}`, { cause: error });
    }
    applyState(shape, this.#instance.exports, instance, this.#fresh);
    this.#openings.restore(descriptors);
  }

  /** Closes all that the guest has open. */
  close(): void {
    this.#guest.close();
  }

  /** The state of any new instance of the module, which is captured once. */
  get #fresh(): InstanceState {
    let fresh = freshStates.get(this.#module);
    if (fresh === undefined) {
      fresh = captureInstance(this.#module.shape, this.#instance.exports);
      freshStates.set(this.#module, fresh);
    }
    return fresh;
  }

  #imports(): Map<string, ImportTable> {
    const callback = (pointer: number, length: number): void => this.#callback(pointer, length);
    const refill = (remaining: bigint): bigint => this.#refill(remaining);
    const env = importTable([["wasmbox_callback", callback]]);
    return new Map([["env", env], [FUEL_MODULE, importTable([[FUEL_REFILL, refill]])]]);
  }

  #find(name: string): GuestFunction {
    return this.#instance.find(name)!;
  }

  /** A message from the guest, whose bytes are good only during this call. */
  #callback(pointer: number, length: number): void {
    const { memory } = this.#guest;
    if (this.#guest.ended) unwind();
    this.#said += (length >>> 0) + OVERHEAD;
    if (this.#said > this.#mostSaid) {
      this.#guest.end();
      unwind();
    }
    let message: Uint8Array<ArrayBuffer>;
    try {
      const start = memory.range(pointer, length);
      message = new Uint8Array(memory.bytes.subarray(start, start + (length >>> 0)));
    } catch (error) {
      if (!isFault(error)) throw error;
      const place = `${length >>> 0} bytes at ${pointer >>> 0}`;
      this.#offence = `The guest sent a message that is not in its memory: ${place}`;
      this.#guest.end();
      unwind();
    }
    this.#receive(message);
  }

  #refill(remaining: bigint): bigint {
    try {
      return this.#fuel.refill(remaining);
    } catch (error) {
      if (!(error instanceof FuelExhausted)) throw error;
      // The guest could catch the error itself and go on.
      this.#guest.end();
      unwind();
    }
  }

  #run(calls: () => void): void {
    const { timeout, fuel } = this.#module.limits;
    this.#said = 0;
    if (fuel !== undefined) this.#fuel.limit = this.#fuel.used + BigInt(fuel);
    try {
      if (timeout === undefined) calls();
      else {
        const stopwatch = loadStopwatch();
        this.#guest.deadline = performance.now() + timeout;
        stopwatch(timeout + GRACE, calls);
      }
      // A guest can catch what unwinds it, and return as if nothing was.
      if (this.#guest.ended) unwind();
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): unknown {
    const { exitCode, timedOut, failure } = this.#guest;
    const { timeout, fuel } = this.#module.limits;
    if (timedOut || error instanceof TimeUp) {
      return new BoxError("timeout", `The guest took longer than ${timeout} ms`);
    }
    if (this.#fuel.exhausted) return new BoxError("limit", `The guest used more than ${fuel} units of fuel`);
    if (failure !== undefined) return failure;
    if (this.#said > this.#mostSaid) {
      return new BoxError("limit", `The guest sent more than ${this.#mostSaid} bytes before it was done`);
    }
    if (this.#offence !== undefined) return new BoxError("trap", this.#offence, { cause: error });
    if (exitCode !== undefined) return new BoxError("exit", `The guest exited with ${exitCode}`);
    const trap = outcomeOfTrap(error);
    if (trap === undefined) return error;
    return new BoxError("trap", `The guest crashed: ${trap.message}`, { cause: error, frames: trap.stack });
  }
}
