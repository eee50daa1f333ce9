import { ByteReader } from "./byte_reader.ts";
import { readConstantExpression } from "./instruction_reader.ts";
import { externType, readLayout } from "./layout.ts";
import { ModuleError } from "./module_error.ts";
import type { ExternType, GlobalType, MemoryType, TableType } from "./module_types.ts";
import { findSection, type Section, SectionId } from "./sections.ts";

/** Something that a module asks for. */
export interface ImportDescription {
  /** The first of its two names. */
  readonly module: string;
  /** The second of its two names. */
  readonly name: string;
  /** What it has to be. */
  readonly type: ExternType;
}

/** Something that a module offers. */
export interface ExportDescription {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly type: ExternType;
}

/** What can be said about a module without compiling it. */
export interface ModuleDescription {
  /** What it asks for, in its order. */
  readonly imports: readonly ImportDescription[];
  /** What it offers, in its order. */
  readonly exports: readonly ExportDescription[];
  /** Its memories, imported ones first. */
  readonly memories: readonly MemoryType[];
  /** Its tables, imported ones first. */
  readonly tables: readonly TableType[];
  /** Its globals, imported ones first. */
  readonly globals: readonly GlobalType[];
  /** Whether code runs as soon as it is instantiated. */
  readonly hasStart: boolean;
  /** The names of its custom sections, in their order. */
  readonly customSections: readonly string[];
  /** How many functions it defines itself. */
  readonly functionCount: number;
  /** How many bytes its data segments hold together. */
  readonly dataSize: number;
}

/**
 * Describes a module from its headers; function bodies are not read, so this takes milliseconds for any size.
 *
 * @param bytes a core module
 * @returns its imports and exports with their types, and its sizes
 * @throws {ModuleError} when the bytes are not a core module or a section that matters here cannot be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { describeModule } from "./describe.ts";
 *
 * // (module (func (export "f") (param i32) (result i64) i64.const 0))
 * const bytes = Uint8Array.from([
 *   ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7e, 3, 2, 1, 0],
 *   ...[7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x42, 0, 0x0b],
 * ]);
 * const type = { kind: "function", params: ["i32"], results: ["i64"] };
 * assertEquals(describeModule(bytes).exports, [{ name: "f", type }]);
 * ```
 */
export function describeModule(bytes: Uint8Array): ModuleDescription {
  const layout = readLayout(bytes);
  const { sections, memories, tables, globals } = layout;
  return {
    imports: layout.imports.map(({ module, name, type }) => ({ module, name, type })),
    exports: layout.exports.map(({ name, kind, index }) => ({ name, type: externType(layout, kind, index) })),
    memories,
    tables,
    globals,
    hasStart: findSection(sections, SectionId.start) !== undefined,
    customSections: sections.filter(({ id }) => id === SectionId.custom).map(({ name }) => name),
    functionCount: layout.functions.length - layout.imported.function,
    dataSize: dataSize(bytes, findSection(sections, SectionId.data)),
  };
}

/** Whether a data segment starts with the index of a memory, by its first number; passive ones have no address. */
const PASSIVE = 1;
const WITH_MEMORY = 2;

function dataSize(bytes: Uint8Array, section: Section | undefined): number {
  if (section === undefined) return 0;
  const reader = new ByteReader(bytes, section.contents, section.end);
  let total = 0;
  for (let left = reader.count("the number of data segments"); left > 0; left--) {
    const form = reader.u32("a data segment");
    if (form > WITH_MEMORY) {
      throw new ModuleError(`Unknown form ${form} of a data segment`, reader.offset - 1);
    }
    if (form === WITH_MEMORY) reader.u32("the index of a memory");
    if (form !== PASSIVE) readConstantExpression(reader);
    const size = reader.u32("the size of a data segment");
    reader.skip(size, "a data segment");
    total += size;
  }
  return total;
}
