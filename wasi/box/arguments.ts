/**
 * What a box is asked for, looked at before anything is done.
 *
 * @module
 */
import type { BoxOptions, RandomPolicy, SnapshotForm } from "./options.ts";

/**
 * Refuses options that a box cannot have.
 *
 * @param options The options
 * @throws {TypeError} For one of another type
 */
export function checkOptions<Message>({ clock, dirs, journal, onMessage }: BoxOptions<Message>): void {
  mustBeOneOf("clock", clock, ["set", "step"]);
  if (onMessage !== undefined && typeof onMessage !== "function") {
    throw new TypeError(`Cannot hand messages to ${shown(onMessage)}: give a function as "onMessage"`);
  }
  if (journal !== undefined && typeof journal?.stat !== "function") {
    throw new TypeError(`Cannot keep a journal in ${shown(journal)}: give a file that is open`);
  }
  const areDirectories = Array.isArray(dirs) &&
    dirs.every((dir) => typeof dir?.name === "string" && typeof dir.directory?.again === "function");
  if (dirs !== undefined && !areDirectories) {
    throw new TypeError('Cannot grant such directories: give a list of { name: "/data", directory }');
  }
}

/**
 * Refuses what cannot be done with a snapshot.
 *
 * @param options How it is read or written
 * @throws {TypeError} For words that mean nothing
 */
export function checkSnapshotOptions({ form, random }: SnapshotForm & RandomPolicy): void {
  mustBeOneOf("form", form, ["keyhole", "raw"]);
  mustBeOneOf("random", random, ["continue", "reseed"]);
}

/**
 * Refuses a number of entries that no journal can have.
 *
 * @param entries How many; all of them unless given
 * @throws {RangeError} For anything else than a whole number from 0 on
 */
export function checkEntries(entries: number | undefined): void {
  if (entries === undefined || (Number.isSafeInteger(entries) && entries >= 0)) return;
  throw new RangeError(`Cannot live through ${shown(entries)} entries: give a whole number from 0 on`);
}

/**
 * Refuses what no bytes are.
 *
 * @param bytes What was given
 * @param what What it is to be the bytes of: `a module`
 * @throws {TypeError} For anything else than bytes
 */
export function mustBeBytes(bytes: unknown, what: string): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new TypeError(`Cannot take ${shown(bytes)} for ${what}: give its bytes`);
}

function mustBeOneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new TypeError(
    `Cannot use ${shown(value)} as "${name}": give ${known.map((word) => `"${word}"`).join(" or ")}`,
  );
}

/** A value in a message: short, whatever it is. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
