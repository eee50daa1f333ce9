/**
 * The walls around a run that are not the guest's own: the kernel's around keyhole, and the watchdog's around time.
 *
 * @module
 */
import { CommandError, formatError } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import { processTerminal, type Terminal } from "../../caps/cli/terminal.ts";
import { lockdown, lockdownVersion } from "../../caps/host/lockdown.ts";
import { defaultBackend } from "../../caps/host/open.ts";
import { startWatchdog, type Watchdog } from "../../caps/host/watchdog.ts";
import { printable } from "../../caps/printable.ts";
import { ExitCode } from "../outcome.ts";
import type { OpenedDirectory } from "./grants.ts";

/**
 * Whether the kernel is going to confine keyhole to the directories that were granted.
 *
 * @param settings What the flags ask for
 * @returns `true` if it is asked to and can
 * @throws {CommandError} When it has to and cannot
 */
export function isLockedDown({ lockdown: wanted, backend, mounts }: RunSettings): boolean {
  if (wanted === "off") return false;
  // Without a directory no call of the guest names a path: there is nothing behind the wall, and libc is not loaded.
  if (wanted === "auto" && mounts.length === 0) return false;
  const kernel = (backend === "auto" ? defaultBackend() : backend) === "kernel";
  if (kernel && lockdownVersion() !== undefined) return true;
  if (wanted === "auto") return false;
  throw noLockdown();
}

/**
 * The error for lockdown that is required where it cannot be had.
 *
 * @returns The error, which says what it needs
 */
export function noLockdown(): CommandError {
  return new CommandError("Lockdown cannot be had here", {
    hint: "It needs Linux with Landlock, Deno with --allow-ffi, and the kernel backend",
  });
}

/**
 * Confines this thread to the directories that were granted, for good.
 *
 * @param opened The directories
 * @param settings What the flags ask for
 * @param terminal Where `--verbose` hears that the kernel refused after all
 * @throws {CommandError} When the kernel refuses although lockdown is required
 */
export function lockThread(
  opened: readonly OpenedDirectory[],
  settings: RunSettings,
  terminal: Terminal = processTerminal(),
): void {
  try {
    lockdown(opened);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (settings.lockdown === "require") {
      throw new CommandError(`Lockdown cannot be had here (${why})`, {
        code: ExitCode.limit,
        hint: "A container may forbid it, or have used up the sixteen layers that there are of it",
      });
    }
    // It is a second wall: where a container forbids it, the first still stands.
    if (!settings.verbose) return;
    // That it would be locked was said before it could be known.
    terminal.complain(`keyhole: lockdown: off after all (${printable(why)})\n`);
  }
}

/** How long after its time a guest may go on, in milliseconds, before the process is ended around it. */
const GRACE = 50;

/**
 * Makes sure that the process ends at the time limit, even when its thread is blocked by the operating system.
 *
 * @param timeout The limit in milliseconds
 * @param terminal Whose colours the last words have
 * @returns How to call it off
 */
export function guardTime(timeout: number, terminal: Terminal): Watchdog {
  const lastWords = formatError({ message: "Time limit reached" }, terminal.colour);
  return startWatchdog(timeout + GRACE, ExitCode.timeout, lastWords);
}
