/**
 * `--verbose`: what was granted, who guards it, and which limits hold.
 *
 * @module
 */
import { limitFlags } from "../../caps/cli/limit_flags.ts";
import type { MountSetting } from "../../caps/cli/mount_settings.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { defaultBackend } from "../../caps/host/open.ts";
import { printable } from "../../caps/printable.ts";

/**
 * Tells what a program was granted, before it starts.
 *
 * @param settings What the flags asked for
 * @param variables The names of the variables it gets
 * @param locked Whether the kernel confines keyhole too
 * @param terminal Where it is told
 */
export function tellGrants(
  settings: RunSettings,
  variables: readonly string[],
  locked: boolean,
  terminal: Terminal,
): void {
  const backend = settings.backend === "auto" ? defaultBackend() : settings.backend;
  const limits = limitFlags(settings.limits);
  const lines = [
    ...settings.mounts.map((mount) => mountText(mount, backend) + ownLimits(mount)),
    variables.length === 0 ? "no variables" : `variables ${variables.join(", ")}`,
    settings.listen.length === 0 ? "no network" : `listening on ${settings.listen.join(", ")}`,
    ...(["stdin", "stdout", "stderr"] as const).map((name) => `${name}: ${settings[name]}`),
    limits.length === 0 ? "no limits" : `limits ${limits.join(", ")}`,
    locked ? "lockdown: the kernel confines keyhole too (Landlock)" : "lockdown: off",
  ];
  for (const line of lines) terminal.complain(`keyhole: ${printable(line)}\n`);
}

function ownLimits({ limits = {} }: MountSetting): string {
  const flags = limitFlags(limits);
  return flags.length === 0 ? "" : `, with ${flags.join(", ")} of its own`;
}

function mountText({ kind, host, guest, readOnly }: MountSetting, backend: string): string {
  if (kind === "memory") return `"${guest}" is an empty directory in memory`;
  const guard = backend === "kernel" ? "guarded by the kernel" : "guarded by keyhole (portable backend)";
  return `"${guest}" is the ${kind} "${host}", ${readOnly ? "read only" : "read and write"}, ${guard}`;
}
