/**
 * The box: a guest that lives on messages, and whose whole state is data: at any moment it can be saved, brought back,
 * copied, and lived through again.
 *
 * @module
 */
import { mustBeBytes } from "../caps/checks.ts";
import type { Directory } from "../caps/directory.ts";
import { checkOptions, checkReplayOptions, checkSnapshotOptions } from "./box/arguments.ts";
import type { Codec } from "./box/codec.ts";
import { readNamed, writeNew } from "./box/files.ts";
import { type JournalEntry, JournalError, readJournal } from "./box/journal.ts";
import { JournalFile } from "./box/journal_file.ts";
import { Lives } from "./box/lives.ts";
import { makingOf, nanoseconds } from "./box/making.ts";
import { type BoxModule, boxModuleOf } from "./box/module.ts";
import type { BoxOptions, RandomPolicy, SnapshotForm } from "./box/options.ts";
import { rawOfState, stateOfRaw } from "./box/raw_state.ts";
import { reliveAll } from "./box/relive.ts";
import { readerOf, underPolicy } from "./box/saved_state.ts";
import { Turns } from "./box/turns.ts";
import { mustBeSnapshot, packSnapshot } from "./snapshot/container.ts";
import { type GuestState, hashState } from "./snapshot/guest_state.ts";
import { mustBeRaw, packRaw, unpackRaw } from "./snapshot/raw.ts";

/**
 * A guest that lives on messages. Whatever is asked of it happens in that order, one thing after the other; what is
 * asked for while a message of the guest is being received, happens when the guest is done.
 *
 * @example
 * ```ts
 * import { Box } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const module = await Deno.readFile(new URL("../examples/box/counter.wasm", import.meta.url));
 * const values: string[] = [];
 * const box = await Box.open(module, { onMessage: (message) => values.push(message) });
 * await box.send("up");
 * const snapshot = await box.snapshot();
 * await box.send("up");
 * await box.restore(snapshot);
 * await box.send("down");
 * assertEquals(values, ["value=1", "value=2", "value=0"]);
 * ```
 */
export class Box<Message = string> {
  readonly #lives: Lives<Message>;
  readonly #turns = new Turns();
  #journal: JournalFile | undefined;

  private constructor(lives: Lives<Message>) {
    this.#lives = lives;
  }

