/**
 * From bytes or text to a compiled module that knows what it needs: made once, run any number of times.
 *
 * @module
 */
import { kindOfBytes } from "./binary/kind.ts";
import { exportStart } from "./binary/export_start.ts";
import { readLayout } from "./binary/layout.ts";
import type { MemoryType, TableType } from "./binary/module_types.ts";
import { type ImportedStorage, patchLimits } from "./binary/patch_limits.ts";
import { findSection, readSections, SectionId } from "./binary/sections.ts";
import { meter } from "./fuel.ts";
import { parseText } from "./text.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

/** What is decided when a module is compiled, for all its runs. */
export interface ProgramOptions {
  /** Bytes that all memories of one instance together may have; a multiple of 65,536 counts. */
  readonly maxMemory?: number;
  /** Entries that all tables of one instance together may have. */
  readonly maxTableEntries?: number;
  /** Whether the module is rewritten so that it counts what it runs; see `wasi/fuel.ts`. */
  readonly metered?: boolean;
}

/** A compiled module and what an instance of it needs from its host. */
export interface Program {
  /** The module, changed where limits asked for it. */
  readonly module: WebAssembly.Module;
  /** The original bytes in binary form; `undefined` when the module came compiled. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  /** Whether it counts what it runs. */
  readonly metered: boolean;
  /** The export that holds what was the module's start function. */
  readonly startExport: string | undefined;
  /** Memories that an instance imports. */
  readonly importedMemories: readonly ImportedStorage<MemoryType>[];
  /** Tables that an instance imports. */
  readonly importedTables: readonly ImportedStorage<TableType>[];
}

const PAGE = 65536;

/**
 * Compiles a module. Recognised by its content: binary or text format.
 *
 * @param source The bytes of a module in either format, or a module already compiled (to which no limit of memory
 * can be applied)
 * @param options What holds for all runs
 * @returns The program
 * @throws {UnusableModuleError} For anything that is not a module, or needs more than the limits
 *
 * @example
 * ```ts
 * import { loadProgram } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const text = new TextEncoder().encode('(module (func (export "_start")))');
 * const program = await loadProgram(text);
 * assertEquals(WebAssembly.Module.exports(program.module).length, 1);
 * ```
 */
export async function loadProgram(
  source: Uint8Array<ArrayBufferLike> | WebAssembly.Module,
  options: ProgramOptions = {},
): Promise<Program> {
  if (source instanceof WebAssembly.Module) return compiled(source, options);
  return compileProgram(await toBinary(source), options);
}

/**
 * The binary form of a module. Recognised by its content: binary or text format.
 *
 * @param source The bytes of a module in either format
 * @returns The bytes of the module in the binary format; the same object when it is in that already
 * @throws {UnusableModuleError} For anything that is not a core module
 *
 * @example
 * ```ts
 * import { toBinary } from "./program.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await toBinary(new TextEncoder().encode("(module)"));
 * assertEquals(bytes.length, 8);
 * assertEquals(await toBinary(bytes), bytes);
 * ```
 */
export async function toBinary(source: Uint8Array<ArrayBufferLike>): Promise<Uint8Array<ArrayBufferLike>> {
  if (kindOfBytes(source) === "text") return await parseText(source);
  mustBeModule(source);
  return source;
}

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
  // The engine does not take shared memory.
  const original = (source.buffer instanceof ArrayBuffer ? source : source.slice()) as Uint8Array<
    ArrayBuffer
  >;
  try {
    const started = exportStart(options.metered ? meter(original) : original);
    let bytes = started.bytes;
    let importedMemories: readonly ImportedStorage<MemoryType>[] = [];
    let importedTables: readonly ImportedStorage<TableType>[] = [];
    if (options.maxMemory !== undefined || options.maxTableEntries !== undefined || importsStorage(bytes)) {
      const maxMemoryPages = options.maxMemory === undefined
        ? undefined
        : Math.floor(options.maxMemory / PAGE);
      const patched = patchLimits(bytes, { maxMemoryPages, maxTableEntries: options.maxTableEntries });
      ({ bytes, importedMemories, importedTables } = patched);
    }
    const module = new WebAssembly.Module(bytes);
    return {
      module,
      bytes: original,
      metered: options.metered === true,
      startExport: started.name,
      importedMemories,
      importedTables,
    };
  } catch (error) {
    throw asUnusable(error);
  }
}

function mustBeModule(bytes: Uint8Array<ArrayBufferLike>): void {
  switch (kindOfBytes(bytes)) {
    case "component":
      throw new UnusableModuleError(
        "This is a WebAssembly component, and only core modules can be run: compile for wasm32-wasip1",
      );
    case "text":
      throw new UnusableModuleError("This is the text format, which only loadProgram reads");
    case "unknown":
      throw new UnusableModuleError(
        bytes.length === 0
          ? "The file is empty"
          : 'This is not a WebAssembly module: it starts neither with "\\0asm" nor with "("',
      );
  }
}

function importsStorage(bytes: Uint8Array<ArrayBuffer>): boolean {
  const section = findSection(readSections(bytes), SectionId.import);
  if (section === undefined) return false;
  return readLayout(bytes).imports.some(({ type }) => type.kind === "memory" || type.kind === "table");
}

function compiled(module: WebAssembly.Module, options: ProgramOptions): Program {
  if (options.maxMemory !== undefined || options.maxTableEntries !== undefined) {
    throw new UnusableModuleError("A limit of memory cannot be applied to a module that is compiled already");
  }
  if (options.metered) throw new UnusableModuleError("A module that is compiled already cannot be metered");
  const storage = WebAssembly.Module.imports(module).find(({ kind }) =>
    kind === "memory" || kind === "table"
  );
  if (storage !== undefined) {
    throw new UnusableModuleError(
      `A compiled module does not tell how large its import "${storage.module}.${storage.name}" must be: give its bytes`,
    );
  }
  const none = { startExport: undefined, importedMemories: [], importedTables: [] };
  return { module, bytes: undefined, metered: false, ...none };
}
