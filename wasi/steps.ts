/**
 * What is called to run a program.
 *
 * @module
 */
import type { GuestFunction, Instance } from "./instance.ts";
import type { InvocationOf } from "./invocation.ts";
import { UnusableModuleError } from "./unusable.ts";

/** One call of the guest. */
export interface Step {
  /** Its name among the exports. */
  readonly name: string;
  /** The exported function. */
  readonly call: GuestFunction;
  /** What it takes. */
  readonly args: unknown[];
}

/**
 * The calls that run a program: its start function, then `_initialize`, then `_start` or an invoked export.
 *
 * @param instance The instance
 * @param invoke The export to call in place of `_start`
 * @returns The calls, in order
 * @throws {UnusableModuleError} When there is nothing to call
 */
export function stepsOf(instance: Instance, invoke: InvocationOf<unknown> | undefined): Step[] {
  const steps = initialStepsOf(instance);
  if (invoke !== undefined) {
    steps.push({ name: invoke.name, call: instance.find(invoke.name)!, args: [...invoke.args] });
    return steps;
  }
  const name = startOf((name) => instance.find(name) !== undefined);
  if (name !== undefined) steps.push({ name, call: entry(instance, name)!, args: [] });
  if (steps.length === 0) {
    throw new UnusableModuleError(
      'The module exports neither "_start" nor "_initialize": there is nothing to run',
    );
  }
  return steps;
}

/**
 * The calls that make an instance ready: its start function, then `_initialize`.
 *
 * @param instance The instance
 * @returns The calls, in order; there may be none
 * @throws {UnusableModuleError} When `_initialize` takes parameters
 */
export function initialStepsOf(instance: Instance): Step[] {
  const steps: Step[] = [];
  const { startExport } = instance.program;
  if (startExport !== undefined) {
    steps.push({ name: startExport, call: instance.find(startExport)!, args: [] });
  }
  const initialize = entry(instance, "_initialize");
  if (initialize !== undefined) steps.push({ name: "_initialize", call: initialize, args: [] });
  return steps;
}

/**
 * The export that is a program's entry point: `_start`, or where there is none the one without a name, as older linkers
 * called it.
 *
 * @param has Whether a function is exported by a name
 * @returns Its name; `undefined` for a library
 */
export function startOf(has: (name: string) => boolean): string | undefined {
  return ["_start", ""].find(has);
}

/** An entry point takes nothing: one with parameters is something else that happens to have the name. */
function entry(instance: Instance, name: string): GuestFunction | undefined {
  const call = instance.find(name);
  if (call !== undefined && call.length > 0) {
    throw new UnusableModuleError(`The export "${name}" takes parameters, an entry point takes none`);
  }
  return call;
}
