/**
 * What the flags of `run` ask for, as plain values: checked, but nothing opened yet.
 *
 * @module
 */
import { MountError, mountKey, type MountOrder, parseMount, type PathStyle } from "../mount.ts";
import type { FlagName } from "./flags.ts";
import { CommandError } from "./messages.ts";
import type { GivenFlag } from "./parse.ts";
import { nearest } from "./suggest.ts";

/** One grant of files. */
export interface MountSetting {
  /** What is granted: a directory or a file of this machine, or a directory in memory. */
  readonly kind: "directory" | "file" | "memory";
  /** The path on this machine; empty for memory. */
  readonly host: string;
  /** The guest's name for it. */
  readonly guest: string;
  /** Whether the guest may only read. */
  readonly readOnly: boolean;
  /** The flag that asked for it, for messages. */
  readonly flag: FlagName;
}

/** One variable: its own value, or the one that keyhole has. `undefined` as the name means all of keyhole's. */
export interface VariableSetting {
  /** The variable, or `undefined` for all that keyhole has. */
  readonly name: string | undefined;
  /** Its value, or `undefined` for the one that keyhole has. */
  readonly value: string | undefined;
}

/** Which calls are shown, and where. */
export interface TraceSetting {
  /** The families of calls, or `undefined` for all. */
  readonly families: readonly string[] | undefined;
  /** The file that gets the lines, or `undefined` for stderr. */
  readonly file: string | undefined;
}

/** What the flags of `run` ask for. */
export interface RunSettings {
  /** Grants of files, in the order given. */
  mounts: MountSetting[];
  /** Variables, in the order given; a later one wins. */
  variables: VariableSetting[];
  /** What the guest finds as its own name, or `undefined` for the module as written. */
  argv0: string | undefined;
  /** `inherit`, `null` or a file. */
  stdin: string;
  /** `inherit`, `null` or a file. */
  stdout: string;
  /** `inherit`, `null` or a file. */
  stderr: string;
  /** The export to call, or `undefined` to start the program as usual. */
  invoke: string | undefined;
  /** Who guards directories of this machine. */
  backend: Backend;
  /** What is shown of the guest's calls, or `undefined` for nothing. */
  trace: TraceSetting | undefined;
  /** Whether only what is wrong is said. */
  quiet: boolean;
  /** Whether more than usual is said. */
  verbose: boolean;
}

/** Who guards directories of this machine. */
export type Backend = "auto" | "kernel" | "portable";

/** The families of calls that a trace can be narrowed to. */
export const TRACE_FAMILIES: readonly string[] = [
  "args",
  "environ",
  "clock",
  "fd",
  "path",
  "poll",
  "proc",
  "random",
  "sched",
  "sock",
];

