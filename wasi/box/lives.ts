/**
 * The lives of a box, one after the other: what is done to its guest, without waiting.
 *
 * @module
 */
import { setClocks, steppingClocks } from "../../caps/clocks/virtual.ts";
import { inheritOutput } from "../../caps/host/standard.ts";
import { seededRandom } from "../../caps/seeded_random.ts";
import type { OutputStream } from "../../caps/stream.ts";
import { SnapshotError } from "../snapshot/error.ts";
import type { GuestState } from "../snapshot/guest_state.ts";
import { type Codec, MessageError } from "./codec.ts";
import { BoxError } from "./error.ts";
import type { JournalEntry, Opening } from "./journal.ts";
import { Life } from "./life.ts";
import type { BoxModule } from "./module.ts";
import type { BoxOptions } from "./options.ts";
import { boxOutput } from "./output.ts";

/** What a box is made of, and makes its next lives of. */
export interface Making<Message> {
  /** Its module. */
  readonly module: BoxModule;
  /** What it was when it was opened. */
  readonly opening: Opening;
  /** What it was opened with. */
  readonly options: BoxOptions<Message>;
  /** Between messages and bytes. */
  readonly codec: Codec<Message>;
}

/** How many bytes the messages may take that wait until the guest is done. */
const MOST_HELD = 256 << 20;

/** The lives of a box, one after the other. */
export class Lives<Message> {
  /** What they are made of. */
  readonly making: Making<Message>;
  /** Whether nobody is to receive what the guest sends and writes, since somebody has when it was lived first. */
  silent = false;
  /** Messages of the guest that wait until it is done, when it could still be cut short or undone. */
  readonly #held: Uint8Array<ArrayBuffer>[] | undefined;
  #life: Life;
  /** The first thing that the receiver of messages threw since the guest was called. */
  #thrown: { readonly error: unknown } | undefined;
  /** What the guest failed over, until another life takes its place. */
  #poison: { readonly cause: unknown } | undefined;
  #closed = false;

  /**
   * Makes the first. No code of the guest runs yet.
   *
   * @param making What it is made of
   * @param state Its state; that of a new instance unless given
   * @throws {UnusableModuleError} For an import that is not offered, or memory that cannot be had
   * @throws {SnapshotError} For a state that does not fit
   */
  constructor(making: Making<Message>, state?: GuestState) {
    this.making = making;
    const cutShort = making.opening.rollBack || making.module.limits.timeout !== undefined;
    this.#held = cutShort ? [] : undefined;
    this.#life = this.make(state);
  }

  /** Whether the guest has failed. */
  get poisoned(): boolean {
    return this.#poison !== undefined;
  }

