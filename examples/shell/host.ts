/**
 * What guests of the shell may do with the state: the module `host`, as existing guests expect it. This is what
 * `keyhole serve --host examples/shell/host.ts` loads.
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

/** Every pointer and length is non-zero, and every length at most this. */
const MOST = 1024;

const text: BoundedRange<"string"> = { type: "string", most: MOST, nonZero: true };
const response: BoundedRange<"response"> = { type: "response", most: MOST, nonZero: true };

/** The texts that existing guests know. */
const TEXTS: Partial<Record<HostError["code"], string>> = {
  "zero": "pointer and length need must be non-zero",
  "too-long": "parameter exceed maximum length",
  "out-of-bounds": "parameter is out of bounds of the memory",
  "utf-8": "parameter is not valid UTF-8",
};

/** An error goes where the answer would have gone. */
const failure = (error: HostError): string => TEXTS[error.code] ?? error.message;

/**
 * The functions of the shell.
 *
 * @param state The state that they work on
 * @returns The module `host`
 */
export function shellHost(state: ShellState): HostModule {
  return hostFunctions("host", {
    host_add: asyncFn(["i32"], (count) => state.add(count)),
    host_sum: fn([], () => state.sum, { result: "i32" }),
    host_kv_get: fn([text, response], (key, answer) => {
      return answer.write(decoded(state.get(key)) ?? "no such key");
    }, { result: "i32", failure }),
    host_kv_set: asyncFn([text, text, response], async (key, value, answer) => {
      await state.set(key, new TextEncoder().encode(value));
      return answer.write("ok");
    }, { result: "i32", failure }),
  });
}

/**
 * What the server calls when it starts.
 *
 * @param context What the server offers
 * @returns What guests may import
 */
export function host({ store }: HostContext): HostModule[] {
  return [shellHost(new ShellState(store))];
}

function decoded(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
}
