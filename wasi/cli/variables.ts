/**
 * The variables of a guest.
 *
 * @module
 */
import { CommandError, shellWord } from "../../caps/cli/messages.ts";
import type { VariableSetting } from "../../caps/cli/run_settings.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";

/**
 * Collects the variables of a guest.
 *
 * @param settings What the flags ask for, in order: a later one wins
 * @param terminal Where keyhole's own variables are
 * @returns The variables by name
 * @throws {CommandError} For one that is to be passed on by name and is not set
 */
export function collectVariables(
  settings: readonly VariableSetting[],
  terminal: Terminal,
): Record<string, string> {
  const variables = settings.flatMap((setting, index): [string, string][] => {
    // What is set later need not be there before.
    if ("name" in setting && setsLater(settings, index, setting.name)) return [];
    if ("name" in setting) return [[setting.name, setting.value ?? ownVariable(setting.name, terminal)]];
    if (setting.passOn === undefined) return terminal.variables();
    return setting.passOn.flatMap((name): [string, string][] => {
      const value = terminal.variable(name);
      return value === undefined ? [] : [[name, value]];
    });
  });
  return Object.fromEntries(variables);
}

function setsLater(settings: readonly VariableSetting[], index: number, name: string): boolean {
  return settings.some((it, at) => at > index && "name" in it && it.name === name);
}

function ownVariable(name: string, terminal: Terminal): string {
  const value = terminal.variable(name);
  if (value !== undefined) return value;
  throw new CommandError(`Variable "${name}" is not set, so it cannot be passed on`, {
    hint: `To set it for the program: --env ${shellWord(`${name}=VALUE`)}`,
  });
}
