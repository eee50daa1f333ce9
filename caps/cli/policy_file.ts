/**
 * Policies in files: read before a run, written after it.
 *
 * @module
 */
import { mustBePermitted } from "../host/permitted.ts";
import type { PathStyle } from "../mount.ts";
import { parsePolicy, type Policy, PolicyError, type PolicyMount } from "../policy.ts";
import { directoryOf, pathForPolicy, pathInPolicy } from "../policy/paths.ts";
import {
  clearOfWords,
  isNoFile,
  policyOfSettings,
  type PolicyPlace,
  settingsOfPolicy,
} from "../policy/settings.ts";
import { smallestPolicy } from "../policy/smallest.ts";
import { readReport } from "../report/read.ts";
import { currentFolder, reasonOf } from "./files.ts";
import { CommandError } from "./messages.ts";
import { writeFile } from "./output_file.ts";
import type { RunSettings } from "./run_settings.ts";

/**
 * Reads a policy from a file.
 *
 * @param path The file's path
 * @param style Whose rules paths follow
 * @returns The settings that the policy says something about
 * @throws {CommandError} For a file that cannot be read, and for what is no policy
 */
export function readPolicyFile(path: string, style: PathStyle): Partial<RunSettings> {
  return reading(
    "Policy",
    path,
    (text) => settingsOfPolicy(parsePolicy(text), directoryOf(path, style), style),
  );
}

/** Reads a file, and says of whatever is wrong with it where it is. */
function reading<T>(what: "Policy" | "Report", path: string, use: (text: string) => T): T {
  let text: string;
  try {
    mustBePermitted({ name: "read", path });
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8" : reasonOf(error, path);
    throw new CommandError(`${what} "${path}" cannot be read: ${reason}`);
  }
  try {
    return use(text);
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError)) throw error;
    // What is said of the whole has no place of its own.
    const colon = /^(is not JSON|tells|was granted)\b/.test(error.message) ? "" : ":";
    throw new CommandError(`${what} "${path}"${colon} ${error.message}`, { hint: error.hint });
  }
}

/**
 * The smallest policy that would have sufficed for a run.
 *
 * @param report The file that holds the run's report
 * @param path The file that the policy is for, from which its paths will start; without one they are absolute
 * @param style Whose rules paths follow
 * @returns JSON, and what its user should know
 * @throws {CommandError} For a report that cannot be read, and one that no policy can be made of
 */
export function policyFromReport(
  report: string,
  path: string | undefined,
  style: PathStyle,
): { text: string; notes: string[] } {
  return reading("Report", report, (text) => {
    const read = readReport(text);
    const policy = smallestPolicy(read);
    const place = placeOf(path, style);
    const moved = (host: string): string => pathForPolicy(place.directory, host, place.current, style);
    const stream = (name: "stdin" | "stdout" | "stderr"): Partial<Policy> => {
      const value = policy[name];
      return value === undefined || isNoFile(value) ? {} : { [name]: clearOfWords(moved(value)) };
    };
    const mounts = policy.mounts?.map((mount): PolicyMount => {
      if ("dir" in mount) return { ...mount, dir: moved(mount.dir) };
      if ("file" in mount) return { ...mount, file: moved(mount.file) };
      return "overlay" in mount ? { ...mount, overlay: moved(mount.overlay) } : mount;
    });
    const names = Object.keys(policy.env ?? {});
    const refused = read.denied.length;
    return {
      text: formatPolicy({
        ...policy,
        ...mounts === undefined ? {} : { mounts },
        ...stream("stdin"),
        ...stream("stdout"),
        ...stream("stderr"),
      }),
      notes: [
        ...names.length === 0
          ? []
          : [`A report holds no values of variables: ${names.join(", ")} will be passed on`],
        ...refused === 0
          ? []
          : [`What was refused in that run stays refused (${refused} different accesses)`],
      ],
    };
  });
}

/**
 * The policy for some settings, as the text of a file.
 *
 * @param settings What is granted
 * @param path The file that it is for, from which its paths will start; without one they are absolute
 * @param style Whose rules paths follow
 * @returns JSON
 */
export function policyText(settings: RunSettings, path: string | undefined, style: PathStyle): string {
  return formatPolicy(policyOfSettings(settings, placeOf(path, style)));
}

function placeOf(path: string | undefined, style: PathStyle): PolicyPlace {
  const current = currentFolder();
  const directory = path === undefined ? "" : pathInPolicy(current, directoryOf(path, style) || ".", style);
  return { directory, current, style };
}

/**
 * What some settings grant, for a report: its paths are absolute. Values of variables, and who may connect to a server,
 * are left out, since reports are read by many.
 *
 * @param settings What is granted
 * @param style Whose rules paths follow
 * @returns A policy without values and users
 */
export function grantedBy(settings: RunSettings, style: PathStyle): Omit<Policy, "users"> {
  const { $schema: _, users: _users, env, ...policy } = policyOfSettings(settings, placeOf(undefined, style));
  const withoutValues = Object.entries(env ?? {}).map(([name, variable]) => {
    const isPassedOn = typeof variable !== "string" && variable.default !== undefined;
    return [name, { inherit: true, ...isPassedOn ? { default: null } : {} }];
  });
  return env === undefined ? policy : { ...policy, env: Object.fromEntries(withoutValues) };
}

/**
 * A policy as the text of a file.
 *
 * @param policy The policy
 * @returns JSON
 *
 * @example
 * ```ts
 * import { formatPolicy } from "./policy_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatPolicy({ stdin: "null" }), '{\n  "stdin": "null"\n}\n');
 * ```
 */
export function formatPolicy(policy: Policy): string {
  return JSON.stringify(policy, null, 2) + "\n";
}

/**
 * Writes the policy for some settings to a file.
 *
 * @param settings What is granted
 * @param path The file's path
 * @param style Whose rules paths follow
 * @throws {CommandError} When it cannot be written
 */
export function writePolicyFile(settings: RunSettings, path: string, style: PathStyle): void {
  writeFile(path, new TextEncoder().encode(policyText(settings, path, style)));
}
