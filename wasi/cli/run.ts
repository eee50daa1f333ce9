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
import type { Clocks } from "../../caps/clock.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import { DEFAULT_MAX_OPEN_FILES } from "../descriptors.ts";
import { InvocationError } from "../invocation.ts";
import { loadProgram } from "../program.ts";
import { compileOptionsOf, runModule, type RunModuleOptions, type RunModuleOutcome } from "../run.ts";
import { endingOf, libraryHint, limitHint, mayBeRefusal } from "./ending.ts";
import type { Grants } from "./grants.ts";
import { loadModule, programName } from "./module_source.ts";
import type { Prompting } from "./prompting.ts";
import { policyKeeper, settingsOf } from "./settings.ts";
import type { Sockets } from "./sockets.ts";
import { openStreams } from "./streams.ts";
import { clocksOf, randomOf } from "./time_and_chance.ts";
import type { Tracing } from "./tracing.ts";
import { collectVariables } from "./variables.ts";
import type { Watch } from "./watching.ts";

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
  const given = await open(line, terminal);
  const course: Course = { refusedByItself: false };
  try {
    const options = await optionsOf(given, course, terminal);
    const loaded = await loadProgram(given.bytes, compileOptionsOf(options));
    const outcome = await runModule(loaded, options);
    // Whoever was to be told that time is up may read no more: that must not keep the process either.
    if (outcome.reason === "timeout") course.watchdog?.extend(LAST_WORDS);
    else course.watchdog?.stop();
    const code = await tell(outcome, given, course, terminal);
    if (code === 0 && given.settings.invoke === undefined && !given.settings.quiet) {
      const hint = libraryHint(loaded);
      if (hint !== undefined) terminal.complain(formatHint(hint, terminal.colour));
    }
    return code;
  } catch (error) {
    if (error instanceof InvocationError) throw new CommandError(error.message);
    throw error;
  } finally {
    course.watchdog?.stop();
    await course.sockets?.close();
    given.watch?.close();
    given.grants.close();
  }
}

/** What a run begins with. */
interface Given {
  readonly settings: RunSettings;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By which name the program is told of. */
  readonly program: string;
  readonly args: readonly string[];
  /** How many descriptors it may have, unless it is as usual. */
  readonly openFiles: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly clocks: Clocks;
  readonly grants: Grants;
  readonly prompting: Prompting | undefined;
  readonly confinement: typeof import("./confinement.ts") | undefined;
  readonly tracing: Tracing | undefined;
  readonly watch: Watch | undefined;
  /** Writes down what was granted, when nothing stands in the program's way any more. */
  readonly keepPolicy: (() => void) | undefined;
}

/** What comes up in the course of a run. */
interface Course {
  /** Where clients come to. */
  sockets?: Sockets;
  /** What ends the process when the guest cannot be ended. */
  watchdog?: Watchdog;
  /** Whether the guest's own library has refused something. */
  refusedByItself: boolean;
  /** How many descriptors it could have, once it has found none free. */
  mostOpenFiles?: number;
}

/** Opens what a run begins with. A short program is over sooner than what it does not need would be loaded. */
async function open(line: CommandLine, terminal: Terminal): Promise<Given> {
  const asked = await settingsOf(line, terminal);
  const [module, ...args] = line.operands as [string, ...string[]];
  const bytes = await loadModule(module, terminal, asked.quiet);
  const program = programName(module, terminal.pathStyle);
  const prompting = asked.prompt
    ? await (await import("./prompting.ts")).startPrompting(asked, bytes, program, terminal)
    : undefined;
  const settings = prompting?.settings ?? asked;
  const { mounts, lockdown, trace, limits, report, explain } = settings;
  const env = collectVariables(settings.variables, terminal);
  const clocks = await clocksOf(settings);
  const grants = mounts.length === 0 && prompting === undefined
    ? NOTHING
    : await (await import("./grants.ts")).openGrants(settings, clocks);
  const openFiles = limits.openFiles === undefined && settings.threads === undefined
    ? undefined
    : await openFilesOf(settings, grants.mounts.length + settings.listen.length);
  const confined = mounts.length > 0 || lockdown === "require" || limits.timeout !== undefined;
  const confinement = confined ? await import("./confinement.ts") : undefined;
  const tracing = trace === undefined
    ? undefined
    : await (await import("./tracing.ts")).startTracing(trace, terminal);
  const keepPolicy = settings.savePolicy === undefined || prompting !== undefined
    ? undefined
    : await policyKeeper(settings, settings.savePolicy, terminal);
  const watch = mounts.length > 0 || report !== undefined || explain
    ? await (await import("./watching.ts")).startWatching(settings, program, terminal)
    : undefined;
  return {
    settings,
    program,
    args,
    bytes,
    env,
    openFiles,
    clocks,
    prompting,
    grants,
    confinement,
    tracing,
    keepPolicy,
    watch,
  };
}

