/**
 * What a run is asked for, as plain values, and what holds where nothing is said.
 *
 * @module
 */
import type { User } from "../users.ts";
import type { ClockSetting } from "./clock_setting.ts";
import type { MountSetting } from "./mount_settings.ts";
import type { TraceSetting } from "./trace_setting.ts";

/** Variables for the guest: one with a value, some of those that keyhole has, or all of them. */
export type VariableSetting =
  | {
    /** One variable. */
    readonly name: string;
    /** Its value, or `undefined` for the one that keyhole has: then it must be set. */
    readonly value: string | undefined;
  }
  | {
    /** Those to pass on as far as they are set, or `undefined` for all. */
    readonly passOn: readonly string[] | undefined;
  };

/** What a guest may add to files; what is not there is not limited. */
export interface GrowthSettings {
  /** Bytes that any one file may grow to. */
  fileSize?: number;
  /** Bytes that all files together may grow by. */
  disk?: number;
  /** Names that may be made. */
  entries?: number;
}

/** What a guest may not exceed; what is not there is not limited. */
export interface LimitSettings extends GrowthSettings {
  /** Descriptors that may be open at once. */
  openFiles?: number;
  /** Bytes of memory. */
  memory?: number;
  /** Bytes of standard output and error together. */
  output?: number;
  /** Milliseconds from start to end. */
  timeout?: number;
  /** Units of fuel. */
  fuel?: number;
}

/** What the flags of `run` ask for. */
export interface RunSettings {
  /** Grants of files, in the order given. */
  mounts: MountSetting[];
  /** Whether no mount can be changed, whatever it says itself: its `readOnly` says so already. */
  readOnly: boolean;
  /** Variables, in the order given; a later one wins. */
  variables: VariableSetting[];
  /** What the guest finds as its own name, or `undefined` for the module as written. */
  argv0: string | undefined;
  /** Addresses to listen on, in the order given. */
  listen: string[];
  /** `inherit`, `null` or a file. */
  stdin: string;
  /** `inherit`, `null` or a file. */
  stdout: string;
  /** `inherit`, `null` or a file. */
  stderr: string;
  /** How many threads the guest may start, or `undefined` for none. */
  threads: number | undefined;
  /** The export to call, or `undefined` to start the program as usual. */
  invoke: string | undefined;
  /** Who guards directories of this machine. */
  backend: BackendChoice;
  /** Whether the kernel confines keyhole itself too. */
  lockdown: Lockdown;
  /** What the guest may not exceed. */
  limits: LimitSettings;
  /** Which clocks the guest has. */
  clock: ClockSetting;
  /** What randomness grows from, or `undefined` for this machine's. */
  seed: string | undefined;
  /** Whether what it finds looks the same on every machine. */
  deterministic: boolean;
  /** Who may connect to a server, or `undefined` for everybody; a program that is run has nothing of it. */
  users: readonly User[] | undefined;
  /** What is shown of the guest's calls, or `undefined` for nothing. */
  trace: TraceSetting | undefined;
  /** Where the report goes, `-` for standard output, or `undefined` for none. */
  report: string | undefined;
  /** Whether accesses that nothing was granted for are made visible. */
  explain: boolean;
  /** Whether the user is asked about such accesses. */
  prompt: boolean;
  /** The policy file that keeps what was granted in the end, or `undefined` for none. */
  savePolicy: string | undefined;
  /** Whether only what is wrong is said. */
  quiet: boolean;
  /** Whether more than usual is said. */
  verbose: boolean;
}

/** Who guards directories of this machine. */
export type BackendChoice = "auto" | "kernel" | "portable";

/** Whether the kernel confines keyhole itself to what was granted: never, where it can, or always. */
export type Lockdown = "off" | "auto" | "require";

/**
 * What a run has that nothing was asked for.
 *
 * @returns The settings, which the caller may change
 *
 * @example
 * ```ts
 * import { defaultSettings } from "./run_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultSettings().mounts, []);
 * ```
 */
export function defaultSettings(): RunSettings {
  return {
    argv0: undefined,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    threads: undefined,
    invoke: undefined,
    backend: "auto",
    lockdown: "auto",
    clock: { kind: "system" },
    seed: undefined,
    deterministic: false,
    users: undefined,
    trace: undefined,
    report: undefined,
    explain: false,
    prompt: false,
    savePolicy: undefined,
    quiet: false,
    verbose: false,
    mounts: [],
    readOnly: false,
    variables: [],
    listen: [],
    limits: {},
  };
}
