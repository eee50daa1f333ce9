/**
 * What is watched of a run, and what is told of it afterwards: a hint about what was refused, and the report.
 *
 * @module
 */
import type { ReportFile } from "../../caps/cli/report_file.ts";
import { CommandError, formatError, formatHint } from "../../caps/cli/messages.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { Granted, Limited, Report, Spent } from "../../caps/report.ts";
import type { Collector } from "../../caps/report/collector.ts";
import { asWritten } from "../../caps/report/as_written.ts";
import { hintFor } from "../../caps/report/hint.ts";
import type { Preopen } from "../guest.ts";
import type { GuestMemory } from "../abi/memory.ts";
import { TIMEOUT } from "../execution.ts";
import { ExitCode } from "../outcome.ts";
import { Reporter } from "../reporting.ts";
import type { RunModuleOptions, RunModuleOutcome } from "../run.ts";
import { mayBeRefusal } from "./ending.ts";
import type { Grants } from "./grants.ts";
import { rootsBeside } from "./roots.ts";

/** What a report needs, opened and loaded before the guest starts: under lockdown that is not possible any more. */
interface Reporting {
  readonly file: ReportFile;
  readonly collector: Collector;
  readonly granted: Granted;

  /**
   * The report as it is to be shown.
   *
   * @param report The report
   * @returns The same, or what of it is the same each time
   */
  readonly shown: (report: Report) => Report;
}

/**
 * Prepares for a report, if one is asked for, and for a hint.
 *
 * @param settings What is asked for
 * @param program The program's own name
 * @param terminal Where it is told
 * @returns Who watches one run
 * @throws {CommandError} When the report cannot be written
 */
export async function startWatching(
  settings: RunSettings,
  program: string,
  terminal: Terminal,
): Promise<Watch> {
  const unseen = settings.explain ? await refusingMounts(settings, terminal) : [];
  const spelling = unseen.length > 0 || settings.prompt ? await import("../../caps/cli/files.ts") : undefined;
  const isThere = spelling && ((path: string): boolean => spelling.kindOfPath(path) !== undefined);
  const own = { unseen, isThere };
  if (settings.report === undefined) return new Watch(settings, terminal, own, undefined);
  const { openReport } = await import("../../caps/cli/report_file.ts");
  const { Collector } = await import("../../caps/report/collector.ts");
  const { grantedBy } = await import("../../caps/cli/policy_file.ts");
  const granted = grantedBy(settings, terminal.pathStyle);
  const shown = settings.deterministic
    ? (await import("./determinism.ts")).timeless
    : (report: Report): Report => report;
  const file = await openReport(settings.report, terminal, shown(interrupted(settings.argv0 ?? program)));
  return new Watch(settings, terminal, own, { file, collector: new Collector(), granted, shown });
}

/** What holds of a run that is over before there is a report: neither what it was granted nor what it did. */
function interrupted(program: string): Report {
  const message = "Interrupted: what the program was granted and what it did is not known";
  return {
    version: 1,
    program,
    started: new Date().toISOString(),
    duration: 0,
    exit: { reason: "interrupted", code: ExitCode.interrupted, message },
    granted: {},
    denied: [],
    deniedOmitted: 0,
    limits: {},
  };
}

/** What it takes to tell of paths that no grant covers. */
interface Explaining {
  /** What is mounted to make refusals visible. */
  readonly unseen: readonly Preopen[];
  /** Tells what there is on this machine, where paths arrive without the slash in front. */
  readonly isThere: ((path: string) => boolean) | undefined;
}

/** What was told after a run. */
export interface Told {
  /** The exit code. */
  readonly code: number;
  /** Whether there was a hint. */
  readonly hinted: boolean;
}

/** Who watches one run. */
export class Watch {
  readonly #settings: RunSettings;
  readonly #terminal: Terminal;
  readonly #explaining: Explaining;
  readonly #reporting: Reporting | undefined;
  #reporter: Reporter | undefined;

  /**
   * @param settings What is asked for
   * @param terminal Where things are told
   * @param explaining What it takes to tell of paths that no grant covers
   * @param reporting What a report needs, if one is asked for
   */
  constructor(
    settings: RunSettings,
    terminal: Terminal,
    explaining: Explaining,
    reporting: Reporting | undefined,
  ) {
    this.#settings = settings;
    this.#terminal = terminal;
    this.#explaining = explaining;
    this.#reporting = reporting;
  }

