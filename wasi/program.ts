/**
 * From bytes or text to a compiled module that knows what it needs: made once, run any number of times.
 *
 * @module
 */
import { mustBeAmount, wholeOrInfinite } from "../caps/amounts.ts";
import { type Check, checkSettings, mustBeBoolean, mustBeBytes } from "../caps/checks.ts";
import { kindOfBytes } from "./binary/kind.ts";
import type { MemoryType, TableType } from "./binary/module_types.ts";
import type { ImportedStorage } from "./binary/patch_limits.ts";
import { sectionSize } from "./binary/section_size.ts";
import { asUnusable, UnusableModuleError } from "./unusable.ts";

/** What is decided when a module is compiled, for all its runs. What is not given, or `Infinity`, is not limited. */
export interface ProgramOptions {
  /** Bytes that all memories of one instance together may have; a multiple of 65,536 counts. */
  readonly maxMemory?: number;
  /** Entries that all tables of one instance together may have; a million under a limit of memory unless given. */
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
  /** The limit of its memories that it was compiled with. */
  readonly maxMemory: number | undefined;
  /** The limit of its tables that it was compiled with. */
  readonly maxTableEntries: number | undefined;
  /** The export that holds what was the module's start function. */
  readonly startExport: string | undefined;
  /** Memories that an instance imports. */
  readonly importedMemories: readonly ImportedStorage<MemoryType>[];
  /** Tables that an instance imports. */
  readonly importedTables: readonly ImportedStorage<TableType>[];
}

const START_SECTION = 8;
const MEMORY_SECTION = 5;
/** The most bytes of a section that need not be read to be seen to declare no hundred memories. */
const FEW_MEMORIES = 100;

const CHECKS: Readonly<Record<keyof ProgramOptions, Check>> = {
  maxMemory: mustBeAmount(wholeOrInfinite("bytes")),
  maxTableEntries: mustBeAmount(wholeOrInfinite("entries")),
  metered: mustBeBoolean,
};

/**
 * Makes sure that options for compiling make sense.
 *
 * @param options What was given
 * @returns The same, without limits that limit nothing
 * @throws {TypeError} For an option that there is not, or of another kind
 * @throws {RangeError} For a limit that makes no sense
 *
 * @example
 * ```ts
 * import { checkProgramOptions } from "./program.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(checkProgramOptions({ maxMemory: Infinity }).maxMemory, undefined);
 * assertThrows(() => checkProgramOptions({ metred: true } as object), TypeError, 'did you mean "metered"?');
 * ```
 */
export function checkProgramOptions(options: ProgramOptions): ProgramOptions {
  checkSettings(options, "options", CHECKS);
  const finite = (limit: number | undefined): number | undefined => limit === Infinity ? undefined : limit;
  const { maxMemory, maxTableEntries, metered } = options;
  return { maxMemory: finite(maxMemory), maxTableEntries: finite(maxTableEntries), metered };
}

/**
 * Compiles a module. Recognised by its content: binary or text format.
 *
 * @param source The bytes of a module in either format, or a module already compiled (to which no limit of memory
 * can be applied)
 * @param options What holds for all runs
 * @returns The program
 * @throws {UnusableModuleError} For anything that is not a module, or needs more than the limits
 * @throws {TypeError | RangeError} For something else than a module, and an option that makes no sense
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
  options = checkProgramOptions(options);
  if (source instanceof WebAssembly.Module) return compiled(source, options);
  mustBeBytes(source, "source");
  const bytes = await toBinary(source);
  const rewritten = options.metered || options.maxMemory !== undefined ||
    options.maxTableEntries !== undefined;
  if (
    !rewritten && sectionSize(bytes, START_SECTION) < 0 && sectionSize(bytes, MEMORY_SECTION) <= FEW_MEMORIES
  ) {
    const program = compileAsItIs(bytes);
    if (program !== undefined && storageOf(program.module) === undefined) return program;
  }
  // What rewrites modules is loaded only for those that need it.
  return (await import("./compile.ts")).compileProgram(bytes, options);
}

/** Compiles most modules; those that the engine refuses are read once more, by what tells best what is wrong. */
function compileAsItIs(source: Uint8Array<ArrayBufferLike>): Program | undefined {
  const bytes = unshared(source);
  try {
    return { ...PLAIN, module: new WebAssembly.Module(bytes), bytes };
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw asUnusable(error);
  }
}

/** What holds for a module that was not changed and imports neither memory nor tables. */
const PLAIN = {
  metered: false,
  maxMemory: undefined,
  maxTableEntries: undefined,
  startExport: undefined,
  importedMemories: [],
  importedTables: [],
} as const;

/**
 * The engine does not take shared memory.
 *
 * @param bytes Any bytes
 * @returns The same, or a copy
 */
export function unshared(bytes: Uint8Array<ArrayBufferLike>): Uint8Array<ArrayBuffer> {
  return (bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice()) as Uint8Array<ArrayBuffer>;
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
 * assertEquals([...bytes.subarray(0, 4)], [0x00, 0x61, 0x73, 0x6d]);
 * assertEquals(await toBinary(bytes), bytes);
 * ```
 */
export async function toBinary(source: Uint8Array<ArrayBufferLike>): Promise<Uint8Array<ArrayBufferLike>> {
  if (kindOfBytes(source) === "text") return await (await import("./text.ts")).parseText(source);
  mustBeModule(source);
  return source;
}

/**
 * Refuses what is not a core module in the binary format.
 *
 * @param bytes The bytes
 * @throws {UnusableModuleError} That says what they are
 */
export function mustBeModule(bytes: Uint8Array<ArrayBufferLike>): void {
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

function compiled(module: WebAssembly.Module, options: ProgramOptions): Program {
  if (options.maxMemory !== undefined || options.maxTableEntries !== undefined) {
    throw new UnusableModuleError("A limit of memory cannot be applied to a module that is compiled already");
  }
  if (options.metered) throw new UnusableModuleError("A module that is compiled already cannot be metered");
  const storage = storageOf(module);
  if (storage !== undefined) {
    throw new UnusableModuleError(
      `A compiled module does not tell how large its import "${storage.module}.${storage.name}" must be: give its bytes`,
    );
  }
  return { ...PLAIN, module, bytes: undefined };
}

/**
 * Makes sure that a program was compiled for a run: a limit that is part of the compiled code cannot be added later, and
 * must not be dropped in silence.
 *
 * @param program The program
 * @param wanted What the run takes
 * @throws {UnusableModuleError} That says what was missing when the program was loaded
 */
export function mustFit(program: Program, wanted: ProgramOptions): void {
  const holds = (limit: number | undefined, asked: number | undefined): boolean =>
    asked === undefined || (limit !== undefined && limit <= asked);
  const missing = !holds(program.maxMemory, wanted.maxMemory)
    ? `maxMemory: ${wanted.maxMemory}`
    : !holds(program.maxTableEntries, wanted.maxTableEntries)
    ? `maxTableEntries: ${wanted.maxTableEntries}`
    : wanted.metered && !program.metered
    ? "metered: true"
    : undefined;
  if (missing === undefined) return;
  throw new UnusableModuleError(
    `The program was compiled without the limits of this run: load it with "${missing}", or give its bytes`,
  );
}

/** A memory or table that a module imports. */
function storageOf(module: WebAssembly.Module): WebAssembly.ModuleImportDescriptor | undefined {
  return WebAssembly.Module.imports(module).find(({ kind }) => kind === "memory" || kind === "table");
}
