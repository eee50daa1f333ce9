/**
 * `keyhole run MODULE`, and bare `keyhole MODULE`.
 *
 * @module
 */
import { CommandError, formatHint } from "../../caps/cli/messages.ts";
import type { CommandLine } from "../../caps/cli/parse.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { noticeOwnRefusals } from "../../caps/report/own_refusals.ts";
import type { Watchdog } from "../../caps/host/watchdog.ts";
import { DEFAULT_MAX_OPEN_FILES } from "../descriptors.ts";
import { InvocationError } from "../invocation.ts";
import { runModule, type RunModuleOptions } from "../run.ts";
import { endingOf, limitHint } from "./ending.ts";
import type { Grants } from "./grants.ts";
import { loadModule, programName } from "./module_source.ts";
import { policyKeeper, settingsOf } from "./settings.ts";
import type { Sockets } from "./sockets.ts";
import { openStreams } from "./streams.ts";
import { clocksOf, randomOf } from "./time_and_chance.ts";
import { collectVariables } from "./variables.ts";

/** What to do when only the program's own library knows what was refused. */
const OWN_REFUSAL =
  "The program asked for a path that no grant covers: run it with --explain to see which grant would";

/** How long a run whose time is up may take to say so and to write its report, in milliseconds. */
const LAST_WORDS = 1000;

/** What a guest finds that was granted nothing. */
const NOTHING: Grants = { mounts: [], opened: [], growths: [], close: () => {} };

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
  const asked = await settingsOf(line, terminal);
  const [module, ...args] = line.operands as [string, ...string[]];
  const bytes = await loadModule(module, terminal, asked.quiet);
  const program = programName(module, terminal.pathStyle);
  const prompting = asked.prompt
    ? await (await import("./prompting.ts")).startPrompting(asked, bytes, program, terminal)
    : undefined;
  const settings = prompting?.settings ?? asked;
  const env = collectVariables(settings.variables, terminal);
  const clocks = await clocksOf(settings);
  const { timeout, openFiles, memory, output, fuel } = settings.limits;
  // A short program is over sooner than what it does not need would be loaded.
  const { mounts, lockdown, trace } = settings;
  const grants = mounts.length === 0 && prompting === undefined
    ? NOTHING
    : await (await import("./grants.ts")).openGrants(settings, clocks);
  const confined = mounts.length > 0 || lockdown === "require" || timeout !== undefined;
  const confinement = confined ? await import("./confinement.ts") : undefined;
  const tracing = trace === undefined
    ? undefined
    : await (await import("./tracing.ts")).startTracing(trace, terminal);
  const keepPolicy = settings.savePolicy === undefined || prompting !== undefined
    ? undefined
    : await policyKeeper(settings, settings.savePolicy, terminal);
  const isWatched = mounts.length > 0 || settings.report !== undefined || settings.explain;
  const watch = isWatched
    ? await (await import("./watching.ts")).startWatching(settings, program, terminal)
    : undefined;
  let sockets: Sockets | undefined;
  let refusedByItself = false;
  let mostOpenFiles: number | undefined;
  let watchdog: Watchdog | undefined;
  try {
    if (settings.listen.length > 0) {
      sockets = await (await import("./sockets.ts")).openSockets(settings, terminal);
    }
    const locked = confinement?.isLockedDown(settings) ?? false;
    if (settings.verbose) {
      (await import("./verbose.ts")).tellGrants(settings, Object.keys(env), locked, terminal);
    }
    const { streams, begin } = await openStreams(settings);
    const options: RunModuleOptions = {
      args: [settings.argv0 ?? program, ...settings.invoke === undefined ? args : []],
      env,
      preopens: [
        ...grants.mounts,
        ...prompting?.mounts(args, grants.growth) ?? [],
        ...sockets?.preopens ?? [],
      ],
      beforeCall: prompting?.beforeCall,
      ...streams,
      stderr: settings.quiet || streams.stderr === streams.stdout
        ? streams.stderr
        : noticeOwnRefusals(streams.stderr, mounts.length === 0, () => refusedByItself = true),
      clocks,
      random: await randomOf(settings),
      limits: { timeout, memory, output, fuel },
      maxOpenFiles: openFiles,
      outOfDescriptors: () => mostOpenFiles = openFiles ?? DEFAULT_MAX_OPEN_FILES,
      threads: settings.threads,
      invoke: settings.invoke === undefined ? undefined : { name: settings.invoke, args },
      endOnClosedPipe: true,
      ...tracing?.options,
      beforeStart: () => {
        // Files that the user named keep what they hold until nothing stands in the program's way any more.
        keepPolicy?.();
        tracing?.begin();
        begin();
        if (timeout !== undefined) watchdog = confinement?.guardTime(timeout, terminal);
        if (locked) confinement?.lockThread(grants.opened, settings);
      },
    };
    const watched = watch?.options(options) ?? options;
    if (openFiles !== undefined) {
      (await import("./open_files.ts")).mustHold(openFiles, watched.preopens.length);
    }
    const outcome = await runModule(bytes, watched);
    // Whoever was to be told that time is up may read no more: that must not keep the process either.
    if (outcome.reason === "timeout") watchdog?.extend(LAST_WORDS);
    else watchdog?.stop();
    const code = endingOf(outcome, terminal);
    prompting?.finish();
    const reached = code === 0 || settings.quiet ? undefined : limitHint(grants.growths, mostOpenFiles);
    if (reached !== undefined) terminal.complain(formatHint(reached, terminal.colour));
    const told = await watch?.tell(outcome, code, grants, reached !== undefined);
    const hinted = told?.hinted ?? reached !== undefined;
    if (!hinted && code !== 0 && refusedByItself && !settings.explain && !settings.prompt) {
      terminal.complain(formatHint(OWN_REFUSAL, terminal.colour));
    }
    const ended = told?.code ?? code;
    return tracing?.tell(ended) ?? ended;
  } catch (error) {
    if (error instanceof InvocationError) throw new CommandError(error.message);
    throw error;
  } finally {
    watchdog?.stop();
    await sockets?.close();
    watch?.close();
    grants.close();
  }
}
