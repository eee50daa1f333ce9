/**
 * What a run is asked for: by flags, and by a policy under them.
 *
 * @module
 */
import type { CommandLine } from "../../caps/cli/parse.ts";
import { readSettings, type RunSettings } from "../../caps/cli/settings.ts";
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
  const file = line.flags.find(({ name }) => name === "policy")?.value;
  if (file === undefined) return readSettings(line.flags, terminal.pathStyle);
  const { readPolicyFile } = await import("../../caps/cli/policy_file.ts");
  return readSettings(line.flags, terminal.pathStyle, readPolicyFile(file, terminal.pathStyle));
}

/**
 * `--save-policy`: keeps what is granted, as a policy.
 *
 * @param settings What is granted
 * @param file The file that keeps it
 * @param terminal Whose rules paths follow
 * @returns When it is written
 * @throws {CommandError} When it cannot be written
 */
export async function savePolicy(settings: RunSettings, file: string, terminal: Terminal): Promise<void> {
  const { writePolicyFile } = await import("../../caps/cli/policy_file.ts");
  writePolicyFile(settings, file, terminal.pathStyle);
}

/**
 * `--print-policy`: what is granted, as a policy.
 *
 * @param line The command line
 * @param terminal Where it goes
 * @returns The exit code
 * @throws {CommandError} For what makes no sense
 */
export async function printPolicy(line: CommandLine, terminal: Terminal): Promise<number> {
  const { policyText } = await import("../../caps/cli/policy_file.ts");
  terminal.say(policyText(await settingsOf(line, terminal), undefined, terminal.pathStyle));
  return 0;
}

/**
 * `--print-permissions`: the permissions that Deno needs for what is granted, in one line to be pasted.
 *
 * @param line The command line
 * @param terminal Where they go
 * @returns The exit code
 * @throws {CommandError} For what makes no sense
 */
export async function printPermissions(line: CommandLine, terminal: Terminal): Promise<number> {
  const settings = await settingsOf(line, terminal);
  const { permissionsFor } = await import("../../caps/cli/permissions.ts");
  const { kernelBackendExists } = await import("../../caps/host/open.ts");
  const flags = permissionsFor(settings, {
    module: line.operands[0],
    policy: line.flags.find(({ name }) => name === "policy")?.value,
    kernel: settings.backend === "auto" ? kernelBackendExists() : settings.backend === "kernel",
    style: terminal.pathStyle,
  });
  terminal.say(`${flags.join(" ")}\n`);
  return 0;
}
