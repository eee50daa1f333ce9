/**
 * `--trace`: where lines about calls go.
 *
 * @module
 */
import { openLines } from "../../caps/cli/line_file.ts";
import { formatError } from "../../caps/cli/messages.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { TraceSetting } from "../../caps/cli/trace_setting.ts";
import { printable } from "../../caps/printable.ts";
import type { GuestOptions } from "../guest.ts";
import { ExitCode } from "../outcome.ts";

/** Who traces one run. */
export interface Tracing {
  /** What the guest is given for it. */
  readonly options: Pick<GuestOptions, "trace" | "traceFamilies">;

  /**
   * Empties the file. Called when nothing keeps the guest from starting any more.
   *
   * @throws {CommandError} When it cannot be emptied
   */
  begin(): void;

  /**
   * Tells, after the run, of a trace that could not be written to its end. That has not kept the program from going on.
   *
   * @param code The exit code of the run
   * @returns The exit code: 125 in place of success when the trace is not whole
   */
  tell(code: number): number;
}

/**
 * Prepares for tracing.
 *
 * @param setting What `--trace` asks for
 * @param terminal Where lines go that have no file
 * @returns Who traces
 * @throws {CommandError} For a file that cannot be opened
 */
export async function startTracing({ file, families }: TraceSetting, terminal: Terminal): Promise<Tracing> {
  if (file === undefined) {
    const trace = (line: string): void => terminal.complain(`${printable(line)}\n`);
    return { options: { trace, traceFamilies: families }, begin: () => {}, tell: (code) => code };
  }
  const lines = await openLines(file);
  return {
    options: { trace: lines.write, traceFamilies: families },
    begin: lines.begin,
    tell(code): number {
      if (lines.problem === undefined) return code;
      terminal.complain(formatError(lines.problem, terminal.colour));
      return code === 0 ? ExitCode.limit : code;
    },
  };
}
