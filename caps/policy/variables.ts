/**
 * Variables in a policy: a table, where the flags are a list in which a later one wins.
 *
 * @module
 */
import type { VariableSetting } from "../cli/run_settings.ts";
import type { Policy, PolicyInheritance } from "../policy.ts";

/** What a policy says of variables. */
export type PolicyVariables = Pick<Policy, "env" | "inheritEnv">;

/**
 * The list that means what a policy says.
 *
 * @param policy What it says
 * @returns Settings in order
 *
 * @example
 * ```ts
 * import { variablesOfPolicy } from "./variables.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(variablesOfPolicy({ env: { LANG: "C" } }), [{ name: "LANG", value: "C" }]);
 * ```
 */
export function variablesOfPolicy({ env = {}, inheritEnv = false }: PolicyVariables): VariableSetting[] {
  const named = Object.entries(env).flatMap(([name, variable]): VariableSetting[] => {
    if (typeof variable === "string") return [{ name, value: variable }];
    if (variable.default === undefined) return [{ name, value: undefined }];
    const passedOn: VariableSetting = { passOn: [name] };
    return variable.default === null ? [passedOn] : [{ name, value: variable.default }, passedOn];
  });
  return inheritEnv ? [{ passOn: undefined }, ...named] : named;
}

/**
 * What a policy has to say for a list.
 *
 * @param settings Settings in order
 * @returns What it says; nothing for none
 *
 * @example
 * ```ts
 * import { policyOfVariables } from "./variables.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(policyOfVariables([{ name: "A", value: "1" }, { passOn: undefined }]), {
 *   inheritEnv: true,
 *   env: { A: { inherit: true, default: "1" } },
 * });
 * ```
 */
export function policyOfVariables(settings: readonly VariableSetting[]): PolicyVariables {
  const env = new Map<string, string | PolicyInheritance>();
  let inheritEnv = false;
  for (const setting of settings) {
    if ("name" in setting) {
      env.set(setting.name, setting.value ?? { inherit: true });
    } else if (setting.passOn === undefined) {
      inheritEnv = true;
      for (const [name, before] of env) env.set(name, passedOn(before));
    } else {
      for (const name of setting.passOn) env.set(name, passedOn(env.get(name)));
    }
  }
  return {
    ...inheritEnv ? { inheritEnv } : {},
    ...env.size > 0 ? { env: Object.fromEntries(env) } : {},
  };
}

/** What a variable becomes that is passed on as far as it is set. */
function passedOn(before: string | PolicyInheritance | undefined): PolicyInheritance {
  if (typeof before === "string") return { inherit: true, default: before };
  return before ?? { inherit: true, default: null };
}
