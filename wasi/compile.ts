/**
 * Compiling a module that has to be changed first: limits lowered, its start function held back, fuel counted.
 *
 * @module
 */
import { mustBeBytes } from "../caps/checks.ts";
import { exportStart } from "./binary/export_start.ts";
import { heapObjects } from "./binary/heap_objects.ts";
import { mustBeValid, refusalOf } from "./binary/must_be_valid.ts";
import { GUEST_PAGE } from "./binary/module_types.ts";
import { type PatchedLimits, patchLimits } from "./binary/patch_limits.ts";
import { sectionSize } from "./binary/section_size.ts";
import { SectionId } from "./binary/sections.ts";
import { meter } from "./fuel/meter.ts";
import { checkProgramOptions, mustBeModule, type Program, type ProgramOptions, unshared } from "./program.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

/** Entries that tables may have under a limit of memory that says nothing of them: they live in the engine's own heap. */
const MOST_TABLE_ENTRIES = 1_000_000;

/**
 * Bytes of a module for each of them that may list what tables are filled with. Lists that code takes from are kept in
 * the engine's own heap, too, with eight bytes for each entry, and an entry can be a single byte of the module.
 */
const LISTED = 6;

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
    const { bytes, ...limited } = withinLimits(started.bytes, options);
    return {
      module: compile(bytes, original),
      bytes: original,
      metered: options.metered === true,
      maxMemory: options.maxMemory,
      startExport: started.name,
      ...limited,
    };
  } catch (error) {
    throw asUnusable(error);
  }
}

/** A module that grows no further than it may. */
export interface LimitedModule extends PatchedLimits {
  /** Entries that all its tables together may have; `undefined` for no limit. */
  readonly maxTableEntries: number | undefined;
}

/**
 * Lowers what a module may grow to. Under a limit of memory it may not fill the engine's own heap either: tables are
 * limited, too, and objects that live there refused.
 *
 * @param bytes A module in the binary format
 * @param limits What it may have
 * @returns The module with its limits lowered
 * @throws {UnusableModuleError} For a module with objects that no limit of memory can hold
 * @throws {ModuleError | ModuleLimitError} As {@linkcode patchLimits}
 */
export function withinLimits(
  bytes: Uint8Array<ArrayBuffer>,
  { maxMemory, maxTableEntries }: Pick<ProgramOptions, "maxMemory" | "maxTableEntries">,
): LimitedModule {
  if (Number.isFinite(maxMemory)) {
    const most = LISTED * Math.max(MOST_TABLE_ENTRIES, maxTableEntries ?? 0);
    const filling = sectionSize(bytes, SectionId.element) > most ? "lists of functions" : heapObjects(bytes);
    if (filling !== undefined) {
      throw new UnusableModuleError(
        `Its ${filling} can fill the engine's own heap, which no limit of memory can hold`,
      );
    }
    maxTableEntries ??= MOST_TABLE_ENTRIES;
  }
  const maxMemoryPages = maxMemory === undefined ? undefined : Math.floor(maxMemory / GUEST_PAGE);
  return { ...patchLimits(bytes, { maxMemoryPages, maxTableEntries }), maxTableEntries };
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
