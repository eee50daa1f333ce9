/**
 * `keyhole run MODULE`, and bare `keyhole MODULE`.
 *
 * @module
 */
import { CommandError } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { Watchdog } from "../../caps/host/watchdog.ts";
import { InvocationError } from "../invoke.ts";
import { runModule } from "../run.ts";
import { guardTime, isLockedDown, lockThread } from "./confinement.ts";
import { endingOf } from "./ending.ts";
import { openGrants } from "./grants.ts";
import { loadModule, programName } from "./module_source.ts";
import { settingsOf } from "./settings.ts";
import { openStreams } from "./streams.ts";
import { traceOptions } from "./tracing.ts";
import { clocksOf, randomOf } from "./time_and_chance.ts";
import { collectVariables } from "./variables.ts";

/**
 * Runs a program.
 *
 * @param line The command line: what it may touch, the module and its arguments
 * @param terminal The process
 * @returns The exit code, 0 to 255
 * @throws {CommandError} For whatever is wrong before the program starts
 * @throws {UnusableModuleError} For a module that cannot be run
 */
export async function run(line: CommandLine, terminal: Terminal): Promise<number> {
  const settings = await settingsOf(line, terminal);
  const [module, ...args] = line.operands as [string, ...string[]];
  const bytes = await loadModule(module, terminal, settings.quiet);
  const env = collectVariables(settings.variables, terminal);
  const clocks = await clocksOf(settings);
  const grants = await openGrants(settings, clocks);
  try {
    const locked = isLockedDown(settings);
    if (settings.verbose) {
      (await import("./verbose.ts")).tellGrants(settings, Object.keys(env), locked, terminal);
    }
    const { timeout, openFiles, memory, output } = settings.limits;
    let watchdog: Watchdog | undefined;
    const outcome = await runModule(bytes, {
      args: [
        settings.argv0 ?? programName(module, terminal.pathStyle),
        ...settings.invoke === undefined ? args : [],
      ],
      env,
      preopens: grants.mounts,
      ...await openStreams(settings),
      clocks,
      random: randomOf(settings),
      limits: { timeout, memory, output },
      maxOpenFiles: openFiles,
      invoke: settings.invoke === undefined ? undefined : { name: settings.invoke, args },
      endOnClosedPipe: true,
      ...traceOptions(settings, terminal),
      beforeStart: () => {
        if (timeout !== undefined) watchdog = guardTime(timeout, terminal);
        if (locked) lockThread(grants.opened, settings);
      },
    });
    watchdog?.stop();
    return endingOf(outcome, terminal);
  } catch (error) {
    if (error instanceof InvocationError) throw new CommandError(error.message);
    throw error;
  } finally {
    grants.close();
  }
}
