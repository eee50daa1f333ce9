import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { readConstantExpression } from "./instruction_reader.ts";
import { type ModuleLayout, readLayout } from "./layout.ts";
import { ModuleLimitError } from "./module_error.ts";
import {
  type MemoryType,
  readTableType,
  startsFilledTable,
  type StorageLimits,
  type TableType,
  writeLimits,
} from "./module_types.ts";
import { findSection, replaceSections, SectionId } from "./sections.ts";
import { readReferenceType } from "./value_type.ts";

/** What the memories and tables of a module may grow to. */
export interface LimitCaps {
  /** Pages of 64 KiB that all memories of the module together may ever have; none for no cap. */
  readonly maxMemoryPages?: number;
  /** Entries that all tables of the module together may ever have; none for no cap. */
  readonly maxTableEntries?: number;
}

/** A memory or table that the runner has to create for the module. */
export interface ImportedStorage<T> {
  /** The first name of the import. */
  readonly module: string;
  /** The second name of the import. */
  readonly name: string;
  /** What to create; its maximum respects the caps. */
  readonly type: T;
}

/** What {@linkcode patchLimits} returns. */
export interface PatchedLimits {
  /** The module with its limits lowered; the same array when nothing had to change. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The memories that the module imports. */
  readonly importedMemories: readonly ImportedStorage<MemoryType>[];
  /** The tables that the module imports. */
  readonly importedTables: readonly ImportedStorage<TableType>[];
}

/**
 * Lowers the declared maximum of every memory and table, defined and imported, so that the engine itself refuses to grow
 * them beyond a cap: `memory.grow` and `table.grow` then return -1.
 *
 * A cap holds for all memories (tables) of a module together: what their initial sizes leave of it is shared out in
 * equal parts, or less to one that declares less.
 *
 * @param bytes a core module
 * @param caps whole numbers of pages and entries, or `Infinity`
 * @returns the changed module, and what it wants to import
 * @throws {ModuleError} when the bytes are not a module that can be read
 * @throws {ModuleLimitError} when the initial sizes are beyond a cap already
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { describeModule } from "./describe.ts";
 * import { ModuleLimitError } from "./module_error.ts";
 * import { patchLimits } from "./patch_limits.ts";
 *
 * const module = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2]); // (memory 2)
 * assertEquals(describeModule(patchLimits(module, { maxMemoryPages: 16 }).bytes).memories[0].maximum, 16);
 * assertThrows(() => patchLimits(module, { maxMemoryPages: 1 }), ModuleLimitError, "needs 2 pages");
 * ```
 */
export function patchLimits(bytes: Uint8Array<ArrayBuffer>, caps: LimitCaps): PatchedLimits {
  const layout = readLayout(bytes);
  const memories = lower(layout.memories, caps.maxMemoryPages, "memory");
  const tables = lower(layout.tables, caps.maxTableEntries, "table");
  const patched = { ...layout, memories, tables };
  const changed = { memory: memories !== layout.memories, table: tables !== layout.tables };
  const replaced = new Map<number, Uint8Array>();
  const { imported } = layout;
  if (changed.memory && imported.memory > 0 || changed.table && imported.table > 0) {
    replaced.set(SectionId.import, writeImports(patched, changed));
  }
  if (changed.table && imported.table < tables.length) replaced.set(SectionId.table, writeTables(patched));
  if (changed.memory && imported.memory < memories.length) {
    replaced.set(SectionId.memory, writeMemories(patched));
  }
  return {
    bytes: replaced.size === 0 ? bytes : replaceSections(bytes, layout.sections, replaced),
    importedMemories: imports(patched, "memory", memories),
    importedTables: imports(patched, "table", tables),
  };
}

/** What the engine takes as a maximum: a cap above it is none, and no maximum that could be written. */
const CEILINGS = {
  memory: { i32: 2 ** 16, i64: 2 ** 18 },
  table: { i32: 2 ** 32 - 1, i64: 2 ** 32 - 1 },
} as const;

function lower<T extends StorageLimits>(
  all: readonly T[],
  cap: number | undefined,
  resource: "memory" | "table",
): readonly T[] {
  if (cap === undefined || all.length === 0) return all;
  const needs = all.reduce((total, { minimum }) => total + minimum, 0);
  if (needs > cap) throw new ModuleLimitError(resource, needs, cap);
  let spare = cap - needs;
  return all.map((limits, index) => {
    const share = limits.minimum + Math.floor(spare / (all.length - index));
    const maximum = Math.min(limits.maximum ?? CEILINGS[resource][limits.address], share);
    spare -= Math.max(0, maximum - limits.minimum);
    return { ...limits, maximum };
  });
}

function imports<T>(
  layout: ModuleLayout,
  kind: "memory" | "table",
  types: readonly T[],
): ImportedStorage<T>[] {
  return layout.imports
    .filter(({ type }) => type.kind === kind)
    .map(({ module, name }, index) => ({ module, name, type: types[index] }));
}

/** Limits that have no cap are copied as they are: they may be beyond what a number can say exactly. */
function writeImports(layout: ModuleLayout, changed: { memory: boolean; table: boolean }): Uint8Array {
  const { bytes, imports, memories, tables } = layout;
  const writer = new ByteWriter();
  writer.u32(imports.length);
  let memory = 0;
  let table = 0;
  for (const { type, start, kindStart, end } of imports) {
    if (type.kind === "memory" && changed.memory) {
      writer.copy(bytes, start, kindStart + 1);
      writeMemory(writer, memories[memory++]);
    } else if (type.kind === "table" && changed.table) {
      writer.copy(bytes, start, kindStart + 1);
      copyTable(new ByteReader(bytes, kindStart + 1, end), writer, tables[table++]);
    } else {
      writer.copy(bytes, start, end);
    }
  }
  return writer.finish();
}

function writeMemories({ memories, imported }: ModuleLayout): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(memories.length - imported.memory);
  for (const memory of memories.slice(imported.memory)) writeMemory(writer, memory);
  return writer.finish();
}

function writeTables({ bytes, sections, tables, imported }: ModuleLayout): Uint8Array {
  const section = findSection(sections, SectionId.table)!;
  const reader = new ByteReader(bytes, section.contents, section.end);
  const writer = new ByteWriter();
  writer.u32(reader.count("the number of tables"));
  for (const table of tables.slice(imported.table)) {
    const start = reader.offset;
    const filled = startsFilledTable(reader);
    writer.copy(bytes, start, reader.offset);
    copyTable(reader, writer, table);
    if (!filled) continue;
    const expression = reader.offset;
    readConstantExpression(reader);
    writer.copy(bytes, expression, reader.offset);
  }
  return writer.finish();
}

function writeMemory(writer: ByteWriter, memory: MemoryType): void {
  writeLimits(writer, memory, memory.shared);
}

/** The type of the entries stays as it is written. */
function copyTable(reader: ByteReader, writer: ByteWriter, limits: StorageLimits): void {
  const start = reader.offset;
  readReferenceType(reader);
  writer.copy(reader.bytes, start, reader.offset);
  reader.offset = start;
  readTableType(reader);
  writeLimits(writer, limits, false);
}
