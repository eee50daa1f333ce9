/**
 * What a run is asked for: by flags, and by a policy under them.
 *
 * @module
 */
import type { CommandLine } from "../../caps/cli/parse.ts";
import { defaultSettings, type RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/**
 * Reads the flags of a run, and the policy that they name.
 *
 * @param line The command line
 * @param terminal The process
 * @returns What is asked for
 * @throws {CommandError} For what makes no sense
 */
export async function settingsOf(line: CommandLine, terminal: Terminal): Promise<RunSettings> {
  if (line.flags.length === 0) return defaultSettings();
  const { readSettings } = await import("../../caps/cli/settings.ts");
  const file = line.flags.find(({ name }) => name === "policy")?.value;
  if (file === undefined) return readSettings(line.flags, terminal.pathStyle);
  const { readPolicyFile } = await import("../../caps/cli/policy_file.ts");
  return readSettings(line.flags, terminal.pathStyle, readPolicyFile(file, terminal.pathStyle));
}

/**
 * `--save-policy`: prepares for keeping what is granted, as a policy. Under lockdown no code could be loaded any more.
 *
 * @param settings What is granted
 * @param file The file that keeps it
 * @param terminal Whose rules paths follow
 * @returns What writes it, or throws a `CommandError` when it cannot be written
 */
export async function policyKeeper(
  settings: RunSettings,
  file: string,
  terminal: Terminal,
): Promise<() => void> {
  const { writePolicyFile } = await import("../../caps/cli/policy_file.ts");
  return () => writePolicyFile(settings, file, terminal.pathStyle);
}
