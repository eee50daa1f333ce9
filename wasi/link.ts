/**
 * From what a module asks for to what it gets: imports looked up by name, and nothing else offered.
 *
 * @module
 */
import type { MemoryType, StorageLimits, TableType } from "./binary/module_types.ts";
import type { ImportedStorage } from "./binary/patch_limits.ts";
import { isImportedFunction } from "./engine.ts";
import type { Program } from "./program.ts";
import { isSpawn } from "./threads/names.ts";
import { UnusableModuleError } from "./unusable.ts";

/** What a host offers under one module name: a table without a prototype, so that only what was put in is found. */
export type ImportTable = Record<string, WebAssembly.ImportValue>;

/**
 * Makes an empty table without a prototype. In an ordinary object a guest could import `constructor`.
 *
 * @param entries What to put in
 * @returns The table
 *
 * @example
 * ```ts
 * import { importTable } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const table = importTable([["add", (one: number, other: number) => one + other]]);
 * assertEquals(["add" in table, "constructor" in table], [true, false]);
 * ```
 */
export function importTable(entries: Iterable<[string, WebAssembly.ImportValue]> = []): ImportTable {
  const table: ImportTable = Object.create(null);
  for (const [name, value] of entries) table[name] = value;
  return table;
}

/** An import object, and the memory in it if the guest brings none of its own. */
export interface Linked {
  /** For `WebAssembly.Instance`: what the module asked for and nothing else. */
  readonly imports: WebAssembly.Imports;
  /** The memory made because the module imports one. */
  readonly memory: WebAssembly.Memory | undefined;
}

/**
 * Builds the import object of a program.
 *
 * @param program The program
 * @param asked What its module imports
 * @param offered What there is, by module name
 * @returns The import object
 * @throws {UnusableModuleError} For an import that is not offered, or of another kind; for a memory too large to make
 */
export function link(
  program: Program,
  asked: readonly WebAssembly.ModuleImportDescriptor[],
  offered: ReadonlyMap<string, ImportTable>,
): Linked {
  const imports: Record<string, ImportTable> = Object.create(null);
  let memory: WebAssembly.Memory | undefined;
  // Both lists are in the module's own order.
  let memories = 0;
  let tables = 0;
  for (const { module, name, kind } of asked) {
    const table = imports[module] ??= importTable();
    const isThere = table[name] !== undefined;
    if (kind === "memory") {
      const wanted = program.importedMemories[memories++]!;
      if (!isThere) table[name] = memory = makeMemory(wanted);
    } else if (kind === "table") {
      const wanted = program.importedTables[tables++]!;
      if (!isThere) table[name] = makeTable(wanted);
    } else if (!isThere) {
      const value = offered.get(module)?.[name];
      if (value === undefined) throw missing(module, name, kind, offered);
      if (kind === "function" && !isImportedFunction(value)) {
        throw new UnusableModuleError(`The import "${module}.${name}" is wanted as a function and is none`);
      }
      table[name] = value;
    }
  }
  return { imports, memory };
}

function missing(
  module: string,
  name: string,
  kind: string,
  offered: ReadonlyMap<string, ImportTable>,
): UnusableModuleError {
  const what = `${kind} "${module}.${name}"`;
  if (module.startsWith("wasi:")) {
    return new UnusableModuleError(
      `Unknown import: ${what} belongs to WASI preview 2, only preview 1 is offered`,
    );
  }
  if (isSpawn(module, name)) {
    return new UnusableModuleError(
      `Unknown import: ${what}, threads have to be allowed (--threads, in the library the option "threads")`,
    );
  }
  const known = offered.has(module) ? "" : `, nothing is offered under "${module}"`;
  return new UnusableModuleError(`Unknown import: ${what}${known}`);
}

function makeMemory({ module, name, type }: ImportedStorage<MemoryType>): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ ...sizesOf(type), shared: type.shared });
  } catch (error) {
    const message = `The imported memory "${module}.${name}" of ${type.minimum} pages is too large`;
    throw new UnusableModuleError(message, { cause: error });
  }
}

function makeTable({ module, name, type }: ImportedStorage<TableType>): WebAssembly.Table {
  try {
    // The types of the library know only tables of functions.
    const element = (type.element === "externref" ? "externref" : "anyfunc") as "anyfunc";
    return new WebAssembly.Table({ ...sizesOf(type), element });
  } catch (error) {
    const message = `The imported table "${module}.${name}" of ${type.minimum} entries is too large`;
    throw new UnusableModuleError(message, { cause: error });
  }
}

/** Sizes as the engine takes them, whose types in the library know only addresses of 32 bits. */
function sizesOf({ minimum, maximum, address }: StorageLimits): { initial: number; maximum?: number } {
  if (address === "i32") return { initial: minimum, maximum };
  const wide = {
    initial: BigInt(minimum),
    maximum: maximum === undefined ? undefined : BigInt(maximum),
    address,
  };
  return wide as unknown as { initial: number; maximum?: number };
}
