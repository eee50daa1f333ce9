/**
 * Files that get a line at a time, while a guest runs.
 *
 * @module
 */
import { writeAllSync } from "../host/write_all.ts";
import type { CommandError } from "./messages.ts";
import { openOutput } from "./open_output.ts";
import { unwritable } from "./output_file.ts";

/** A file for lines that is only told things: when it takes no more, whoever writes goes on without it. */
export interface LineFile {
  /** What ended the writing; `undefined` while all lines were written. */
  readonly problem: CommandError | undefined;

  /**
   * Empties the file, if it is one that can be. Until then it holds what it held.
   *
   * @throws {CommandError} When it cannot be emptied
   */
  begin(): void;

  /**
   * Writes a line, unless an earlier one could not be written.
   *
   * @param line The line, not ended
   */
  write(line: string): void;
}

/**
 * Opens a file for lines. One that is there already is replaced when its first line is about to come: see
 * {@linkcode LineFile.begin}.
 *
 * @param name A path of this machine
 * @returns The file
 * @throws {CommandError} When it cannot be opened
 */
export async function openLines(name: string): Promise<LineFile> {
  const what = `File "${name}"`;
  const file = await openOutput(name, what);
  const encoder = new TextEncoder();
  let problem: CommandError | undefined;
  return {
    get problem(): CommandError | undefined {
      return problem;
    },
    begin(): void {
      try {
        if (file.statSync().isFile) file.truncateSync(0);
      } catch (error) {
        throw unwritable(what, error);
      }
    },
    write(line): void {
      if (problem !== undefined) return;
      try {
        writeAllSync(file, encoder.encode(line + "\n"));
      } catch (error) {
        problem = unwritable(what, error);
      }
    },
  };
}
