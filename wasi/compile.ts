/**
 * Compiling a module that has to be changed first: limits lowered, its start function held back, fuel counted.
 *
 * @module
 */
import { exportStart } from "./binary/export_start.ts";
import { definesHeapTypes } from "./binary/heap_types.ts";
import { patchLimits } from "./binary/patch_limits.ts";
import { meter } from "./fuel/meter.ts";
import { mustBeModule, type Program, type ProgramOptions, unshared } from "./program.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

const PAGE = 65536;

/**
 * Compiles a module in the binary format, as {@linkcode loadProgram}, without waiting.
 *
 * @param source The bytes of a module in the binary format
 * @param options What holds for all runs
 * @returns The program
 * @throws {UnusableModuleError} For anything that is not a module, or needs more than the limits
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
  mustBeModule(source);
  const original = unshared(source);
  try {
    const started = exportStart(options.metered ? meter(original) : original);
    const { maxMemory, maxTableEntries } = options;
    if (maxMemory !== undefined && definesHeapTypes(started.bytes)) {
      throw new UnusableModuleError(
        "Its structs and arrays live in the engine's own heap, which no limit of memory can hold",
      );
    }
    const maxMemoryPages = maxMemory === undefined ? undefined : Math.floor(maxMemory / PAGE);
    const { bytes, importedMemories, importedTables } = patchLimits(started.bytes, {
      maxMemoryPages,
      maxTableEntries,
    });
    const module = new WebAssembly.Module(bytes);
    return {
      module,
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
