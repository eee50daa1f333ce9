/**
 * A second version of the shell's functions, for new guests: the module `host_v2`.
 *
 * What the first could not do: tell an error from a value, say how long an answer is that did not fit, and keep
 * values that are no text. Every function returns a {@linkcode Status}.
 *
 * @module
 */
import {
  asyncFn,
  type BoundedRange,
  fn,
  type HostContext,
  type HostError,
  hostFunctions,
  type HostModule,
} from "../../mod.ts";
import { ShellState } from "./state.ts";

/** What every function returns. */
export const Status = {
  /** Done. */
  ok: 0,
  /** There is no such key. */
  noSuchKey: 1,
  /** The answer did not fit: nothing of it was written, and `needed` says how long it is. */
  tooSmall: 2,
  /** A parameter cannot be taken. */
  badParameter: 3,
  /** The host failed; nothing was changed for good. */
  failed: 4,
} as const;

const key: BoundedRange<"string"> = { type: "string", most: 1024 };
const value: BoundedRange<"bytes"> = { type: "bytes", most: 1 << 20 };

const result = "i32";
const failure = (error: HostError): number => error.code === "internal" ? Status.failed : Status.badParameter;

/**
 * The functions of the shell, second version.
 *
 * @param state The state that they work on
 * @returns The module `host_v2`
 */
export function shellHostV2(state: ShellState): HostModule {
  return hostFunctions("host_v2", {
    /** `add(count) -> status` */
    add: asyncFn(["i32"], async (count) => {
      await state.add(count);
      return Status.ok;
    }, { result, failure }),
    /** `sum(sum: *i32) -> status` */
    sum: fn(["out"], (sum) => {
      sum.set(state.sum);
      return Status.ok;
    }, { result, failure }),
    /** `get(key, key_length, answer, answer_length, needed: *u32) -> status`. */
    get: fn([key, "response", "out"], (name, answer, needed) => {
      const found = state.get(name);
      needed.set(found?.length ?? 0);
      if (found === undefined) return Status.noSuchKey;
      if (found.length > answer.length) return Status.tooSmall;
      answer.write(found);
      return Status.ok;
    }, { result, failure }),
    /** `set(key, key_length, value, value_length) -> status` */
    set: asyncFn([key, value], async (name, bytes) => {
      await state.set(name, bytes);
      return Status.ok;
    }, { result, failure }),
  });
}

/**
 * What the server calls when it starts: both versions, on one state.
 *
 * @param context What the server offers
 * @returns What guests may import
 */
export async function host({ store }: HostContext): Promise<HostModule[]> {
  const { shellHost } = await import("./host.ts");
  const state = new ShellState(store);
  return [shellHost(state), shellHostV2(state)];
}