  /**
   * Opens a box on texts.
   *
   * @param source The bytes of a module, or a module that other boxes are made of too
   * @param options What the box gets
   * @returns The box, initialized
   * @throws {TypeError} For something else than a module, and options of other types
   * @throws {RangeError} For a limit, time or seed that is no such number
   * @throws {UnusableModuleError} For a module that is no guest for a box; an export that is missing is named
   * @throws {BoxError} When the guest does not come through its initialization
   * @throws {JournalError} For a journal that is damaged, of another module, or cannot be read or written, and when
   * living through it does not come out as then: the guest fails or is stopped by a limit, or what it had open is not
   * granted
   */
  static open(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    options?: BoxOptions<string> & { readonly codec?: undefined },
  ): Promise<Box<string>>;
  /**
   * Opens a box on other messages than texts.
   *
   * @param source The bytes of a module, or a module that other boxes are made of too
   * @param options What the box gets, with a codec
   * @returns The box, initialized
   * @throws As above
   */
  static open<Message>(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    options: BoxOptions<Message> & { readonly codec: Codec<Message> },
  ): Promise<Box<Message>>;
  static async open<Message>(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    options: BoxOptions<Message> = {},
  ): Promise<Box<Message>> {
    checkOptions(options);
    const module = await boxModuleOf(source, options.limits);
    const file = options.journal && new JournalFile(options.journal);
    const journal = file?.resume();
    const box = new Box(new Lives(makingOf(module, options, journal?.opening)));
    box.#journal = file;
    const lives = box.#lives;
    await box.#orClosed(() => {
      if (journal?.opening === undefined) file?.begin(lives.making.opening);
      else lives.silent = true;
      return box.#live(journal?.entries ?? []);
    });
    lives.silent = false;
    return box;
  }

  /**
   * Lives through a journal, up to its end or an earlier point. The messages of the guest are received again, except
   * what it sent over a message before a limit stopped it: how far it came is not written down, since it depends on the
   * limit and the machine. What is left of it is the same: a box that is poisoned, or rolled back.
   *
   * @param source The bytes of the module, or the module
   * @param journal The journal
   * @param options What the box gets; its seed and clock are those of the journal. `entries`: how many to live through
   * @returns The box, as it was then
   * @throws As {@linkcode Box.open}
   *
   * @example
   * ```ts
   * import { Box, memoryDirectory, Open } from "keyhole";
   * import { assertEquals } from "@std/assert";
   *
   * const module = await Deno.readFile(new URL("../examples/box/counter.wasm", import.meta.url));
   * const directory = memoryDirectory();
   * const journal = directory.open("journal", Open.read | Open.write | Open.create);
   * if (journal.kind !== "file") throw new Error("not a file");
   * const box = await Box.open(module, { journal });
   * await box.send("up");
   * await box.send("up");
   *
   * const bytes = new Uint8Array(journal.stat().size);
   * journal.read(bytes, 0, bytes.length, 0);
   * const again = await Box.replay(module, bytes);
   * assertEquals(await again.hash(), await box.hash());
   * ```
   */
  static replay(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    journal: Uint8Array<ArrayBufferLike>,
    options?: BoxOptions<string> & { readonly codec?: undefined; readonly entries?: number },
  ): Promise<Box<string>>;
  /**
   * Lives through a journal, on other messages than texts.
   *
   * @param source The bytes of the module, or the module
   * @param journal The journal
   * @param options What the box gets, with a codec
   * @returns The box, as it was then
   * @throws As above
   */
  static replay<Message>(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    journal: Uint8Array<ArrayBufferLike>,
    options: BoxOptions<Message> & { readonly codec: Codec<Message>; readonly entries?: number },
  ): Promise<Box<Message>>;
  static async replay<Message>(
    source: Uint8Array<ArrayBufferLike> | BoxModule,
    journal: Uint8Array<ArrayBufferLike>,
    options: BoxOptions<Message> & { readonly entries?: number } = {},
  ): Promise<Box<Message>> {
    checkReplayOptions(options);
    mustBeBytes(journal, "journal");
    const module = await boxModuleOf(source, options.limits);
    const { opening, entries } = readJournal(journal);
    if (opening === undefined) throw new JournalError("The journal was cut before its box was opened");
    const box = new Box(new Lives(makingOf(module, options, opening)));
    await box.#orClosed(() => box.#live(entries, options.entries));
    return box;
  }

  /** Whether the guest has failed over a message, so that nothing but a restore can be asked of the box. */
  get poisoned(): boolean {
    return this.#lives.poisoned;
  }

  /**
   * Gives the guest a message.
   *
   * @param message The message
   * @returns When the guest is done with it
   * @throws {BoxError} When the guest does not come through: the box is then poisoned, unless it rolls back. When the
   * box is poisoned or closed already
   * @throws {MessageError} For a message that the codec cannot say, and one of the guest that it cannot read
   * @throws {SnapshotError} `"unsupported"` when the box rolls back, and its state cannot be captured
   * @throws {JournalError} When it cannot be written down; then the guest does not get it
   * @throws What receiving a message of the guest threw
   */
  async send(message: Message): Promise<void> {
    const bytes = this.#lives.making.codec.encode(message);
    await this.#turns.take(() => this.#lives.send(bytes, (entry) => this.#journal?.append(entry)));
  }

  /**
   * Sets the wall clock of the guest. Time that passed by this has passed for its monotonic clock too.
   *
   * @param milliseconds Since 1970 began (UTC), a whole number from 0 to 18,446,744,073,709
   * @returns When it is set
   * @throws {RangeError} For a time that no clock can show
   * @throws {BoxError} When the box is poisoned or closed
   * @throws {JournalError} When it cannot be written down; then the clock is as before
   */
  async setTime(milliseconds: number): Promise<void> {
    const wall = nanoseconds(milliseconds);
    await this.#turns.take(() => {
      this.#lives.mustBeWell();
      this.#journal?.append({ kind: "time", wall });
      this.#lives.setTime(wall);
    });
  }

  /**
   * Takes a snapshot: everything that the guest's future depends on, besides what it is granted.
   *
   * @param options The form of the snapshot
   * @returns Its bytes
   * @throws {TypeError} For a form that there is not
   * @throws {SnapshotError} `"unsupported"`, naming state that cannot be captured
   * @throws {BoxError} When the box is poisoned or closed
   */
  async snapshot(options: SnapshotForm = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkSnapshotOptions(options);
    const { form } = options;
    const state = await this.#state();
    return form === "raw" ? packRaw(rawOfState(state)) : await packSnapshot(state);
  }

  /**
   * Takes the box back, or forth, to the state of a snapshot. All or nothing: after a refusal the box is as before.
   *
   * @param snapshot What {@linkcode Box.snapshot} of a box of this module returned, from anywhere
   * @param options What happens to its randomness, and the form of the snapshot
   * @returns When the box is in that state
   * @throws {TypeError} For something else than bytes, and a form or policy that there is not
   * @throws {SnapshotError} For a snapshot that was damaged, is of another module or of a later version, or that does
   * not fit the limits or grants of this box
   * @throws {BoxError} When the box is closed
   * @throws {JournalError} When it cannot be written down
   */
  async restore(
    snapshot: Uint8Array<ArrayBufferLike>,
    options: RandomPolicy & SnapshotForm = {},
  ): Promise<void> {
    checkSnapshotOptions(options);
    mustBeBytes(snapshot, "snapshot");
    const bytes = new Uint8Array(snapshot);
    await this.#turns.take(async () => {
      const lives = this.#lives;
      lives.mustBeOpen();
      const read = options.form === "raw" ? this.#readRaw(bytes) : await readerOf(lives.making.module)(bytes);
      const state = underPolicy(read, options);
      const life = lives.make(state);
      try {
        this.#journal?.append({ kind: "restore", snapshot: await packSnapshot(state) });
      } catch (error) {
        life.close();
        throw error;
      }
      lives.replace(life);
    });
  }

  /**
   * Takes a snapshot into a new file.
   *
   * @param directory The directory that the file is made in
   * @param name The name of the file; nothing of that name may be there
   * @param options The form of the snapshot
   * @returns When it is written
   * @throws {Fault} `EEXIST`, and as {@linkcode Directory.open}
   * @throws As {@linkcode Box.snapshot}
   *
   * @example
   * ```ts
   * import { Box, memoryDirectory } from "keyhole";
   * import { assertEquals } from "@std/assert";
   *
   * const box = await Box.open(await Deno.readFile("examples/box/counter.wasm"), { onMessage: () => {} });
   * const directory = memoryDirectory();
   * await box.save(directory, "zero");
   * const hash = await box.hash();
   * await box.send("up");
   * await box.load(directory, "zero");
   * assertEquals(await box.hash(), hash);
   * ```
   */
  async save(directory: Directory, name: string, options: SnapshotForm = {}): Promise<void> {
    writeNew(directory, name, await this.snapshot(options));
  }

  /**
   * Takes the box to the state of a snapshot in a file.
   *
   * @param directory The directory that holds the file
   * @param name The name of the file
   * @param options What happens to its randomness, and the form of the snapshot
   * @returns When the box is in that state
   * @throws {Fault} `ENOENT`, and as {@linkcode Directory.open}
   * @throws As {@linkcode Box.restore}
   */
  async load(directory: Directory, name: string, options: RandomPolicy & SnapshotForm = {}): Promise<void> {
    checkSnapshotOptions(options);
    const check = options.form === "raw" ? mustBeRaw : mustBeSnapshot;
    await this.restore(readNamed(directory, name, check), options);
  }

  /**
   * Makes a second box in the same state, of the same module and with the same grants. It has no journal.
   *
   * @param options What happens to its randomness, and who receives its messages; the same unless given
   * @returns The second box
   * @throws As {@linkcode Box.snapshot}
   */
  async fork(
    options: RandomPolicy & { readonly onMessage?: (message: Message) => void } = {},
  ): Promise<Box<Message>> {
    checkSnapshotOptions(options);
    const state = underPolicy(await this.#state(), options);
    const { making } = this.#lives;
    const { onMessage = making.options.onMessage } = options;
    return new Box(new Lives({ ...making, options: { ...making.options, onMessage } }, state));
  }

  /**
   * The hash of the state: the same for two boxes of one module exactly when they are in the same state.
   *
   * @returns 64 hexadecimal digits
   * @throws As {@linkcode Box.snapshot}
   */
  async hash(): Promise<string> {
    return await hashState(await this.#state());
  }

  /**
   * Gives up all that the box holds, when everything asked for before is done. A second call does nothing.
   *
   * @returns When it is done
   */
  async close(): Promise<void> {
    await this.#turns.take(() => this.#lives.close());
  }

  /** A box that does not come to be is nobody's to close. */
  async #orClosed(live: () => Promise<void>): Promise<void> {
    try {
      await live();
    } catch (error) {
      this.#lives.close();
      throw error;
    }
  }

  async #live(entries: readonly JournalEntry[], most?: number): Promise<void> {
    this.#lives.begin();
    await reliveAll(this.#lives, entries, most, () => this.#journal?.append("stopped"));
  }

  #state(): Promise<GuestState> {
    return this.#turns.take(() => {
      this.#lives.mustBeWell();
      return this.#lives.state();
    });
  }

  #readRaw(bytes: Uint8Array<ArrayBuffer>): GuestState {
    const fresh = this.#lives.make();
    try {
      return stateOfRaw(unpackRaw(bytes), fresh.state());
    } finally {
      fresh.close();
    }
  }
}
