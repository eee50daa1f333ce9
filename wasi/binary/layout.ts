import { ByteReader } from "./byte_reader.ts";
import { functionType, type ImportEntry, readImports, readTagType } from "./import_section.ts";
import { readConstantExpression } from "./instruction_reader.ts";
import { ModuleError } from "./module_error.ts";
import {
  EXTERN_KINDS,
  type ExternKind,
  type ExternType,
  type FunctionType,
  type GlobalType,
  type MemoryType,
  readGlobalType,
  readMemoryType,
  readTableType,
  startsFilledTable,
  type TableType,
} from "./module_types.ts";
import { findSection, readSections, type Section, SectionId } from "./sections.ts";
import { readTypes, type Types } from "./type_section.ts";

/** One export as the binary format writes it. */
export interface ExportEntry {
  /** Its name. */
  readonly name: string;
  /** What is exported. */
  readonly kind: ExternKind;
  /** Which one, in the index space of its kind. */
  readonly index: number;
}

/** As many as the JavaScript interface of WebAssembly gives a module; each takes part of what a process may map. */
const MOST_MEMORIES = 100;

/** The index spaces of a module, imported things first; code and data are not read. */
export interface ModuleLayout {
  /** The module. */
  readonly bytes: Uint8Array;
  /** Its sections. */
  readonly sections: readonly Section[];
  /** Its types. */
  readonly types: Types;
  /** Its imports. */
  readonly imports: readonly ImportEntry[];
  /** Its exports. */
  readonly exports: readonly ExportEntry[];
  /** For each function the index of its type. */
  readonly functions: readonly number[];
  /** Its tables. */
  readonly tables: readonly TableType[];
  /** Its memories. */
  readonly memories: readonly MemoryType[];
  /** Its globals. */
  readonly globals: readonly GlobalType[];
  /** Its tags. */
  readonly tags: readonly FunctionType[];
  /** How many of each kind are imported. */
  readonly imported: Readonly<Record<ExternKind, number>>;
}

/**
 * Reads the index spaces of a module.
 *
 * @param bytes a core module
 * @returns where its sections lie and what they declare
 * @throws {ModuleError} when a section that matters here cannot be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readLayout } from "./layout.ts";
 *
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 2]);
 * assertEquals(readLayout(bytes).memories[0].minimum, 2);
 * ```
 */
export function readLayout(bytes: Uint8Array): ModuleLayout {
  const sections = readSections(bytes);
  /** Reads one section as a whole: what it holds has to fill it. */
  const read = <T>(id: number, otherwise: T, decode: (reader: ByteReader) => T): T => {
    const section = findSection(sections, id);
    if (section === undefined) return otherwise;
    const reader = new ByteReader(bytes, section.contents, section.end);
    const result = decode(reader);
    if (!reader.done) {
      throw new ModuleError(`Section ${id} "${section.name}" is longer than its contents`, reader.offset);
    }
    return result;
  };
  /** Reads a section that is a vector, and appends its entries to the imported ones. */
  const space = <T>(id: number, imported: T[], one: (reader: ByteReader) => T): T[] =>
    read(id, imported, (reader) => {
      for (let left = reader.count("a vector"); left > 0; left--) imported.push(one(reader));
      return imported;
    });

  const types = read(SectionId.type, { types: [], entries: 0, first: 0 }, readTypes);
  const imports = read(SectionId.import, [], (reader) => readImports(reader, types.types));
  const found = splitImports(imports);
  const imported = {
    function: found.functions.length,
    table: found.tables.length,
    memory: found.memories.length,
    global: found.globals.length,
    tag: found.tags.length,
  };
  const layout = {
    bytes,
    sections,
    types,
    imports,
    imported,
    functions: space(SectionId.function, found.functions, (reader) => readTypeIndex(reader, types)),
    tables: space(SectionId.table, found.tables, readDefinedTable),
    memories: space(SectionId.memory, found.memories, readMemoryType),
    tags: space(SectionId.tag, found.tags, (reader) => readTagType(reader, types.types)),
    globals: space(SectionId.global, found.globals, readDefinedGlobal),
    exports: space<ExportEntry>(SectionId.export, [], readExport),
  };
  if (layout.memories.length > MOST_MEMORIES) {
    const section = findSection(sections, SectionId.memory) ?? findSection(sections, SectionId.import)!;
    throw new ModuleError(`More than ${MOST_MEMORIES} memories: ${layout.memories.length}`, section.contents);
  }
  for (const { name, kind, index } of layout.exports) {
    if (index >= spaceSize(layout, kind)) {
      throw new ModuleError(`Export "${name}" names ${kind} ${index}, there is none`, 0);
    }
  }
  return layout;
}

/**
 * Looks up the type of something in an index space.
 * @param layout a module
 * @param kind a kind of thing
 * @param index which one; it has to exist
 * @returns its full type
 */
export function externType(layout: ModuleLayout, kind: ExternKind, index: number): ExternType {
  switch (kind) {
    case "function":
      return { kind, ...functionType(layout.types.types, layout.functions[index], 0) };
    case "table":
      return { kind, ...layout.tables[index] };
    case "memory":
      return { kind, ...layout.memories[index] };
    case "global":
      return { kind, ...layout.globals[index] };
    case "tag":
      return { kind, ...layout.tags[index] };
  }
}

function spaceSize(layout: ModuleLayout, kind: ExternKind): number {
  const { functions, tables, memories, globals, tags } = layout;
  return { function: functions, table: tables, memory: memories, global: globals, tag: tags }[kind].length;
}

interface ImportedSpaces {
  functions: number[];
  tables: TableType[];
  memories: MemoryType[];
  globals: GlobalType[];
  tags: FunctionType[];
}

function splitImports(imports: readonly ImportEntry[]): ImportedSpaces {
  const spaces: ImportedSpaces = { functions: [], tables: [], memories: [], globals: [], tags: [] };
  for (const { type: { kind, ...type }, typeIndex } of imports) {
    if (kind === "function") spaces.functions.push(typeIndex);
    else if (kind === "table") spaces.tables.push(type as TableType);
    else if (kind === "memory") spaces.memories.push(type as MemoryType);
    else if (kind === "global") spaces.globals.push(type as GlobalType);
    else spaces.tags.push(type as FunctionType);
  }
  return spaces;
}

function readTypeIndex(reader: ByteReader, types: Types): number {
  const index = reader.u32("a type index");
  functionType(types.types, index, reader.offset);
  return index;
}

function readDefinedTable(reader: ByteReader): TableType {
  const filled = startsFilledTable(reader);
  const type = readTableType(reader);
  if (filled) readConstantExpression(reader);
  return type;
}

function readDefinedGlobal(reader: ByteReader): GlobalType {
  const type = readGlobalType(reader);
  readConstantExpression(reader);
  return type;
}

function readExport(reader: ByteReader): ExportEntry {
  const name = reader.name("the name of an export");
  const kind = EXTERN_KINDS[reader.u8("the kind of an export")];
  if (kind === undefined) throw new ModuleError("Unknown kind of export", reader.offset - 1);
  return { name, kind, index: reader.u32("the index of an export") };
}
