/**
 * The lives of a box, one after the other: what is done to its guest, without waiting.
 *
 * @module
 */
import { setClocks, steppingClocks } from "../../caps/clocks/virtual.ts";
import { inheritOutput } from "../../caps/host/standard.ts";
import { seededRandom } from "../../caps/seeded_random.ts";
import type { GuestState } from "../snapshot/guest_state.ts";
import type { Codec } from "./codec.ts";
import { BoxError } from "./error.ts";
import type { JournalEntry, Opening } from "./journal.ts";
import { Life } from "./life.ts";
import type { BoxModule } from "./module.ts";
import type { BoxOptions } from "./options.ts";

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
  /** Whether nobody is to receive what the guest sends, since somebody has when it was lived first. */
  silent = false;
  /** Messages of the guest that wait until it is done, when it could still be cut short or undone. */
  readonly #held: Uint8Array<ArrayBuffer>[] | undefined;
  #life: Life;
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
    const grants = {
      args: options.args ?? [],
      env: options.env ?? {},
      dirs: options.dirs ?? [],
      stdout: options.stdout ?? inheritOutput("stdout"),
      stderr: options.stderr ?? inheritOutput("stderr"),
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
   */
  begin(): void {
    this.#life.begin();
    this.#handOver();
  }

  /**
   * Gives the guest a message.
   *
   * @param bytes The message
   * @param stopped Called when a limit has stopped the guest over it
   * @throws {BoxError} When the guest does not come through
   */
  send(bytes: Uint8Array<ArrayBufferLike>, stopped: () => void): void {
    const life = this.#life;
    const before = this.making.opening.rollBack ? life.state() : undefined;
    try {
      life.send(bytes);
    } catch (error) {
      if (life.over) this.#failed(error, before, stopped);
      throw error;
    } finally {
      this.#handOver();
    }
  }

  #failed(error: unknown, before: GuestState | undefined, stopped: () => void): void {
    if (before === undefined) {
      this.#poison = { cause: error };
    } else {
      this.#held!.length = 0;
      this.replace(this.make(before));
    }
    if (error instanceof BoxError && (error.reason === "timeout" || error.reason === "limit")) stopped();
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
    this.#life.close();
    this.#life = life;
    this.#poison = undefined;
  }

  /**
   * Does once more what a journal tells.
   *
   * @param entry What came to the box
   * @param read Reads a snapshot
   * @returns When it is done
   */
  async relive(
    entry: JournalEntry,
    read: (snapshot: Uint8Array<ArrayBuffer>) => Promise<GuestState>,
  ): Promise<void> {
    switch (entry.kind) {
      case "message":
        return entry.stopped ? this.#reliveStop() : this.#reliveMessage(entry.bytes);
      case "time":
        return this.setTime(entry.wall);
      case "restore":
        return this.replace(this.make(await read(new Uint8Array(entry.snapshot))));
    }
  }

  #reliveMessage(bytes: Uint8Array<ArrayBufferLike>): void {
    try {
      this.send(bytes, () => {});
    } catch (error) {
      // It failed then, too. What it left behind is the same.
      if (!(error instanceof BoxError)) throw error;
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

  #receive(message: Uint8Array<ArrayBuffer>): void {
    if (this.#held !== undefined) this.#held.push(message);
    else this.#hand(message);
  }

  #handOver(): void {
    for (const message of this.#held?.splice(0) ?? []) this.#hand(message);
  }

  #hand(message: Uint8Array<ArrayBuffer>): void {
    const { codec, options } = this.making;
    if (!this.silent) options.onMessage?.(codec.decode(message));
  }
}
