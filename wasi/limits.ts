/**
 * What a guest may not exceed.
 *
 * @module
 */
import { MOST_OPEN_FILES } from "./descriptors.ts";

/** What a run may not exceed. Nothing given means no limit. */
export interface Limits {
  /** Bytes of standard output and error together, 0 or more; `Infinity` for no limit. */
  readonly output?: number;
  /**
   * Milliseconds from the guest's first instruction to its last, more than 0, `Infinity` for no limit. Nor is a sink
   * waited for any longer that does not take what the guest has written.
   */
  readonly timeout?: number;
  /** Bytes of all memories of the instance together, 0 or more. */
  readonly memory?: number;
  /** Entries of all tables of the instance together, 0 or more. */
  readonly tableEntries?: number;
  /** What it may compute, in units of fuel, about one for an instruction, 0 or more; see `wasi/fuel.ts`. */
  readonly fuel?: number | bigint;
}

type Amount = number | bigint;

const isWhole = (amount: Amount): boolean => typeof amount === "bigint" || Number.isInteger(amount);

/** The limits of a run, with the one that its options have besides. */
export type AllLimits = Limits & { readonly openFiles?: number };

const CHECKS: Record<keyof AllLimits, { fits: (amount: Amount) => boolean; wanted: string }> = {
  output: {
    fits: (bytes) => (isWhole(bytes) || bytes === Infinity) && bytes >= 0,
    wanted: "a whole number of bytes, 0 or more",
  },
  timeout: { fits: (milliseconds) => milliseconds > 0, wanted: "milliseconds, more than 0" },
  memory: { fits: (bytes) => isWhole(bytes) && bytes >= 0, wanted: "a whole number of bytes, 0 or more" },
  tableEntries: { fits: (count) => isWhole(count) && count >= 0, wanted: "a whole number, 0 or more" },
  fuel: { fits: (units) => isWhole(units) && units >= 0, wanted: "a whole number of units, 0 or more" },
  openFiles: {
    fits: (count) => isWhole(count) && count >= 1 && count <= MOST_OPEN_FILES,
    wanted: `a whole number from 1 to ${MOST_OPEN_FILES}`,
  },
};

/**
 * Makes sure that limits are some: one that is no number would limit nothing, or everything, in silence.
 *
 * @param limits The limits
 * @throws {TypeError} For one that is no number
 * @throws {RangeError} For a number that makes no sense
 *
 * @example
 * ```ts
 * import { checkLimits } from "./limits.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkLimits({ timeout: 1500, fuel: 10n ** 9n });
 * assertThrows(() => checkLimits({ output: NaN }), RangeError, 'Cannot limit "output" to NaN');
 * ```
 */
export function checkLimits(limits: AllLimits | undefined): void {
  for (const [name, { fits, wanted }] of Object.entries(CHECKS)) {
    const amount = limits?.[name as keyof AllLimits];
    if (amount === undefined) continue;
    const kind: string = typeof amount;
    if (kind !== "number" && !(kind === "bigint" && name === "fuel")) {
      throw new TypeError(`Cannot limit "${name}" by a value of type "${kind}": give ${wanted}`);
    }
    if (!fits(amount)) throw new RangeError(`Cannot limit "${name}" to ${amount}: give ${wanted}`);
  }
}