/**
 * Reads the flags of `run`.
 *
 * @param flags The flags, in the order given
 * @param style Whose rules host paths follow
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
export function readSettings(flags: readonly GivenFlag[], style: PathStyle): RunSettings {
  const settings: RunSettings = {
    mounts: [],
    variables: [],
    argv0: undefined,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    invoke: undefined,
    backend: "auto",
    trace: undefined,
    quiet: false,
    verbose: false,
  };
  for (const { name, value } of flags) READERS[name](settings, value, style);
  refuseSameNames(settings.mounts);
  return settings;
}

type Reader = (settings: RunSettings, value: string, style: PathStyle) => void;

const nothing: Reader = () => {};

const READERS: Readonly<Record<FlagName, Reader>> = {
  dir: (settings, value, style) =>
    settings.mounts.push(mount("dir", "directory", value, "host-first", style)),
  mapdir: (settings, value, style) =>
    settings.mounts.push(mount("mapdir", "directory", value, "guest-first", style)),
  file: (settings, value, style) => settings.mounts.push(mount("file", "file", value, "host-first", style)),
  tmp: (settings, value) => {
    if (value === "") throw new CommandError('Flag "--tmp" needs a name', { hint: "Write --tmp /tmp" });
    settings.mounts.push({ kind: "memory", host: "", guest: value, readOnly: false, flag: "tmp" });
  },
  "allow-read": (settings, value) => allowDirectories(settings, value, "allow-read"),
  "allow-write": (settings, value) => allowDirectories(settings, value, "allow-write"),
  env: (settings, value) => {
    const equals = value.indexOf("=");
    settings.variables.push(
      equals < 0
        ? { name: variableName(value), value: undefined }
        : { name: variableName(value.slice(0, equals)), value: value.slice(equals + 1) },
    );
  },
  "inherit-env": (settings) => settings.variables.push({ name: undefined, value: undefined }),
  "allow-env": (settings, value) => {
    if (value === "") return READERS["inherit-env"](settings, value, "posix");
    for (const name of value.split(",")) {
      settings.variables.push({ name: variableName(name), value: undefined });
    }
  },
  argv0: (settings, value) => settings.argv0 = value,
  stdin: (settings, value) => settings.stdin = streamName("stdin", value),
  stdout: (settings, value) => settings.stdout = streamName("stdout", value),
  stderr: (settings, value) => settings.stderr = streamName("stderr", value),
  invoke: (settings, value) => settings.invoke = value,
  backend: (settings, value) => settings.backend = oneOf("backend", value, BACKENDS),
  trace: (settings, value) => settings.trace = readTrace(settings.trace, value),
  quiet: (settings) => settings.quiet = true,
  verbose: (settings) => settings.verbose = true,
  json: nothing,
  output: nothing,
  help: nothing,
  version: nothing,
};

const BACKENDS: readonly Backend[] = ["auto", "kernel", "portable"];

function mount(
  flag: FlagName,
  kind: MountSetting["kind"],
  value: string,
  order: MountOrder,
  style: PathStyle,
): MountSetting {
  try {
    return { kind, ...parseMount(value, order, style), flag };
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    const form = order === "host-first" ? "HOST::GUEST" : "GUEST::HOST";
    throw new CommandError(error.message, {
      hint: `Write --${flag} ${form}, with :ro behind it for reading only`,
    });
  }
}

/** Deno's own flags: several directories in one value; writing includes what `--allow-read` said of the same one. */
function allowDirectories(settings: RunSettings, value: string, flag: "allow-read" | "allow-write"): void {
  for (const host of value.split(",")) {
    if (host === "") {
      throw new CommandError(`Flag "--${flag}" needs a directory`, { hint: `Write --${flag}=.` });
    }
    const before = settings.mounts.findIndex((mount) =>
      mount.flag.startsWith("allow-") && mount.host === host
    );
    const readOnly = flag === "allow-read" && (before < 0 || settings.mounts[before]!.readOnly);
    const mount: MountSetting = { kind: "directory", host, guest: host, readOnly, flag };
    if (before < 0) settings.mounts.push(mount);
    else settings.mounts[before] = mount;
  }
}

function variableName(name: string): string {
  if (name !== "" && !name.includes("=")) return name;
  throw new CommandError(`A variable needs a name`, { hint: "Write --env NAME=VALUE" });
}

function streamName(flag: FlagName, value: string): string {
  if (value !== "") return value;
  throw new CommandError(`Flag "--${flag}" needs a value`, { hint: `Write --${flag} null for none` });
}

function oneOf<T extends string>(flag: FlagName, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new CommandError(`Flag "--${flag}" does not know "${value}"`, { hint: `It takes ${listed(known)}` });
}

/** `--trace=fd,path` narrows, `--trace=calls.txt` redirects, both together do both. */
function readTrace(before: TraceSetting | undefined, value: string): TraceSetting {
  if (value === "") return before ?? { families: undefined, file: undefined };
  const parts = value.split(",");
  const strange = parts.find((part) => !TRACE_FAMILIES.includes(part));
  if (strange === undefined) {
    return { families: [...before?.families ?? [], ...parts], file: before?.file };
  }
  if (/[./\\]/.test(value)) return { families: before?.families, file: value };
  const meant = nearest(strange, TRACE_FAMILIES);
  throw new CommandError(`Flag "--trace" knows no family of calls "${strange}"`, {
    hint: meant === undefined
      ? `It takes ${listed(TRACE_FAMILIES)}, or a file such as ./${strange}`
      : `Did you mean --trace=${meant}? For a file, write --trace=./${strange}`,
  });
}

function listed(words: readonly string[]): string {
  return words.slice(0, -1).join(", ") + " or " + words.at(-1);
}

function refuseSameNames(mounts: readonly MountSetting[]): void {
  const seen = new Map<string, MountSetting>();
  for (const mount of mounts) {
    const key = mountKey(mount.guest);
    const other = seen.get(key);
    if (other !== undefined && !(mount.kind === "file" && other.kind === "file")) {
      throw new CommandError(
        `Two mounts have the name "${mount.guest}" (--${other.flag} and --${mount.flag})`,
        {
          hint: `Give one of them another name: --dir ${mount.host || "HOST"}::OTHER`,
        },
      );
    }
    seen.set(key, mount);
  }
}
