/**
 * Compiling a module that has to be changed first: limits lowered, its start function held back, fuel counted.
 *
 * @module
 */
import { mustBeBytes } from "../caps/checks.ts";
import { exportStart } from "./binary/export_start.ts";
import { heapObjects } from "./binary/heap_objects.ts";
import { mustBeValid, refusalOf } from "./binary/must_be_valid.ts";
import { patchLimits } from "./binary/patch_limits.ts";
import { meter } from "./fuel/meter.ts";
import { checkProgramOptions, mustBeModule, type Program, type ProgramOptions, unshared } from "./program.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

const PAGE = 65536;

/** Entries that tables may have under a limit of memory that says nothing of them: they live in the engine's own heap. */
const MOST_TABLE_ENTRIES = 1_000_000;

/**
 * Compiles a module in the binary format, as {@linkcode loadProgram}, without waiting.
 *
 * @param source The bytes of a module in the binary format
 * @param options What holds for all runs
 * @returns The program
 * @throws {UnusableModuleError} For anything that is not a module, or needs more than the limits
 * @throws {TypeError | RangeError} For something else than bytes, and an option that makes no sense
 *
 * @example
 * ```ts
 * import { compileProgram, UnusableModuleError } from "keyhole";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => compileProgram(new Uint8Array([1, 2, 3])), UnusableModuleError, "not a WebAssembly module");
 * ```
 */
export function compileProgram(source: Uint8Array<ArrayBufferLike>, options: ProgramOptions = {}): Program {
  options = checkProgramOptions(options);
  mustBeBytes(source, "source");
  mustBeModule(source);
  const original = unshared(source);
  try {
    const started = exportStart(options.metered ? meter(original) : original);
    const { maxMemory } = options;
    const isLimited = Number.isFinite(maxMemory);
    const filling = isLimited ? heapObjects(started.bytes) : undefined;
    if (filling !== undefined) {
      throw new UnusableModuleError(
        `Its ${filling} can fill the engine's own heap, which no limit of memory can hold`,
      );
    }
    const maxTableEntries = options.maxTableEntries ?? (isLimited ? MOST_TABLE_ENTRIES : undefined);
    const maxMemoryPages = maxMemory === undefined ? undefined : Math.floor(maxMemory / PAGE);
    const { bytes, importedMemories, importedTables } = patchLimits(started.bytes, {
      maxMemoryPages,
      maxTableEntries,
    });
    return {
      module: compile(bytes, original),
      bytes: original,
      metered: options.metered === true,
      maxMemory,
      maxTableEntries,
      startExport: started.name,
      importedMemories,
      importedTables,
    };
  } catch (error) {
    throw asUnusable(error);
  }
}

/** What is wrong with a module is told of the module as it was given. */
function compile(bytes: Uint8Array<ArrayBuffer>, original: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (bytes === original || !(error instanceof WebAssembly.CompileError)) throw error;
    mustBeValid(original);
    throw new UnusableModuleError(
      `With what counts its fuel or holds its limits, the engine refuses it: ${refusalOf(error).reason}`,
      { cause: error },
    );
  }
}
