/**
 * What a box is opened with.
 *
 * @module
 */
import type { File } from "../../caps/file.ts";
import type { Seed } from "../../caps/seeded_random.ts";
import type { OutputStream } from "../../caps/stream.ts";
import type { Codec } from "./codec.ts";
import type { BoxClock } from "./journal.ts";
import type { BoxDirectory } from "./life.ts";
import type { BoxLimits } from "./module.ts";

/** The seed of a box that is given none. */
export const BOX_SEED = "e459e7dce014a21b859d58d62d668418460048fc668684cdf4a882c67a64111d";

/** What a box is opened with. Nothing given means nothing granted. */
export interface BoxOptions<Message> {
  /**
   * Receives the guest's messages, while the guest runs; with a time limit or `rollBack`, once it is done: then a guest
   * that sends more than 256 MiB before it is done has reached a limit. What the guest sent before it failed is received
   * too, unless it is rolled back. What this throws first is what the send rejects with, unless the guest fails over the
   * same message; it does no harm to the guest, and keeps no other message from being received.
   *
   * @param message The message
   */
  readonly onMessage?: (message: Message) => void;
  /** Between messages and bytes; texts unless given. */
  readonly codec?: Codec<Message>;
  /**
   * How its clock moves: `"set"` (the default) shows what it was last set to, `"step"` is moved by one second at each
   * reading.
   */
  readonly clock?: BoxClock;
  /** What its clock shows first, in milliseconds since 1970 began, up to 18,446,744,073,709; 0 unless given. */
  readonly time?: number;
  /** The seed of its randomness; {@linkcode BOX_SEED} unless given. */
  readonly seed?: Seed;
  /** Its arguments. */
  readonly args?: readonly string[];
  /** Its environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Directories that it finds open. What is in them is no part of a snapshot; to live through a journal alike on two
   * machines, they have to hold the same and be given through `deterministic`.
   */
  readonly dirs?: readonly BoxDirectory[];
  /** Its standard output, which stays the caller's to close; this process's own unless given. */
  readonly stdout?: OutputStream;
  /** Its standard error, which stays the caller's to close; this process's own unless given. */
  readonly stderr?: OutputStream;
  /** What it may not exceed, when the module is given as bytes; a loaded one has its own. */
  readonly limits?: BoxLimits;
  /**
   * Whether a message that the guest fails over is undone, as if it had not been sent. Costs a snapshot a message, and
   * no message can be sent while none can be taken. What was done to files stays done: when one that was open before is
   * gone by it, the box is poisoned instead.
   */
  readonly rollBack?: boolean;
  /**
   * An open file for the journal, for reading and writing; it stays the caller's to close. When it holds a journal
   * already, the box lives through it first, and goes on, with the seed, the clock and the `rollBack` of then. What the
   * guest sends and writes to its output in that time is dropped; what it does to directories, it does once more. A
   * message over which the process ended is lived through like others; when a limit stops the guest over it, that is
   * written down. Over any other, none may stop it that did not then. It is for one box at a time: once another box has
   * written to it, whatever comes to this one is refused with a {@linkcode JournalError}, and so is what cannot be
   * written down.
   */
  readonly journal?: File;
}

/** What happens to the randomness of a box that is restored or forked. */
export interface RandomPolicy {
  /**
   * `"continue"`: it goes on where it was, so that the same happens again (the default). `"reseed"`: it begins anew, so
   * that two copies differ.
   */
  readonly random?: "continue" | "reseed";
  /** What to begin anew with; from the system unless given. */
  readonly seed?: Seed;
}

/** The form of a snapshot. */
export interface SnapshotForm {
  /** `"keyhole"` unless given; `"raw"` is what other runners of such guests write: unchecked, and the memory alone. */
  readonly form?: "keyhole" | "raw";
}
