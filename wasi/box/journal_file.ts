/**
 * A journal that is being written.
 *
 * @module
 */
import { isFault } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import { readAll } from "./files.ts";
import {
  type Journal,
  type JournalEntry,
  JournalError,
  mustBeJournal,
  type Opening,
  readJournal,
  writeEntry,
  writeOpening,
} from "./journal.ts";

/** A journal in a file. What is appended is there, or nothing of it is. */
export class JournalFile {
  readonly #file: File;
  #length = 0;
  #checksum = 0;
  /** Whether a name led to the file at first. */
  #named = false;
  /** Whether the guest was stopped and this could not be written down: then it is, before anything else. */
  #owesStop = false;

  /**
   * Reads and writes nothing yet.
   *
   * @param file The file, open for reading and writing
   */
  constructor(file: File) {
    this.#file = file;
  }

  /**
   * Reads what is there, and cuts off what is not whole.
   *
   * @returns What the journal tells
   * @throws {JournalError} For a file that holds something else, and one that cannot be read or cut
   */
  resume(): Journal {
    const journal = orJournalError("read", () => readJournal(readAll(this.#file, mustBeJournal)));
    orJournalError("written", () => this.#file.setSize(journal.length));
    this.#length = journal.length;
    this.#checksum = journal.checksum;
    this.#named = this.#file.stat().links > 0;
    return journal;
  }

  /**
   * Begins a journal, in an empty file.
   *
   * @param opening What the box is
   * @throws {JournalError} When it cannot be written
   */
  begin(opening: Opening): void {
    orJournalError("written", () => this.#write(writeOpening(opening)));
  }

  /**
   * Appends an entry.
   *
   * @param entry What comes to the box, or that the guest was stopped over the message before
   * @throws {JournalError} When it cannot be written, or somebody else has removed the file or changed its length
   */
  append(entry: JournalEntry | "stopped"): void {
    if (this.#owesStop) this.#append("stopped");
    this.#owesStop = entry === "stopped";
    this.#append(entry);
    this.#owesStop = false;
  }

  #append(entry: JournalEntry | "stopped"): void {
    orJournalError("written", () => this.#write(writeEntry(entry, this.#checksum)));
  }

  #write({ bytes, checksum }: { bytes: Uint8Array<ArrayBuffer>; checksum: number }): void {
    const { size, links } = this.#file.stat();
    if (this.#named && links === 0) {
      throw new JournalError("The journal was removed or replaced: open the box with it once more");
    }
    if (size !== this.#length) {
      throw new JournalError("The journal is written by somebody else: give each box its own");
    }
    try {
      for (let at = 0; at < bytes.length;) {
        at += this.#file.write(bytes, at, bytes.length, this.#length + at);
      }
    } catch (error) {
      this.#file.setSize(this.#length);
      throw error;
    }
    this.#length += bytes.length;
    this.#checksum = checksum;
  }
}

/** What is wrong with the file of a journal is not taken for the fault of anything that the guest has open. */
function orJournalError<T>(what: "read" | "written", act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new JournalError(`The journal cannot be ${what}: ${error.code}`, { cause: error });
  }
}
