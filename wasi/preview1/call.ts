/**
 * What stands between a guest and every call it can make.
 *
 * @module
 */
import { Fault, type FaultCode } from "../../caps/fault.ts";
import { Errno, errnoOf } from "../abi/errno.ts";
import type { Guest } from "../guest.ts";
import { isUnwinding, unwind } from "../unwind.ts";
import { withHeadroom } from "./headroom.ts";
import { pathFrom } from "./path_arguments.ts";

/** A parameter as it arrives from WebAssembly: an `i32` (signed) or an `i64` (signed). */
export type Value = number | bigint;

/** What a call comes to: nothing at once, or nothing later. Whatever goes wrong is thrown. */
export type Outcome = void | Promise<void>;

/** A call of WASI: its own parameters, and before them the guest that makes it. */
export type Call = (guest: Guest, ...values: never[]) => Outcome;

/** Calls by their names. */
export type Calls = Readonly<Record<string, Call>>;

/** What a guest calls: returns an {@linkcode Errno}, or a promise of it when the guest is suspended. */
export type Import = (...values: Value[]) => number | Promise<number>;

/**
 * Makes of a call what a guest can import. Faults become error numbers here, and only here. Anything else that is
 * thrown is not the guest's to see: it is kept as the guest's failure, and ends it.
 *
 * There is a function for each number of parameters, since gathering them would cost more than many a call.
 *
 * @param guest The guest
 * @param name The name of the call
 * @param call The call
 * @returns The function to import
 */
export function wrap(guest: Guest, name: string, call: Call): Import {
  const run = withHeadroom(name, call as (guest: Guest, ...values: Value[]) => Outcome);
  const fail = (error: unknown): number => failed(guest, name, error);
  const done = (outcome: Outcome): number | Promise<number> =>
    outcome === undefined ? Errno.SUCCESS : outcome.then(succeeded, fail);
  switch (call.length - 1) {
    case 1:
      return (a) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, a!));
        } catch (error) {
          return fail(error);
        }
      };
    case 2:
      return (a, b) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, a!, b!));
        } catch (error) {
          return fail(error);
        }
      };
    case 3:
      return (a, b, c) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, a!, b!, c!));
        } catch (error) {
          return fail(error);
        }
      };
    case 4:
      return (a, b, c, d) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, a!, b!, c!, d!));
        } catch (error) {
          return fail(error);
        }
      };
    case 5:
      return (a, b, c, d, e) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, a!, b!, c!, d!, e!));
        } catch (error) {
          return fail(error);
        }
      };
    default:
      return (...values) => {
        if (guest.ended) unwind();
        try {
          return done(run(guest, ...values));
        } catch (error) {
          return fail(error);
        }
      };
  }
}

function succeeded(): number {
  return Errno.SUCCESS;
}

function failed(guest: Guest, name: string, error: unknown): number {
  if (error instanceof Fault) {
    tellIfDenied(guest, name, error.code);
    // The system may have none left either, which is no limit of the guest's.
    if (error.code === "EMFILE" && guest.descriptors.isFull) guest.options.outOfDescriptors?.();
    const number = errnoOf(error.code);
    if (number !== undefined) return number;
    guest.options.trace?.(`${name}: no error number for ${JSON.stringify(error.code)}, so EIO`);
    return Errno.EIO;
  }
  // The guest's own recursion has left no stack for the call: a trap like any other.
  if (isUnwinding(error) || isStackExhaustion(error)) throw error;
  guest.failure ??= error ?? new TypeError(`Cannot tell why "${name}" failed: a capability threw ${error}`);
  guest.end();
  // The error itself could be caught by the guest, which would go on.
  unwind();
}

function isStackExhaustion(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

const refusals: ReadonlySet<FaultCode> = new Set<FaultCode>(["ENOTCAPABLE", "EROFS", "EACCES", "EPERM"]);

function tellIfDenied(guest: Guest, name: string, code: FaultCode): void {
  const { denied } = guest.options;
  if (denied === undefined || !refusals.has(code)) return;
  denied(name, deniedPath(guest, name), code);
}

function deniedPath({ path, base, otherPath, otherBase }: Guest, name: string): string {
  if (!name.startsWith("path_")) return "";
  // What a link says does not begin anywhere yet.
  const first = name === "path_symlink" ? path.text : pathFrom(base, path.text);
  if (name !== "path_link" && name !== "path_rename" && name !== "path_symlink") return first;
  return `${first} -> ${pathFrom(otherBase, otherPath.text)}`;
}
