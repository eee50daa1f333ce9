/**
 * Policies in files: read before a run, written after it.
 *
 * @module
 */
import type { PathStyle } from "../mount.ts";
import { parsePolicy, type Policy, PolicyError } from "../policy.ts";
import { directoryOf, pathInPolicy } from "../policy/paths.ts";
import { policyOfSettings, settingsOfPolicy } from "../policy/settings.ts";
import { reasonOf, writeFile } from "./files.ts";
import { CommandError } from "./messages.ts";
import type { RunSettings } from "./settings.ts";

/**
 * Reads a policy from a file.
 *
 * @param path The file's path
 * @param style Whose rules paths follow
 * @returns The settings that the policy says something about
 * @throws {CommandError} For a file that cannot be read, and for what is no policy
 */
export function readPolicyFile(path: string, style: PathStyle): Partial<RunSettings> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8" : reasonOf(error);
    throw new CommandError(`Policy "${path}" cannot be read: ${reason}`);
  }
  try {
    return settingsOfPolicy(parsePolicy(text), directoryOf(path, style), style);
  } catch (error) {
    if (error instanceof PolicyError) throw new CommandError(`Policy "${path}": ${error.message}`, error);
    if (error instanceof CommandError) throw new CommandError(`Policy "${path}": ${error.message}`, error);
    throw error;
  }
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
  const current = Deno.cwd();
  const directory = path === undefined ? "" : pathInPolicy(current, directoryOf(path, style) || ".", style);
  return formatPolicy(policyOfSettings(settings, { directory, current, style }));
}

/**
 * What some settings grant, for a report: its paths are absolute, and values of variables are left out, since reports
 * are read by many.
 *
 * @param settings What is granted
 * @param style Whose rules paths follow
 * @returns A policy without values
 */
export function grantedBy(settings: RunSettings, style: PathStyle): Policy {
  const { $schema: _, env, ...policy } = policyOfSettings(settings, {
    directory: "",
    current: Deno.cwd(),
    style,
  });
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
