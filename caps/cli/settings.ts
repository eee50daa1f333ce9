/**
 * What the flags of `run` ask for, as plain values: checked, but nothing opened yet.
 *
 * @module
 */
import { parseCount, parseDuration, parseSize } from "../limits_text.ts";
import type { PathStyle } from "../mount.ts";
import { MOST_THREADS } from "../threads.ts";
import { readClock } from "./clock_setting.ts";
import { type FlagName, FLAGS } from "./flags.ts";
import { readAllowNet, readListen } from "./listen_setting.ts";
import { CommandError } from "./messages.ts";
import { addAllowed, readMount, refuseSameNames, withoutReplaced } from "./mount_settings.ts";
import type { GivenFlag } from "./parse.ts";
import { type BackendChoice, defaultSettings, type Lockdown, type RunSettings } from "./run_settings.ts";
import { SERVE_FLAGS, type ServeFlagName } from "./serve_flags.ts";
import { readTrace } from "./trace_setting.ts";
import { oneOf, quantity } from "./values.ts";

/**
 * Reads the flags of `run`.
 *
 * @param flags The flags, in the order given
 * @param style Whose rules host paths follow
 * @param base What holds where no flag says otherwise: what a policy grants. A mount of a flag takes the place of one
 * with the same name
 * @returns What they ask for
 * @throws {CommandError} For a value that makes no sense, and for two mounts of one name
 *
 * @example
 * ```ts
 * import { readSettings } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { mounts } = readSettings([{ name: "dir", value: "docs::/in:ro" }], "posix");
 * assertEquals(mounts, [{ kind: "directory", host: "docs", guest: "/in", readOnly: true, flag: "dir" }]);
 * ```
 */
export function readSettings(
  flags: readonly GivenFlag[],
  style: PathStyle,
  base: Partial<RunSettings> = {},
): RunSettings {
  const settings: RunSettings = {
    ...defaultSettings(),
    ...base,
    mounts: [],
    variables: [...base.variables ?? []],
    listen: [...base.listen ?? []],
    limits: { ...base.limits },
  };
  if (flags.some(({ name }) => name === "deterministic")) Object.assign(settings, DETERMINISTIC);
  for (const { name, value } of flags) READERS[name](settings, value, style);
  if (settings.deterministic && settings.listen.length > 0) {
    throw new CommandError("A run that listens is never the same again", {
      hint: "Leave out --listen or --deterministic",
    });
  }
  refuseWithThreads(settings);
  if (settings.deterministic && settings.clock.kind === "system") {
    throw new CommandError("A run by the clock of this machine is never the same again", {
      hint: "Leave out --clock system or --deterministic",
    });
  }
  settings.mounts = withoutReplaced(base.mounts ?? [], settings.mounts).concat(settings.mounts);
  refuseSameNames(settings.mounts);
  if (settings.readOnly) {
    settings.mounts = settings.mounts.map((mount) => ({ ...mount, readOnly: true }));
  }
  return settings;
}

/** What takes one thread: counting what it computes, calling it from here, and being the same again. */
function refuseWithThreads({ threads, limits, invoke, deterministic }: RunSettings): void {
  if (threads === undefined) return;
  const flag = limits.fuel !== undefined
    ? "--fuel"
    : invoke !== undefined
    ? "--invoke"
    : deterministic
    ? "--deterministic"
    : undefined;
  if (flag === undefined) return;
  throw new CommandError(`A program with threads cannot be run with ${flag}`, {
    hint: `Leave out --threads or ${flag}`,
  });
}

type Reader = (settings: RunSettings, value: string, style: PathStyle) => void;

const nothing: Reader = () => {};

/** Time that moves only as the guest looks at it, and the same random numbers and files every time. */
export const DETERMINISTIC: Partial<RunSettings> = {
  clock: { kind: "step", step: 1_000_000n },
  seed: "0",
  deterministic: true,
};

const BACKENDS: readonly BackendChoice[] = ["auto", "kernel", "portable"];
const LOCKDOWNS: readonly Lockdown[] = ["off", "auto", "require"];
const MOST_OPEN_FILES = 1 << 20;
const THREADS = 64;

/** Those that only `serve` knows, it reads itself. */
const READ_BY_SERVE = Object.fromEntries(
  Object.keys(SERVE_FLAGS).map((name) => [name, nothing]),
) as Record<ServeFlagName, Reader>;

