/**
 * Where a report goes.
 *
 * @module
 */
import { leaveBehind } from "../host/watchdog.ts";
import { writeAllSync } from "../host/write_all.ts";
import type { Report } from "../report.ts";
import { CommandError } from "./messages.ts";
import { openOutput } from "./open_output.ts";
import { unwritable } from "./output_file.ts";
import type { Terminal } from "./terminal.ts";

/** A place for a report, opened before there is one: under lockdown nothing can be opened any more. */
export interface ReportFile {
  /**
   * Writes the report, as a whole or not at all.
   *
   * @param report The report
   * @throws {CommandError} When it cannot be written, and when the name that it was opened by leads to another file by
   * now or to none: the program may have done that
   */
  write(report: Report): Promise<void>;

  /**
   * Has a report left there if a watchdog ends the process before there is a better one.
   *
   * @param report The report
   */
  leave(report: Report): void;

  /**
   * Gives the place up. A file without a report is removed, if that can still be done: what it says meanwhile does not
   * hold of a run that never began.
   */
  close(): void;
}

/**
 * Opens the place for a report. A file says at once what holds if nobody comes to write another: a process that is
 * interrupted must not leave an old report to be taken for its own.
 *
 * @param name A file, a page if its name ends in `.html`; `-` for standard output, where a person gets a table
 * @param terminal Standard output
 * @param meanwhile What a file says until the report is written. The program may read it, so no path of this machine is
 * to be in it
 * @returns The place
 * @throws {CommandError} When it cannot be opened, or not be written
 */
export async function openReport(name: string, terminal: Terminal, meanwhile: Report): Promise<ReportFile> {
  if (name === "-") {
    const format = terminal.showsOutput ? await tableFormat() : reportJson;
    return {
      write: (report) => Promise.resolve(terminal.say(format(report))),
      // Nobody may be reading, and the end of the process would wait for that.
      leave: () => {},
      close: () => {},
    };
  }
  // Loaded now, since the code of the page could not be read under lockdown either.
  const format = /\.html?$/i.test(name) ? (await import("../report/page.ts")).reportPage : reportJson;
  const what = `Report "${name}"`;
  const opened = new Opened(name, what, await openOutput(name, what), format);
  try {
    opened.begin(meanwhile);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function tableFormat(): Promise<(report: Report) => string> {
  return (await import("../report/table.ts")).reportTable;
}

/**
 * A report as JSON, for programs to read.
 *
 * @param report The report
 * @returns The text of a file
 *
 * @example
 * ```ts
 * import { reportJson } from "./report_file.ts";
 * import { run } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const { report } = await run("examples/copy/hello.wasm", { stdout: "null" });
 * assertEquals(JSON.parse(reportJson(report)), report);
 * ```
 */
export function reportJson(report: Report): string {
  // A list of numbers is one line. No text can hold the end of a line, so no text is changed.
  return JSON.stringify(report, null, 2).replace(
    /\[\n\s*(-?[\d.][\d.eE+\-,\s]*?)\n\s*\]/g,
    (_, numbers: string) => `[${numbers.replace(/,\s+/g, ", ")}]`,
  ) + "\n";
}

class Opened implements ReportFile {
  readonly #name: string;
  readonly #what: string;
  readonly #file: Deno.FsFile;
  readonly #format: (report: Report) => string;
  #written = false;

  constructor(name: string, what: string, file: Deno.FsFile, format: (report: Report) => string) {
    this.#name = name;
    this.#what = what;
    this.#file = file;
    this.#format = format;
  }

  /**
   * Writes what is to be there until the report is, where that can be taken back.
   *
   * @param meanwhile What it says
   * @throws {CommandError} When it cannot be written
   */
  begin(meanwhile: Report): void {
    if (this.#file.statSync().isFile) this.#put(meanwhile);
  }

  write(report: Report): Promise<void> {
    this.#put(report);
    if (!this.#isInPlace()) {
      throw new CommandError(`${this.#what} was removed or replaced while the program ran`, {
        code: 125,
        hint: "Give the name of a file outside of what the program may change",
      });
    }
    this.#written = true;
    return Promise.resolve();
  }

  leave(report: Report): void {
    const { dev, ino, isFile } = this.#file.statSync();
    if (!isFile) return;
    const bytes = new TextEncoder().encode(this.#format(report));
    leaveBehind({ path: this.#name, device: dev, inode: ino, bytes });
  }

  close(): void {
    try {
      // What cannot be emptied, a pipe or device, is not to be removed either.
      const { isFile, dev, ino } = this.#file.statSync();
      if (!this.#written && isFile) {
        this.#file.truncateSync(0);
        const there = Deno.lstatSync(this.#name);
        // By now the name may be that of a file which is somebody else's.
        if (there.dev === dev && there.ino === ino) Deno.removeSync(this.#name);
      }
    } catch {
      // Under lockdown it stays, empty.
    } finally {
      this.#file.close();
    }
  }

  #put(report: Report): void {
    const bytes = new TextEncoder().encode(this.#format(report));
    try {
      if (this.#file.statSync().isFile) {
        this.#file.truncateSync(0);
        this.#file.seekSync(0, Deno.SeekMode.Start);
      }
      writeAllSync(this.#file, bytes);
    } catch (error) {
      throw unwritable(this.#what, error);
    }
  }

  /** Whether the name still leads to the file that was opened. */
  #isInPlace(): boolean {
    const { isFile, dev, ino } = this.#file.statSync();
    // On Windows an open file has no number to be known by.
    if (!isFile || ino === null) return true;
    try {
      const there = Deno.statSync(this.#name);
      return there.dev === dev && there.ino === ino;
    } catch (error) {
      // Where lockdown keeps keyhole out, it has kept the program out too.
      return error instanceof Deno.errors.PermissionDenied;
    }
  }
}
