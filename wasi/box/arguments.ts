/**
 * What a box is asked for, looked at before anything is done.
 *
 * @module
 */
import {
  anything,
  type Check,
  checkSettings,
  mustBeBoolean,
  mustBeFunction,
  mustBeList,
  mustHave,
} from "../../caps/checks.ts";
import { wrongValue } from "../../caps/record.ts";
import { checkArguments, checkVariables } from "../granted.ts";
import type { BoxDirectory } from "./life.ts";
import type { BoxOptions, RandomPolicy, SnapshotForm } from "./options.ts";

const mustBeStream = mustHave("a stream that takes output", "write");

const BOX_CHECKS: Readonly<Record<keyof BoxOptions<unknown>, Check>> = {
  onMessage: mustBeFunction,
  codec: mustHave("a codec", "encode", "decode"),
  clock: mustBeOneOf("set", "step"),
  time: anything,
  seed: anything,
  args: checkArguments,
  env: checkVariables,
  dirs: mustBeList('a list of { name: "/data", directory }', mustBeGrant),
  stdout: mustBeStream,
  stderr: mustBeStream,
  limits: anything,
  rollBack: mustBeBoolean,
  journal: mustHave("a file that is open", "stat"),
};

const REPLAY_CHECKS = { ...BOX_CHECKS, entries: mustBeCount };

const SNAPSHOT_CHECKS: Readonly<Record<keyof (SnapshotForm & RandomPolicy) | "onMessage", Check>> = {
  form: mustBeOneOf("keyhole", "raw"),
  random: mustBeOneOf("continue", "reseed"),
  seed: anything,
  onMessage: mustBeFunction,
};

/**
 * Refuses options that a box cannot have.
 *
 * @param options The options
 * @throws {TypeError} For one of another type, and for one that there is not
 */
export function checkOptions(options: unknown): void {
  checkSettings(options, "options", BOX_CHECKS);
}

/**
 * Refuses options that a replay cannot have.
 *
 * @param options The options
 * @throws {TypeError} For one of another type, and for one that there is not
 * @throws {RangeError} For a number of entries that no journal can have
 */
export function checkReplayOptions(options: unknown): void {
  checkSettings(options, "options", REPLAY_CHECKS);
}

/**
 * Refuses what cannot be done with a snapshot, or with a fork.
 *
 * @param options How it is read or written
 * @throws {TypeError} For words that mean nothing, and for options that there are not
 */
export function checkSnapshotOptions(options: unknown): void {
  checkSettings(options, "options", SNAPSHOT_CHECKS);
}

function mustBeGrant(grant: unknown, setting: string): void {
  const { name, directory } = (grant ?? {}) as Partial<BoxDirectory>;
  if (typeof name === "string" && typeof directory?.again === "function") return;
  throw wrongValue(grant, setting, 'a { name: "/data", directory }');
}

function mustBeCount(entries: unknown, setting: string): void {
  if (Number.isSafeInteger(entries) && (entries as number) >= 0) return;
  throw new RangeError(`Cannot use ${String(entries)} as "${setting}": give a whole number from 0 on`);
}

function mustBeOneOf(...known: readonly string[]): Check {
  return (value, setting) => {
    if (typeof value === "string" && known.includes(value)) return;
    throw wrongValue(value, setting, known.map((word) => `"${word}"`).join(" or "));
  };
}