const READERS: Readonly<Record<FlagName, Reader>> = {
  dir: (settings, value, style) => settings.mounts.push(readMount("dir", value, style)),
  mapdir: (settings, value, style) => settings.mounts.push(readMount("mapdir", value, style)),
  file: (settings, value, style) => settings.mounts.push(readMount("file", value, style)),
  overlay: (settings, value, style) => settings.mounts.push(readMount("overlay", value, style)),
  tmp: (settings, value) => {
    if (value === "") throw new CommandError('Flag "--tmp" needs a name', { hint: "Write --tmp /tmp" });
    settings.mounts.push({ kind: "memory", host: "", guest: value, readOnly: false, flag: "tmp" });
  },
  "read-only": (settings) => settings.readOnly = true,
  "allow-read": (settings, value) => addAllowed(settings.mounts, "allow-read", value),
  "allow-write": (settings, value) => addAllowed(settings.mounts, "allow-write", value),
  env: (settings, value) => {
    const equals = value.indexOf("=");
    const name = variableName(equals < 0 ? value : value.slice(0, equals));
    settings.variables.push({ name, value: equals < 0 ? undefined : value.slice(equals + 1) });
  },
  "inherit-env": (settings) => settings.variables.push({ passOn: undefined }),
  "allow-env": (settings, value) => {
    settings.variables.push({ passOn: value === "" ? undefined : value.split(",").map(variableName) });
  },
  argv0: (settings, value) => settings.argv0 = value,
  listen: (settings, value) => settings.listen.push(readListen(value)),
  "allow-net": (settings, value) => settings.listen.push(...readAllowNet(value)),
  stdin: (settings, value) => settings.stdin = streamName("stdin", value),
  stdout: (settings, value) => settings.stdout = streamName("stdout", value),
  stderr: (settings, value) => settings.stderr = streamName("stderr", value),
  "max-file-size": (settings, value) =>
    settings.limits.fileSize = quantity("max-file-size", value, parseSize),
  "max-disk": (settings, value) => settings.limits.disk = quantity("max-disk", value, parseSize),
  "max-entries": (settings, value) => settings.limits.entries = quantity("max-entries", value, parseCount),
  "max-open-files": (settings, value) => {
    const most = settings.limits.openFiles = quantity("max-open-files", value, parseCount);
    if (most >= 1 && most <= MOST_OPEN_FILES) return;
    throw new CommandError(`Flag "--max-open-files" takes 1 to ${MOST_OPEN_FILES}`);
  },
  "max-memory": (settings, value) => settings.limits.memory = quantity("max-memory", value, parseSize),
  "max-output": (settings, value) => settings.limits.output = quantity("max-output", value, parseSize),
  fuel: (settings, value) => settings.limits.fuel = quantity("fuel", value, parseCount),
  timeout: (settings, value) => settings.limits.timeout = quantity("timeout", value, parseDuration),
  clock: (settings, value) => settings.clock = readClock(value),
  seed: (settings, value) => {
    if (!/^\d{1,77}$|^[\da-f]{64}$/i.test(value)) {
      throw new CommandError(`"${value}" is not a seed`, {
        hint: "Write a whole number, or 64 hexadecimal digits",
      });
    }
    settings.seed = value;
  },
  deterministic: nothing,
  "freeze-time": nothing,
  journal: nothing,
  replay: nothing,
  entries: nothing,
  "roll-back": nothing,
  raw: nothing,
  init: nothing,
  threads: (settings, value) => {
    const most = settings.threads = value === "" ? THREADS : quantity("threads", value, parseCount);
    if (most < 1 || most > MOST_THREADS) {
      throw new CommandError(`Flag "--threads" takes 1 to ${MOST_THREADS}`);
    }
  },
  invoke: (settings, value) => settings.invoke = value,
  backend: (settings, value) => settings.backend = oneOf("backend", value, BACKENDS),
  lockdown: (settings, value) => settings.lockdown = oneOf("lockdown", value, LOCKDOWNS),
  trace: (settings, value) => settings.trace = readTrace(settings.trace, value),
  report: (settings, value) => settings.report = fileName("report", value),
  explain: (settings) => settings.explain = true,
  prompt: (settings) => settings.prompt = true,
  "save-policy": (settings, value) => settings.savePolicy = fileName("save-policy", value),
  policy: nothing,
  "print-policy": nothing,
  "print-permissions": nothing,
  from: nothing,
  schema: nothing,
  quiet: (settings) => settings.quiet = true,
  verbose: (settings) => settings.verbose = true,
  json: nothing,
  output: nothing,
  help: nothing,
  version: nothing,
  ...READ_BY_SERVE,
};

function variableName(name: string): string {
  if (name !== "" && !name.includes("=")) return name;
  throw new CommandError("A variable needs a name", { hint: "Write --env NAME=VALUE" });
}

function fileName(flag: FlagName, value: string): string {
  if (value !== "") return value;
  throw new CommandError(`Flag "--${flag}" needs a file`, { hint: `Write --${flag} ${FLAGS[flag].value}` });
}

function streamName(flag: FlagName, value: string): string {
  if (value !== "") return value;
  throw new CommandError(`Flag "--${flag}" needs a value`, { hint: `Write --${flag} null for none` });
}
