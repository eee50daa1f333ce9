/**
 * Reports of runs: what has to be watched while a guest runs, and what comes of it.
 *
 * @module
 */
import type { Collector } from "../caps/report/collector.ts";
import { Denials } from "../caps/report/denials.ts";
import type { Granted, Limited, Report, Spent } from "../caps/report.ts";
import type { Preopen } from "./guest.ts";
import { checkLimits } from "./limits.ts";
import type { RunModuleOptions, RunModuleOutcome } from "./run.ts";
import type { RunOptions } from "./settings.ts";

/** What is spent of limits. */
type Spending = Partial<Record<Limited, Spent>>;

/** What a report tells that only whoever granted things knows. */
export interface ReportFacts {
  /** What was granted. */
  readonly granted: Granted;
  /** What was spent of limits that mounts have. */
  readonly limits?: Spending;
}

/**
 * Watches one run. Refusals are always counted, which costs nothing as long as there are none; what is used, only if it
 * is asked for, since every call is then told.
 */
export class Reporter {
  /** What to run the guest with. */
  readonly options: RunModuleOptions;
  /** What was refused so far. */
  readonly denials: Denials = new Denials();
  readonly #given: RunModuleOptions;
  readonly #collector: Collector | undefined;
  #started = performance.now();
  #duration = 0;
  #memory = 0;

  /**
   * @param options What the guest is given
   * @param collector Who watches what it uses, if anybody
   * @param spelled How the program most likely wrote a path
   */
  constructor(
    options: RunModuleOptions,
    collector: Collector | undefined,
    spelled: (path: string) => string = (path) => path,
  ) {
    this.#given = options;
    this.#collector = collector;
    this.options = {
      ...options,
      ...collector === undefined ? {} : {
        ...collector.streams(options),
        preopens: options.preopens.map((preopen): Preopen =>
          "listener" in preopen
            ? preopen
            : { name: preopen.name, directory: collector.mount(preopen.name, preopen.directory) }
        ),
      },
      denied: (call, path, code) => {
        this.denials.add(call, spelled(path), code);
        options.denied?.(call, path, code);
      },
      beforeStart: (...given) => {
        options.beforeStart?.(...given);
        this.#started = performance.now();
        collector?.start();
      },
      afterEnd: (memory) => {
        this.#duration = performance.now() - this.#started;
        this.#memory = memory;
        options.afterEnd?.(memory);
      },
    };
  }

  /**
   * The report of the run, once it has ended.
   *
   * @param outcome How it ended
   * @param facts What only whoever granted things knows
   * @returns The report
   */
  report(outcome: RunModuleOutcome, facts: ReportFacts): Report {
    const { reason, code, message } = outcome;
    const used = this.#collector?.used;
    const { limits = {}, maxOpenFiles, args } = this.#given;
    const output = used === undefined ? undefined : used.stdout.bytes + used.stderr.bytes;
    const duration = Math.round(this.#duration * 1000) / 1000;
    return {
      version: 1,
      program: args[0] ?? "",
      started: new Date(performance.timeOrigin + this.#started).toISOString(),
      duration,
      exit: { reason, code, ...message === undefined ? {} : { message } },
      granted: facts.granted,
      ...used === undefined ? {} : { used },
      denied: this.denials.all,
      deniedOmitted: this.denials.omitted,
      limits: {
        timeout: spent(limits.timeout, duration),
        memory: spent(limits.memory, this.#memory),
        ...entry("output", limits.output, output),
        ...entry("openFiles", maxOpenFiles, undefined),
        ...entry("fuel", limits.fuel, outcome.fuel),
        ...facts.limits,
      },
    };
  }
}

function entry(
  name: Limited,
  limit: number | bigint | undefined,
  amount: number | bigint | undefined,
): Spending {
  return limit === undefined && amount === undefined ? {} : { [name]: spent(limit, amount) };
}

function spent(limit: number | bigint | undefined, amount: number | bigint | undefined): Spent {
  return {
    ...limit === undefined ? {} : { limit: Number(limit) },
    ...amount === undefined ? {} : { spent: Number(amount) },
  };
}

/**
 * What the options of a run grant.
 *
 * @param options The options
 * @returns The grants; directories that are objects are told by their names alone
 */
export function grantedBy(options: RunOptions): Granted {
  const { dirs = {}, env = {}, threads, invoke } = options;
  const mounts = Object.entries(dirs).map(([as, directory]) => {
    if (typeof directory !== "string" && !(directory instanceof URL)) return { object: as };
    return { dir: String(directory), as, access: "rw" } as const;
  });
  const names = Object.keys(env);
  const { timeout, memory, output, openFiles } = checkLimits(options.limits);
  const limits = {
    ...timeout === undefined ? {} : { timeout: `${timeout}ms` },
    ...memory === undefined ? {} : { memory },
    ...output === undefined ? {} : { output },
    ...openFiles === undefined ? {} : { openFiles },
  };
  return {
    ...mounts.length === 0 ? {} : { mounts },
    ...names.length === 0 ? {} : { env: namesOnly(names) },
    ...options.stdin === undefined || options.stdin === "null" ? { stdin: "null" } : {},
    ...threads === undefined ? {} : { threads },
    ...invoke === undefined ? {} : { invoke: invoke.name },
    ...Object.keys(limits).length === 0 ? {} : { limits },
  };
}

/**
 * Variables for a report: their values may be secrets, and reports are read by many.
 *
 * @param names Their names
 * @returns What a policy says for variables that are passed on
 */
export function namesOnly(names: readonly string[]): Granted["env"] {
  return Object.fromEntries(names.map((name) => [name, { inherit: true }]));
}
