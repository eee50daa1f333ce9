/**
 * Where a report goes.
 *
 * @module
 */
import { mustBePermitted } from "../host/permitted.ts";
import { leaveBehind } from "../host/watchdog.ts";
import type { Report } from "../report.ts";
import { reasonOf } from "./files.ts";
import { CommandError } from "./messages.ts";
import type { Terminal } from "./terminal.ts";

/** A place for a report, opened before there is one: under lockdown nothing can be opened any more. */
export interface ReportFile {
  /**
   * Writes the report, as a whole or not at all.
   *
   * @param report The report
   * @throws {CommandError} When it cannot be written
   */
  write(report: Report): Promise<void>;

  /**
   * Has a report left there if a watchdog ends the process before there is a better one.
   *
   * @param report The report
   */
  leave(report: Report): void;

  /** Gives the place up. A file that was not written is removed, if that can still be done. */
  close(): void;
}

/**
 * Opens the place for a report. A file that is there already is emptied: an old report is not to be taken for a new one.
 *
 * @param name A file, a page if its name ends in `.html`; `-` for standard output, where a person gets a table
 * @param terminal Standard output
 * @returns The place
 * @throws {CommandError} When it cannot be opened
 */
export async function openReport(name: string, terminal: Terminal): Promise<ReportFile> {
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
  return new Opened(name, format);
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
  readonly #format: (report: Report) => string;
  readonly #file: Deno.FsFile;
  #written = false;

  constructor(name: string, format: (report: Report) => string) {
    this.#name = name;
    this.#format = format;
    try {
      mustBePermitted({ name: "write", path: name });
      this.#file = Deno.openSync(name, { write: true, create: true, truncate: true });
    } catch (error) {
      throw new CommandError(`Report "${name}" cannot be written: ${reasonOf(error)}`);
    }
  }

  write(report: Report): Promise<void> {
    let bytes = new TextEncoder().encode(this.#format(report));
    try {
      while (bytes.length > 0) bytes = bytes.subarray(this.#file.writeSync(bytes));
      this.#written = true;
      return Promise.resolve();
    } catch (error) {
      throw new CommandError(`Report "${this.#name}" cannot be written: ${reasonOf(error)}`, { code: 125 });
    }
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
}
