/**
 * What is granted, printed instead of used.
 *
 * @module
 */
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { settingsOf } from "./settings.ts";

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
  const kernel = settings.backend === "auto" ? kernelBackendExists() : settings.backend === "kernel";
  // No permissions would do for a run that is refused with all of them.
  if (settings.lockdown === "require" && !kernel) throw (await import("./confinement.ts")).noLockdown();
  const flags = permissionsFor(settings, {
    module: line.operands[0],
    policy: line.flags.find(({ name }) => name === "policy")?.value,
    kernel,
    style: terminal.pathStyle,
  });
  terminal.say(`${flags.join(" ")}\n`);
  return 0;
}