  /**
   * Makes an instance that is not in use yet.
   *
   * @param state Its state; that of a new instance unless given
   * @returns The instance, to be closed or used
   * @throws {SnapshotError} For a state that does not fit
   */
  make(state?: GuestState): Life {
    const { module, opening, options } = this.making;
    const output = (stream: OutputStream): OutputStream => boxOutput(stream, () => this.silent);
    const grants = {
      args: options.args ?? [],
      env: options.env ?? {},
      dirs: options.dirs ?? [],
      stdout: output(options.stdout ?? inheritOutput("stdout")),
      stderr: output(options.stderr ?? inheritOutput("stderr")),
      clocks: opening.clock === "step" ? steppingClocks(opening.start) : setClocks(opening.start),
      random: seededRandom(opening.seed),
    };
    const mostSaid = this.#held === undefined ? Infinity : MOST_HELD;
    const life = new Life(module, grants, (message) => this.#receive(message), mostSaid);
    try {
      if (state !== undefined) life.restore(state);
      return life;
    } catch (error) {
      life.close();
      throw error;
    }
  }

  /**
   * Runs the guest's initializers.
   *
   * @throws {BoxError} When it does not come through
   * @throws What receiving a message threw
   */
  begin(): void {
    this.#hearing(() => this.#life.begin());
  }

  /**
   * Gives the guest a message.
   *
   * @param bytes The message
   * @param note Writes down the message before the guest gets it, and that a limit has stopped the guest over it; what
   * this throws about the message keeps it from the guest
   * @throws {BoxError} When the guest does not come through
   * @throws {SnapshotError} `"unsupported"` when the message could not be undone
   * @throws What receiving a message threw
   */
  send(bytes: Uint8Array<ArrayBufferLike>, note: (entry: JournalEntry | "stopped") => void): void {
    this.mustBeWell();
    const before = this.making.opening.rollBack ? this.#life.state() : undefined;
    note({ kind: "message", bytes, stopped: false });
    this.#hearing(() => {
      try {
        this.#life.send(bytes);
      } catch (error) {
        this.#poison = { cause: error };
        if (isStop(error)) note("stopped");
        if (before !== undefined) this.#rollBack(before);
        throw error;
      }
    });
  }

  #rollBack(before: GuestState): void {
    this.#held!.length = 0;
    try {
      this.replace(this.make(before));
    } catch (error) {
      // A file that was open may be gone by the message that is undone. Then the box stays poisoned.
      if (!(error instanceof SnapshotError)) throw error;
    }
  }

  /**
   * Sets the wall clock.
   *
   * @param wall Nanoseconds since 1970 began (UTC)
   */
  setTime(wall: bigint): void {
    this.#life.clocks.set(wall);
  }

  /**
   * The state of the guest.
   *
   * @returns Everything that its future depends on
   * @throws {SnapshotError} `"unsupported"`, naming what cannot be captured
   */
  state(): GuestState {
    return this.#life.state();
  }

  /**
   * Lets another instance take the place of the guest.
   *
   * @param life What {@linkcode Lives.make} returned
   */
  replace(life: Life): void {
    const before = this.#life;
    this.#life = life;
    this.#poison = undefined;
    before.close();
  }

  /**
   * Does once more what a journal tells.
   *
   * @param entry What came to the box
   * @param read Reads a snapshot
   * @param stopped Called when a limit stops the guest over a message, which none did that the journal tells about
   * @returns When it is done
   */
  async relive(
    entry: JournalEntry,
    read: (snapshot: Uint8Array<ArrayBuffer>) => Promise<GuestState>,
    stopped: () => void,
  ): Promise<void> {
    if (entry.kind === "restore") return this.replace(this.make(await read(new Uint8Array(entry.snapshot))));
    if (entry.kind === "time") this.setTime(entry.wall);
    else if (entry.stopped) this.#reliveStop();
    else this.#reliveMessage(entry.bytes, stopped);
  }

  #reliveMessage(bytes: Uint8Array<ArrayBufferLike>, stopped: () => void): void {
    try {
      this.send(bytes, (entry) => entry === "stopped" && stopped());
    } catch (error) {
      // It failed then, too, and so did the codec over what the guest sent. What is left behind is the same.
      if (!(error instanceof BoxError || error instanceof MessageError)) throw error;
    }
  }

  /** Where a guest is stopped depends on the machine; nothing of it is left but what it had sent. */
  #reliveStop(): void {
    if (this.making.opening.rollBack) return;
    this.#poison = { cause: new BoxError("timeout", "The guest took too long") };
  }

  /** Closes all that the guest has open. */
  close(): void {
    this.#closed = true;
    this.#life.close();
  }

  /**
   * Refuses what only an open box can do.
   *
   * @throws {BoxError} `"closed"`
   */
  mustBeOpen(): void {
    if (this.#closed) throw new BoxError("closed", "The box was closed");
  }

  /**
   * Refuses what only a box can do whose guest has not failed.
   *
   * @throws {BoxError} `"closed"`, `"poisoned"`
   */
  mustBeWell(): void {
    this.mustBeOpen();
    if (this.#poison === undefined) return;
    throw new BoxError(
      "poisoned",
      "The box is poisoned, since its guest failed: restore a snapshot",
      this.#poison,
    );
  }

  /** Calls the guest, and hands on what it sends. Why it failed counts more than what its messages led to. */
  #hearing(call: () => void): void {
    this.#thrown = undefined;
    try {
      call();
    } finally {
      for (const message of this.#held?.splice(0) ?? []) this.#hand(message);
    }
    const thrown = this.#thrown as { readonly error: unknown } | undefined;
    if (thrown !== undefined) throw thrown.error;
  }

  #receive(message: Uint8Array<ArrayBuffer>): void {
    if (this.#held !== undefined) this.#held.push(message);
    else this.#hand(message);
  }

  /** Whatever comes of one message, the next is received too. */
  #hand(message: Uint8Array<ArrayBuffer>): void {
    const { codec, options } = this.making;
    try {
      if (!this.silent) options.onMessage?.(codec.decode(message));
    } catch (error) {
      this.#thrown ??= { error };
    }
  }
}

/** Whether a limit has ended the guest: on another machine, or with another limit, it might have gone on. */
function isStop(error: unknown): boolean {
  return error instanceof BoxError && (error.reason === "timeout" || error.reason === "limit");
}