  /**
   * What to run a guest with, so that it is watched.
   *
   * @param options What it is given
   * @returns The same, watched
   */
  options(options: RunModuleOptions): RunModuleOptions {
    const { unseen, isThere } = this.#explaining;
    const spelled = isThere && ((path: string): string => asWritten(path, options.args, isThere));
    const { timeout } = options.limits ?? {};
    const watched = timeout === undefined ? options : {
      ...options,
      beforeStart: (memory: GuestMemory): void => {
        this.#leaveReport(timeout);
        options.beforeStart?.(memory);
      },
    };
    const reporter = this.#reporter = new Reporter(watched, this.#reporting?.collector, spelled);
    const { preopens, maxOpenFiles } = reporter.options;
    return {
      ...reporter.options,
      preopens: [...preopens, ...unseen],
      // What nobody granted takes none of the room.
      maxOpenFiles: maxOpenFiles && maxOpenFiles + unseen.length,
    };
  }

  /**
   * Tells what is to be told when the guest has ended.
   *
   * @param outcome How it ended
   * @param code The exit code of that
   * @param grants What it was granted
   * @param hinted Whether there was a hint already
   * @returns The exit code, and whether there was a hint
   */
  async tell(outcome: RunModuleOutcome, code: number, grants: Grants, hinted: boolean): Promise<Told> {
    const { quiet, explain } = this.#settings;
    const silent = hinted || code === 0 || (quiet && !explain) || !mayBeRefusal(outcome);
    const hint = silent ? undefined : this.#hint();
    if (hint !== undefined) {
      this.#terminal.complain(formatHint(hint, this.#terminal.colour));
      hinted = true;
    }
    if (this.#reporting === undefined) return { code, hinted };
    const { granted, file, shown } = this.#reporting;
    try {
      const limits = spentOf(this.#settings, grants);
      await file.write(shown(this.#reporter!.report({ ...outcome, code }, { granted, limits })));
      return { code, hinted };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#terminal.complain(formatError(error, this.#terminal.colour));
      return { code: code === 0 ? ExitCode.limit : code, hinted };
    }
  }

  /** Gives up what was opened for the report. */
  close(): void {
    this.#reporting?.file.close();
  }

  /** What is known beforehand of a run that takes all of its time and more: not what it used. */
  #leaveReport(timeout: number): void {
    if (this.#reporting === undefined) return;
    const { granted, file, shown } = this.#reporting;
    const message = "Time limit reached, and keyhole itself was held up: what the program used is not known";
    const report = this.#reporter!.report({ ...TIMEOUT, message }, {
      granted,
      limits: spentOf(this.#settings),
    });
    const unspent = Object.entries(report.limits).map(([name, { limit }]) => [name, { limit }]);
    const limits = { ...Object.fromEntries(unspent), timeout: { limit: timeout, spent: timeout } };
    file.leave(shown({ ...report, duration: timeout, used: undefined, limits }));
  }

  #hint(): string | undefined {
    const { mounts, readOnly } = this.#settings;
    const denials = this.#reporter?.denials.all ?? [];
    // What it was refused last is most likely what it ended for.
    for (const denial of denials.reverse()) {
      const hint = hintFor(denial, mounts, readOnly);
      if (hint !== undefined) return hint;
    }
    return undefined;
  }
}

/** Directories that refuse everything, for paths that begin nowhere else. */
async function refusingMounts({ mounts }: RunSettings, terminal: Terminal): Promise<Preopen[]> {
  const { refusingDirectory } = await import("../../caps/report/refusing.ts");
  const roots = rootsBeside(mounts, "explained", terminal);
  return roots.map((name) => ({ name, directory: refusingDirectory() }));
}

function spentOf({ limits }: RunSettings, { growth }: Partial<Grants> = {}): Partial<Record<Limited, Spent>> {
  const { disk, entries, fileSize } = limits;
  return {
    ...disk === undefined ? {} : { disk: { limit: disk, spent: growth?.bytes } },
    ...fileSize === undefined ? {} : { fileSize: { limit: fileSize } },
    ...entries === undefined ? {} : { entries: { limit: entries, spent: growth?.entries } },
  };
}
