/**
 * From policies to what the flags can say, and back.
 *
 * @module
 */
import { formatAddress, parseAddress } from "../address.ts";
import { type ClockSetting, readClock } from "../cli/clock_setting.ts";
import type { MountSetting } from "../cli/mount_settings.ts";
import { DETERMINISTIC } from "../cli/settings.ts";
import type { GrowthSettings, LimitSettings, RunSettings } from "../cli/run_settings.ts";
import type { PathStyle } from "../mount.ts";
import { fileMount } from "../cli/mount_settings.ts";
import { type Policy, POLICY_SCHEMA, PolicyError, type PolicyGrowth, type PolicyMount } from "../policy.ts";
import { policyOfUsers, usersOfPolicy } from "../users.ts";
import { pathForPolicy, pathInPolicy } from "./paths.ts";
import { sizeAt, timeAt } from "./quantities.ts";
import { policyOfVariables, variablesOfPolicy } from "./variables.ts";

/**
 * What a policy grants, as the flags would say it.
 *
 * @param policy The policy
 * @param directory The directory that its file is in, from which its paths start; empty for the current one
 * @param style Whose rules its paths of this machine follow
 * @returns The settings that it says something about
 * @throws {PolicyError} For what no schema can tell
 * @throws {CommandError} For a clock that cannot be
 *
 * @example
 * ```ts
 * import { settingsOfPolicy } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = settingsOfPolicy({ mounts: [{ dir: "docs" }], limits: { memory: "1M" } }, "ci", "posix");
 * assertEquals(settings.mounts?.[0]?.host, "ci/docs");
 * assertEquals(settings.limits, { memory: 1 << 20 });
 * ```
 */
export function settingsOfPolicy(policy: Policy, directory: string, style: PathStyle): Partial<RunSettings> {
  const stream = (name: "stdin" | "stdout" | "stderr"): Partial<RunSettings> => {
    const value = policy[name];
    if (value === undefined) return {};
    return { [name]: isNoFile(value) ? value : pathInPolicy(directory, value, style) };
  };
  return {
    mounts: (policy.mounts ?? []).map((mount, index) => mountOf(mount, index, directory, style)),
    variables: variablesOfPolicy(policy),
    limits: limitsOf(policy.limits ?? {}, "limits"),
    ...policy.argv0 === undefined ? {} : { argv0: policy.argv0 },
    listen: (policy.listen ?? []).map((address, index) => listenOf(address, index, directory, style)),
    ...stream("stdin"),
    ...stream("stdout"),
    ...stream("stderr"),
    ...policy.threads === undefined ? {} : { threads: policy.threads },
    ...policy.invoke === undefined ? {} : { invoke: policy.invoke },
    ...policy.deterministic ? DETERMINISTIC : {},
    ...policy.clock === undefined ? {} : { clock: readClock(policy.clock) },
    ...policy.seed === undefined ? {} : { seed: policy.seed },
    ...policy.backend === undefined ? {} : { backend: policy.backend },
    ...policy.lockdown === undefined ? {} : { lockdown: policy.lockdown },
    ...policy.users === undefined ? {} : { users: usersOfPolicy(policy.users, "users") },
  };
}

/** Where a policy is to lie, for {@linkcode policyOfSettings}. */
export interface PolicyPlace {
  /** Its directory, absolute; empty when it is not known, so that all its paths have to be absolute. */
  readonly directory: string;
  /** The current directory, absolute. */
  readonly current: string;
  /** Whose rules paths follow. */
  readonly style: PathStyle;
}

/**
 * The policy that grants what some settings do.
 *
 * @param settings The settings
 * @param place Where it is to lie
 * @returns The policy; what is as usual is left out
 *
 * @example
 * ```ts
 * import { policyOfSettings } from "./settings.ts";
 * import { readSettings } from "../cli/settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = readSettings([{ name: "dir", value: "docs::/in:ro" }], "posix");
 * const policy = policyOfSettings(settings, { directory: "", current: "/me", style: "posix" });
 * assertEquals(policy.mounts, [{ dir: "/me/docs", as: "/in", access: "ro" }]);
 * ```
 */
export function policyOfSettings(settings: RunSettings, place: PolicyPlace): Policy {
  const path = (host: string): string => pathForPolicy(place.directory, host, place.current, place.style);
  const stream = (name: "stdin" | "stdout" | "stderr"): Partial<Policy> => {
    const value = settings[name];
    if (value === "inherit") return {};
    return { [name]: value === "null" ? value : clearOfWords(path(value)) };
  };
  const { mounts, limits, argv0, threads, invoke, clock, seed, deterministic, backend, lockdown, users } =
    settings;
  const { timeout, ...sizes } = limits;
  return {
    $schema: POLICY_SCHEMA,
    ...mounts.length === 0 ? {} : { mounts: mounts.map((mount) => policyMount(mount, path)) },
    ...policyOfVariables(settings.variables),
    ...argv0 === undefined ? {} : { argv0 },
    ...settings.listen.length === 0 ? {} : { listen: settings.listen.map((each) => movedTo(path, each)) },
    ...stream("stdin"),
    ...stream("stdout"),
    ...stream("stderr"),
    ...threads === undefined ? {} : { threads },
    ...invoke === undefined ? {} : { invoke },
    ...Object.keys(limits).length === 0
      ? {}
      : { limits: { ...timeout === undefined ? {} : { timeout: `${timeout}ms` }, ...sizes } },
    ...clock.kind === "system" && !deterministic ? {} : { clock: clockText(clock) },
    ...seed === undefined ? {} : { seed },
    ...deterministic ? { deterministic } : {},
    ...backend === "auto" ? {} : { backend },
    ...lockdown === "auto" ? {} : { lockdown },
    ...users === undefined ? {} : { users: policyOfUsers(users) },
  };
}