/** How many descriptors the program may have, looked at before anything is opened that it would lack. */
async function openFilesOf({ limits, threads }: RunSettings, preopened: number): Promise<number> {
  const { besideThreads, mustHold } = await import("./open_files.ts");
  const openFiles = limits.openFiles ?? DEFAULT_MAX_OPEN_FILES;
  mustHold(openFiles, preopened);
  return threads === undefined ? openFiles : besideThreads(threads, openFiles, preopened);
}

async function optionsOf(given: Given, course: Course, terminal: Terminal): Promise<RunModuleOptions> {
  const { settings, program, args, env, openFiles, clocks, grants, prompting, confinement, tracing } = given;
  const { timeout, memory, output, fuel } = settings.limits;
  if (settings.listen.length > 0) {
    course.sockets = await (await import("./sockets.ts")).openSockets(settings, terminal);
  }
  const locked = confinement?.isLockedDown(settings) ?? false;
  if (settings.verbose) {
    (await import("./verbose.ts")).tellGrants(settings, Object.keys(env), locked, terminal);
  }
  const { streams, begin } = await openStreams(settings);
  const asking = prompting?.mounts(args, grants.growth) ?? [];
  const options: RunModuleOptions = {
    args: [settings.argv0 ?? program, ...settings.invoke === undefined ? args : []],
    env,
    preopens: [
      ...grants.mounts,
      ...asking,
      ...course.sockets?.preopens ?? [],
    ],
    beforeCall: prompting?.beforeCall,
    ...streams,
    stderr: settings.quiet || streams.stderr === streams.stdout
      ? streams.stderr
      : noticeOwnRefusals(streams.stderr, settings.mounts.length === 0, () => course.refusedByItself = true),
    clocks,
    random: await randomOf(settings),
    limits: { timeout, memory, output, fuel },
    // What nobody granted takes none of the room.
    maxOpenFiles: openFiles && openFiles + asking.length,
    outOfDescriptors: () => course.mostOpenFiles = openFiles ?? DEFAULT_MAX_OPEN_FILES,
    threads: settings.threads,
    endsProcess: true,
    invoke: settings.invoke === undefined ? undefined : { name: settings.invoke, args },
    endOnClosedPipe: true,
    ...tracing?.options,
    beforeStart: () => {
      // Files that the user named keep what they hold until nothing stands in the program's way any more.
      given.keepPolicy?.();
      tracing?.begin();
      begin();
      if (timeout !== undefined) course.watchdog = confinement?.guardTime(timeout, terminal);
      if (locked) confinement?.lockThread(grants.opened, settings);
    },
  };
  return given.watch?.options(options) ?? options;
}

/** Tells what is to be told when the guest has ended; answers the exit code. */
async function tell(
  outcome: RunModuleOutcome,
  given: Given,
  course: Course,
  terminal: Terminal,
): Promise<number> {
  const { quiet, explain, prompt } = given.settings;
  const { growths } = given.grants;
  const code = endingOf(outcome, terminal);
  given.prompting?.finish();
  const mayBe = code !== 0 && mayBeRefusal(outcome);
  const reached = mayBe && !quiet ? limitHint(growths, course.mostOpenFiles) : undefined;
  if (reached !== undefined) terminal.complain(formatHint(reached, terminal.colour));
  const told = await given.watch?.tell(outcome, code, given.grants, reached !== undefined);
  const hinted = told?.hinted ?? reached !== undefined;
  if (!hinted && mayBe && course.refusedByItself && !explain && !prompt) {
    terminal.complain(formatHint(OWN_REFUSAL, terminal.colour));
  }
  const ended = told?.code ?? code;
  return given.tracing?.tell(ended) ?? ended;
}
