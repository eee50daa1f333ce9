/**
 * Whether guests can be started, found out before anybody comes.
 *
 * @module
 */
import { nullInput, nullOutput } from "../../caps/streams/null.ts";
import { Execution } from "../execution.ts";
import { Guest } from "../guest.ts";
import { checkLimits } from "../limits.ts";
import { stepsOf } from "../steps.ts";
import { type EffectiveLimits, effectiveLimits } from "./limits.ts";
import type { Shared } from "./shared.ts";

/**
 * Makes a guest as the first client would get it, and calls nothing of it.
 *
 * @param shared What all sessions share
 * @returns When it was made
 * @throws {UnusableModuleError} For a module that cannot be run, or imports what it would not get
 * @throws {TypeError} For an argument or a variable that cannot be given to a guest
 * @throws {RangeError} For a limit of open files that is none
 */
export async function rehearse(shared: Shared): Promise<void> {
  const { admit, host } = shared.options;
  const limits: EffectiveLimits = effectiveLimits(shared.options.limits);
  const program = await shared.programFor(limits);
  const stdout = nullOutput();
  const options = {
    ...shared.given,
    stdin: nullInput(),
    stdout,
    stderr: stdout,
    maxOpenFiles: limits.openFiles,
    limits: checkLimits({ fuel: limits.fuel, timeout: limits.timeout }),
    session: { id: 0, user: undefined, signal: AbortSignal.abort() },
  };
  // What the module may import is known only when a client comes, if each user gets something else.
  if (admit !== undefined && host === undefined) return new Guest(options).close();
  const run = new Execution(program, options, "suspending");
  try {
    stepsOf(run.instance, undefined);
  } finally {
    run.close();
  }
}