function listenOf(address: string, index: number, directory: string, style: PathStyle): string {
  try {
    return movedTo((path) => pathInPolicy(directory, path, style), address);
  } catch (error) {
    throw new PolicyError(`listen[${index}]: ${(error as TypeError).message}`);
  }
}

/** The same address, its path, if it has one, said from elsewhere. */
function movedTo(place: (path: string) => string, address: string): string {
  const parsed = parseAddress(address);
  return parsed.transport === "unix" ? formatAddress({ ...parsed, path: place(parsed.path) }) : address;
}

function mountOf(mount: PolicyMount, index: number, directory: string, style: PathStyle): MountSetting {
  const limits = mount.limits === undefined
    ? {}
    : { limits: growthOf(mount.limits, `mounts[${index}].limits`) };
  if ("tmp" in mount) {
    const readOnly = mount.access === "ro";
    return { kind: "memory", host: "", guest: mount.tmp, readOnly, flag: "tmp", ...limits };
  }
  const [kind, written, flag] = "dir" in mount
    ? ["directory", mount.dir, "dir"] as const
    : "file" in mount
    ? ["file", mount.file, "file"] as const
    : ["overlay", mount.overlay, "overlay"] as const;
  const guest = mount.as ?? (style === "windows" ? written.replaceAll("\\", "/") : written);
  if (kind === "file" && ["", ".", ".."].includes(fileMount(guest).name)) {
    throw new PolicyError(
      `mounts[${index}] would be a file of the name "${guest}"`,
      'Write "dir" for a directory',
    );
  }
  const readOnly = !("overlay" in mount) && (mount.access ?? "ro") === "ro";
  return { kind, host: pathInPolicy(directory, written, style), guest, readOnly, flag, ...limits };
}

function policyMount(mount: MountSetting, path: (host: string) => string): PolicyMount {
  const { guest, readOnly, limits: given } = mount;
  const limits = given === undefined ? {} : { limits: given };
  const access = readOnly ? "ro" : "rw";
  switch (mount.kind) {
    case "memory":
      return { tmp: guest, ...readOnly ? { access } : {}, ...limits };
    case "overlay":
      // One that cannot be changed is what lies under it.
      return readOnly
        ? { dir: path(mount.host), as: guest, access }
        : { overlay: path(mount.host), as: guest, ...limits };
    case "file":
      return { file: path(mount.host), as: guest, access, ...limits };
    case "directory":
      return { dir: path(mount.host), as: guest, access, ...limits };
  }
}

function limitsOf(
  { timeout, memory, output, openFiles, fuel, ...growth }: NonNullable<Policy["limits"]>,
  place: string,
): LimitSettings {
  return {
    ...timeout === undefined ? {} : { timeout: timeAt(timeout, `${place}.timeout`) },
    ...memory === undefined ? {} : { memory: sizeAt(memory, `${place}.memory`) },
    ...output === undefined ? {} : { output: sizeAt(output, `${place}.output`) },
    ...openFiles === undefined ? {} : { openFiles },
    ...fuel === undefined ? {} : { fuel },
    ...growthOf(growth, place),
  };
}

function growthOf({ disk, fileSize, entries }: PolicyGrowth, place: string): GrowthSettings {
  return {
    ...disk === undefined ? {} : { disk: sizeAt(disk, `${place}.disk`) },
    ...fileSize === undefined ? {} : { fileSize: sizeAt(fileSize, `${place}.fileSize`) },
    ...entries === undefined ? {} : { entries },
  };
}

function clockText(clock: ClockSetting): string {
  if (clock.kind === "system") return "system";
  if (clock.kind === "fixed") return `fixed:${new Date(Number(clock.time / 1_000_000n)).toISOString()}`;
  return `step:${clock.step / 1_000_000n}.${String(clock.step % 1_000_000n).padStart(6, "0")}ms`;
}

/**
 * Whether a stream's name is a word and no file.
 *
 * @param stream The name
 * @returns `true` for `inherit` and `null`
 */
export function isNoFile(stream: string): boolean {
  return stream === "inherit" || stream === "null";
}

/**
 * The path of a stream's file, so that it cannot be taken for one of the words.
 *
 * @param path The path
 * @returns The path, with `./` in front if it is one of them
 */
export function clearOfWords(path: string): string {
  return isNoFile(path) ? `./${path}` : path;
}
