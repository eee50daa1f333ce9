/**
 * `--trace`: where lines about calls go.
 *
 * @module
 */
import { lineWriter } from "../../caps/cli/files.ts";
import { printable } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { GuestOptions } from "../guest.ts";

/**
 * What a guest is told about tracing.
 *
 * @param settings What the flags ask for
 * @param terminal Where lines go that have no file
 * @returns Options for the guest, none without `--trace`
 * @throws {CommandError} For a file that cannot be written
 */
export function traceOptions(
  { trace }: RunSettings,
  terminal: Terminal,
): Pick<GuestOptions, "trace" | "traceFamilies"> {
  if (trace === undefined) return {};
  const write = trace.file === undefined
    ? (line: string) => terminal.complain(`${printable(line)}\n`)
    : lineWriter(trace.file);
  return { trace: write, traceFamilies: trace.families };
}
