/**
 * What a guest may not exceed.
 *
 * @module
 */
import { type AmountRule, checkAmounts, isWhole, wholeOrInfinite } from "../caps/amounts.ts";
import { MOST_OPEN_FILES } from "./descriptors.ts";

/** What a run may not exceed. What is not given, or `Infinity`, is not limited. */
export interface Limits {
  /** Bytes of standard output and error together, 0 or more. */
  readonly output?: number;
  /**
   * Milliseconds from the guest's first instruction to its last, more than 0. When they are over, the guest is stopped
   * at the next call that it makes; one that makes none, some 50 ms later, so that no call is cut in half. Nor is a sink
   * waited for any longer that does not take what the guest has written.
   */
  readonly timeout?: number;
  /** Bytes of all memories of the instance together, 0 or more. */
  readonly memory?: number;
  /** Entries of all tables of the instance together, 0 or more; a million under a limit of memory unless given. */
  readonly tableEntries?: number;
  /** What it may compute, in units of fuel, about one for an instruction, 0 or more; see `wasi/fuel.ts`. */
  readonly fuel?: number | bigint;
}

/** The limits of a run, with the one that its options have besides. */
export type AllLimits = Limits & { readonly openFiles?: number };

const RULES: Record<keyof AllLimits, AmountRule> = {
  output: wholeOrInfinite("bytes"),
  timeout: { fits: (milliseconds) => milliseconds > 0, wanted: "milliseconds, more than 0" },
  memory: wholeOrInfinite("bytes"),
  tableEntries: wholeOrInfinite("entries"),
  fuel: { ...wholeOrInfinite("units"), big: true },
  openFiles: {
    fits: (count) => isWhole(count) && count >= 1 && count <= MOST_OPEN_FILES,
    wanted: `a whole number from 1 to ${MOST_OPEN_FILES}`,
  },
};

/** The limits that there are. */
export type LimitName = keyof AllLimits;

/**
 * Makes sure that limits are some: one that is misspelled or no number would limit nothing, or everything, in silence.
 *
 * @param limits The limits
 * @param names Those that there are where they are given; all unless given
 * @returns Those that limit something: what is infinite is left out, as if it were not given
 * @throws {TypeError} For one that is no number, or has another name
 * @throws {RangeError} For a number that makes no sense
 *
 * @example
 * ```ts
 * import { checkLimits } from "./limits.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(checkLimits({ timeout: 1500, memory: Infinity }), { timeout: 1500 });
 * assertThrows(() => checkLimits({ output: NaN }), RangeError, 'Cannot limit "output" to NaN');
 * ```
 */
export function checkLimits(limits: AllLimits | undefined, names?: readonly LimitName[]): AllLimits {
  if (limits === undefined) return {};
  checkAmounts(
    limits,
    names === undefined ? RULES : Object.fromEntries(names.map((name) => [name, RULES[name]])),
  );
  return Object.fromEntries(Object.entries(limits).filter(([, amount]) => amount !== Infinity));
}
