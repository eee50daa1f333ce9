/**
 * Running a program without waiting for anything.
 *
 * @module
 */
import { checkRations } from "./fuel/rations.ts";
import { argumentsOf } from "./invoke.ts";
import type { Program } from "./program.ts";
import { checkLimits } from "./limits.ts";
import { runAtOnce, type RunModuleOptions, type RunModuleOutcome } from "./run.ts";

/**
 * Runs a program to its end without waiting, as {@linkcode runModule}. The thread is the guest's until then.
 *
 * @param program The program
 * @param options What the guest gets; nothing in it may have to be waited for
 * @returns How it ended
 * @throws {UnusableModuleError} For a module that cannot be run
 * @throws {InvocationError} For an invocation that does not fit
 * @throws {TypeError} When something has to be waited for, threads are allowed, or a limit is no number
 * @throws {RangeError} For a limit that makes no sense
 *
 * @example
 * ```ts
 * import { captureOutput, compileProgram, nullInput, runProgramSync, systemClocks, systemRandom } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const program = compileProgram(await Deno.readFile("examples/copy/hello.wasm"));
 * const stdout = captureOutput();
 * const given = { args: ["hello"], env: {}, preopens: [], stdin: nullInput(), stdout, stderr: stdout };
 * runProgramSync(program, { ...given, clocks: systemClocks(), random: systemRandom() });
 * assertEquals(stdout.text(), "hello world\n");
 * ```
 */
export function runProgramSync(program: Program, options: RunModuleOptions): RunModuleOutcome {
  options = { ...options, limits: checkLimits(options.limits) };
  checkRations(options.rations);
  if (options.threads) {
    throw new TypeError("Cannot allow threads synchronously: what answers their calls must be free");
  }
  return runAtOnce(program, options, options.invoke && argumentsOf(program, options.invoke));
}
