/**
 * What sessions may not exceed, each and all together.
 *
 * @module
 */
import { type AmountRule, checkAmounts, wholeOrInfinite } from "../../caps/amounts.ts";

/** What one session may not exceed. Whatever is not given has no limit, unless a default is named; `Infinity` is none. */
export interface SessionLimits {
  /** What its guest may compute, in units of fuel, about one for an instruction. */
  readonly fuel?: number;
  /** How long it may last, in milliseconds, more than 0. */
  readonly timeout?: number;
  /** How long nothing may be said on either side, in milliseconds, more than 0; ten minutes unless given. */
  readonly idle?: number;
  /** Bytes of all memories of its guest together; 64 MiB unless given. */
  readonly memory?: number;
  /** Entries of all tables of its guest together; 100,000 unless given. */
  readonly tableEntries?: number;
  /** Bytes that its client may send. */
  readonly bytesIn?: number;
  /** Bytes that its guest may answer. */
  readonly bytesOut?: number;
  /** Calls of the system and of host functions that its guest may make in a second; one that makes more is slowed down. */
  readonly callsPerSecond?: number;
  /** Bytes of its guest's messages (standard error) that are logged; 64 KiB unless given. More is dropped. */
  readonly log?: number;
  /** Descriptors that its guest may have at once, 1 to 1,048,576; 64 unless given. */
  readonly openFiles?: number;
}

/** What all sessions together may not exceed. Whatever is not given, or `Infinity`, has no limit. */
export interface TotalLimits {
  /** Sessions at once, 1 to {@linkcode MOST_SESSIONS}, which it is unless given. Further clients are refused. */
  readonly sessions?: number;
  /** Units of fuel while the server runs. */
  readonly fuel?: number;
  /** Bytes of the memories of all guests at one moment. Whose guest grows beyond it is ended. */
  readonly memory?: number;
  /** Bytes that all clients may send while the server runs. */
  readonly bytesIn?: number;
  /** Bytes that all guests may answer while the server runs. */
  readonly bytesOut?: number;
  /** Calls of all guests in a second. */
  readonly callsPerSecond?: number;
}

/**
 * The most sessions at once. Each suspended guest takes about five memory maps, of which a process of Linux has 65,530
 * unless told otherwise; beyond them the engine ends the process.
 */
export const MOST_SESSIONS = 8000;

/** What holds for a session unless something else is said. */
export const DEFAULT_LIMITS = {
  idle: 600_000,
  memory: 64 << 20,
  tableEntries: 100_000,
  log: 65536,
  openFiles: 64,
} as const satisfies SessionLimits;

/** The limits of a session, with the defaults. */
export type EffectiveLimits = SessionLimits & Required<Pick<SessionLimits, keyof typeof DEFAULT_LIMITS>>;

/**
 * Puts limits together.
 *
 * @param given Limits, the most general first; a later one replaces an earlier one
 * @returns All of them, with the defaults
 * @throws {TypeError} For one that is no number, and for a name that limits nothing
 * @throws {RangeError} For a number below 0, or none
 */
export function effectiveLimits(...given: readonly (SessionLimits | undefined)[]): EffectiveLimits {
  const all: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const limits of given) {
    mustLimitSession(limits);
    for (const [name, value] of Object.entries(limits ?? {})) if (value !== undefined) all[name] = value;
  }
  return all as unknown as EffectiveLimits;
}

const ANY: AmountRule = { fits: (amount) => amount >= 0, wanted: "a number, 0 or more" };

const TIME: AmountRule = { fits: (amount) => amount > 0, wanted: "milliseconds, more than 0" };

const OF_SESSION: Record<keyof SessionLimits, AmountRule> = {
  fuel: wholeOrInfinite("units"),
  timeout: TIME,
  idle: TIME,
  memory: wholeOrInfinite("bytes"),
  tableEntries: wholeOrInfinite("entries"),
  bytesIn: ANY,
  bytesOut: ANY,
  callsPerSecond: ANY,
  log: ANY,
  openFiles: ANY,
};

const OF_ALL: Record<keyof TotalLimits, AmountRule> = {
  sessions: ANY,
  fuel: ANY,
  memory: ANY,
  bytesIn: ANY,
  bytesOut: ANY,
  callsPerSecond: ANY,
};

/**
 * Refuses limits of a session that would limit nothing, or everything, in silence.
 *
 * @param limits The limits
 * @throws {TypeError} For one that is no number, and for a name that limits nothing
 * @throws {RangeError} For a number below 0, or none
 */
export function mustLimitSession(limits: SessionLimits | undefined): void {
  if (limits !== undefined) checkAmounts(limits, OF_SESSION);
}

/**
 * The same for limits of all sessions together.
 *
 * @param limits The limits
 * @throws {TypeError} For one that is no number, and for a name that limits nothing
 * @throws {RangeError} For a number below 0, or none
 */
export function mustLimitAll(limits: TotalLimits | undefined): void {
  if (limits !== undefined) checkAmounts(limits, OF_ALL);
}
