/**
 * Numbers that limit something, as applications give them.
 *
 * @module
 */
import type { Check } from "./checks.ts";
import { isRecord, shownValue } from "./record.ts";

/** What a limit has to be. */
export interface AmountRule {
  /** Whether an amount is one that makes sense. */
  readonly fits: (amount: number | bigint) => boolean;
  /** What does, for a message. */
  readonly wanted: string;
  /** Whether it may be a BigInt too. */
  readonly big?: boolean;
}

/**
 * A whole number from 0 on, or `Infinity` for no limit.
 *
 * @param of What is counted: `bytes`
 * @returns The rule
 *
 * @example
 * ```ts
 * import { wholeOrInfinite } from "./amounts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { fits } = wholeOrInfinite("bytes");
 * assertEquals([0, 5n, Infinity, -1, 1.5, NaN].map(fits), [true, true, true, false, false, false]);
 * ```
 */
export function wholeOrInfinite(of: string): AmountRule {
  return {
    fits: (amount) => (isWhole(amount) || amount === Infinity) && amount >= 0,
    wanted: `a whole number of ${of}, 0 or more`,
  };
}

/**
 * Tells whether an amount is a whole number.
 *
 * @param amount The amount
 * @returns Whether it is
 *
 * @example
 * ```ts
 * import { isWhole } from "./amounts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([5, 5n, 1.5, Infinity].map(isWhole), [true, true, false, false]);
 * ```
 */
export function isWhole(amount: number | bigint): boolean {
  return typeof amount === "bigint" || Number.isInteger(amount);
}

/**
 * Makes sure that limits are some: one that is misspelled or no number would limit nothing, or everything, in silence.
 *
 * @param limits What was given; what is `undefined` in it counts as not given
 * @param rules What it may hold, by name
 * @throws {TypeError} For anything else than an object of numbers, and for a name that is not among the rules
 * @throws {RangeError} For a number that makes no sense
 *
 * @example
 * ```ts
 * import { checkAmounts, wholeOrInfinite } from "./amounts.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const rules = { bytes: wholeOrInfinite("bytes") };
 * checkAmounts({ bytes: 100 }, rules);
 * assertThrows(() => checkAmounts({ bytes: NaN }, rules), RangeError, 'Cannot limit "bytes" to NaN');
 * assertThrows(() => checkAmounts({ byte: 100 }, rules), TypeError, 'Cannot limit "byte": give "bytes"');
 * ```
 */
export function checkAmounts(limits: unknown, rules: Readonly<Record<string, AmountRule>>): void {
  const names = (): string => Object.keys(rules).map((name) => `"${name}"`).join(", ");
  if (!isRecord(limits)) {
    throw new TypeError(`Cannot take limits from ${shownValue(limits)}: give a plain object with ${names()}`);
  }
  for (const [name, amount] of Object.entries(limits)) {
    // What every object inherits is no rule.
    if (!Object.hasOwn(rules, name)) throw new TypeError(`Cannot limit "${name}": give ${names()}`);
    if (amount !== undefined) mustFitRule(amount, name, rules[name]);
  }
}

/**
 * The check for one limit among other settings.
 *
 * @param rule What it has to be
 * @returns The check
 *
 * @example
 * ```ts
 * import { mustBeAmount, wholeOrInfinite } from "./amounts.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const check = mustBeAmount(wholeOrInfinite("bytes"));
 * assertThrows(() => check("64M", "maxMemory"), TypeError, 'Cannot limit "maxMemory" by a value of type "string"');
 * ```
 */
export function mustBeAmount(rule: AmountRule): Check {
  return (amount, name) => mustFitRule(amount, name, rule);
}

function mustFitRule(amount: unknown, name: string, { fits, wanted, big = false }: AmountRule): void {
  if (typeof amount !== "number" && !(big && typeof amount === "bigint")) {
    throw new TypeError(`Cannot limit "${name}" by a value of type "${typeof amount}": give ${wanted}`);
  }
  if (!fits(amount)) throw new RangeError(`Cannot limit "${name}" to ${amount}: give ${wanted}`);
}
