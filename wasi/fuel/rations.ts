/**
 * Fuel for a guest that runs: a slice at a time, and between two slices others may have their turn.
 *
 * @module
 */
import { isWhole, mustBeAmount } from "../../caps/amounts.ts";
import { type Check, checkSettings, mustBeFunction } from "../../caps/checks.ts";
import { suspending } from "../engine.ts";
import type { Guest } from "../guest.ts";
import { type ImportTable, importTable } from "../link.ts";
import { unwind } from "../unwind.ts";
import { FUEL_REFILL } from "./names.ts";
import { type Fuel, FuelExhausted } from "./tank.ts";

/** How a metered guest is given its fuel. */
export interface Rations {
  /** How many units the guest gets at a time, a whole number, at least 1; ten million unless given. */
  readonly slice?: number;

  /**
   * Called before each slice.
   *
   * @returns When the guest may go on; nothing for at once. A promise makes a guest wait that can be suspended
   */
  readonly turn?: () => void | Promise<void>;

  /**
   * Asked at each call that the guest makes: much time can pass in calls for little fuel.
   *
   * @returns Whether the guest has had its turn; then what is left of its slice is taken back
   */
  readonly overdue?: () => boolean;
}

const CHECKS: Readonly<Record<keyof Rations, Check>> = {
  slice: mustBeAmount({
    fits: (slice) => isWhole(slice) && slice >= 1,
    wanted: "a whole number of units, at least 1",
  }),
  turn: mustBeFunction,
  overdue: mustBeFunction,
};

/**
 * Makes sure that rations are some.
 *
 * @param rations What was given
 * @throws {TypeError} For anything else
 * @throws {RangeError} For a slice that is no whole number from 1 on
 *
 * @example
 * ```ts
 * import { checkRations } from "./rations.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkRations({ slice: 1000 });
 * assertThrows(() => checkRations({ slice: 0 }), RangeError, 'Cannot limit "rations.slice" to 0');
 * ```
 */
export function checkRations(rations: Rations | undefined): void {
  if (rations !== undefined) checkSettings(rations, "rations", CHECKS);
}

/**
 * What a metered guest imports to be given fuel.
 *
 * @param guest The guest; ended between two slices if its time is up or it was aborted
 * @param fuel Its fuel
 * @param turn Called before each slice, see {@linkcode Rations.turn}; only for a guest that can be suspended
 * @param exhausted Called when the fuel does not suffice, before the guest is unwound
 * @returns The table
 */
export function rationing(
  guest: Guest,
  fuel: Fuel,
  turn: Rations["turn"],
  exhausted: (error: FuelExhausted) => void,
): ImportTable {
  const refill = (remaining: bigint): bigint => {
    guest.mayGoOn();
    try {
      return fuel.refill(remaining);
    } catch (error) {
      if (!(error instanceof FuelExhausted)) throw error;
      exhausted(error);
      // The error itself could be caught by the guest.
      unwind();
    }
  };
  if (turn === undefined) return importTable([[FUEL_REFILL, refill]]);
  const refillInTurn = (remaining: bigint): bigint | Promise<bigint> => {
    const waiting = turn();
    // A function that returns anything else is one that returns nothing, as far as types tell.
    return waiting instanceof Promise ? waiting.then(() => refill(remaining)) : refill(remaining);
  };
  return importTable([[FUEL_REFILL, suspending(refillInTurn)]]);
}
