/**
 * What a line of `keyhole box` means: a message, or a command that starts with `!!`.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { Box } from "../box.ts";
import { isSnapshot, mustBeSnapshot } from "../snapshot/container.ts";
import { mustBeRaw } from "../snapshot/raw.ts";
import { readFile, writeNewFile } from "./box_files.ts";

/** How lines are understood. */
export interface BoxManner {
  /** Whether the clock stands still until it is set; otherwise it is set to this machine's before each line. */
  readonly frozen: boolean;
  /** The form of snapshots that are written. */
  readonly form: "keyhole" | "raw";
}

/** The lines of a box. */
export class BoxCommands {
  readonly #box: Box;
  readonly #terminal: Terminal;
  readonly #manner: BoxManner;
  /** Whether the clock is that of this machine. */
  #follows: boolean;

  /**
   * Begins.
   *
   * @param box The box
   * @param terminal Where answers go
   * @param manner How lines are understood
   */
  constructor(box: Box, terminal: Terminal, manner: BoxManner) {
    this.#box = box;
    this.#terminal = terminal;
    this.#manner = manner;
    this.#follows = !manner.frozen;
  }

  /**
   * Does what a line says.
   *
   * @param line The line
   * @returns When it is done
   * @throws {CommandError} For a command that is unknown or makes no sense, or a file that cannot be read or written
   * @throws As {@linkcode Box.send}, {@linkcode Box.snapshot}, {@linkcode Box.restore}
   */
  async obey(line: string): Promise<void> {
    if (this.#follows && !this.#box.poisoned) await this.#box.setTime(Date.now());
    if (!line.startsWith("!!")) return await this.#box.send(line);
    if (line.startsWith("!!!")) return await this.#box.send(line.slice(1));
    const [word, ...rest] = line.split(" ");
    const operand = rest.join(" ").trim();
    switch (word) {
      case "!!snapshot":
        return await this.#snapshot(operand || `snapshot-${Math.floor(Date.now() / 1000)}.bin`);
      case "!!restore":
        return await this.#restore(operand);
      case "!!clock":
        return await this.#setClock(operand);
      case "!!hash":
        return this.#terminal.say(`State ${await this.#box.hash()}\n`);
      default:
        throw new CommandError(`Unknown command "${word}"`);
    }
  }

  async #snapshot(file: string): Promise<void> {
    writeNewFile(file, await this.#box.snapshot({ form: this.#manner.form }));
    this.#terminal.say(`Froze to ${file}\n`);
  }

  async #restore(name: string): Promise<void> {
    if (name === "") throw new CommandError("No snapshot given: write !!restore FILE");
    const formOf = (head: Uint8Array): BoxManner["form"] =>
      this.#manner.form === "raw" && !isSnapshot(head) ? "raw" : "keyhole";
    const bytes = readFile(name, (head, size) => {
      const check = formOf(head) === "raw" ? mustBeRaw : mustBeSnapshot;
      check(head, size);
    });
    await this.#box.restore(bytes, { form: formOf(bytes) });
    this.#terminal.say(`Restored from ${name}\n`);
  }

  async #setClock(operand: string): Promise<void> {
    if (operand !== "" && !/^\d{1,14}$/.test(operand)) {
      throw new CommandError(`"${operand}" is not a time: write !!clock and milliseconds since 1970`);
    }
    try {
      await this.#box.setTime(operand === "" ? Date.now() : Number(operand));
    } catch (error) {
      if (error instanceof RangeError) throw new CommandError(error.message);
      throw error;
    }
    // A time that the user has set stays.
    this.#follows = operand === "" && !this.#manner.frozen;
  }
}
