/**
 * What of a module's state there is, and by which names a host can reach it.
 *
 * @module
 */
import { ByteReader } from "../binary/byte_reader.ts";
import { appendExports, exportHidden } from "../binary/export_hidden.ts";
import { type ModuleLayout, readLayout } from "../binary/layout.ts";
import {
  type ExternKind,
  type GlobalType,
  type MemoryType,
  readGlobalType,
  readTableType,
  startsFilledTable,
  type TableType,
} from "../binary/module_types.ts";
import { findSection, replaceSections, SectionId } from "../binary/sections.ts";
import { type Constant, readConstant, readElementSegments } from "./segments.ts";

/** One piece of a module's state. */
export interface Piece<T> {
  /** Which one it is, in the index space of its kind. */
  readonly index: number;
  /** The export by which it is reached. */
  readonly name: string;
  /** Its type, as the module declares it. */
  readonly type: T;
}

/** A function that a table or a global can refer to. */
export interface NamedFunction {
  /** Its index. */
  readonly index: number;
  /** The export by which it is reached. */
  readonly name: string;
}

/** Everything in an instance that can change, and the functions that it can refer to. */
export interface StateShape {
  /** The memories. */
  readonly memories: readonly Piece<MemoryType>[];
  /** The mutable globals. */
  readonly globals: readonly Piece<GlobalType>[];
  /** The tables. */
  readonly tables: readonly Piece<TableType>[];
  /** The functions that the module names anywhere but in code: no other can ever get into a table. */
  readonly functions: readonly NamedFunction[];
  /** Whether it has structs or arrays that it never lets go, in immutable globals or in segments: they can change. */
  readonly keepsObjects: boolean;
}

/** A module whose state can be reached. */
export interface ReachableModule {
  /** The module, with exports added. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its state. */
  readonly shape: StateShape;
}

/**
 * Exports all state that a module keeps to itself, and the functions that its tables can hold: only what is exported
 * has an identity that can be compared.
 *
 * @param bytes A core module
 * @returns The changed module and its state
 * @throws {ModuleError} When the bytes are not a module that can be read
 *
 * @example
 * ```ts
 * import { reachState } from "./shape.ts";
 * import { assertEquals } from "@std/assert";
 *
 * // (module (memory 1))
 * const { shape } = reachState(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1]));
 * assertEquals(shape.memories.map(({ name }) => name), ["keyhole:memory:0"]);
 * ```
 */
export function reachState(bytes: Uint8Array<ArrayBuffer>): ReachableModule {
  const exposed = exportHidden(bytes).bytes;
  const reachable = withMissingExports(exposed);
  const layout = readLayout(reachable);
  const names = namesOf(layout);
  const pieces = <T>(kind: ExternKind, types: readonly T[]): Piece<T>[] =>
    types.map((type, index) => ({ index, name: names.get(`${kind}:${index}`) ?? "", type }));
  return {
    bytes: reachable,
    shape: {
      memories: pieces("memory", layout.memories),
      globals: pieces("global", layout.globals).filter(({ type }) => type.mutable),
      tables: pieces("table", layout.tables),
      functions: referencedFunctions(layout)
        .map((index) => ({ index, name: names.get(`function:${index}`) ?? "" })),
      keepsObjects: keepsObjects(layout),
    },
  };
}

interface AddedExport {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}

function withMissingExports(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  const more = missingExports(layout);
  if (more.length === 0) return bytes;
  const contents = appendExports(layout, more);
  return replaceSections(bytes, layout.sections, new Map([[SectionId.export, contents]]));
}

function missingExports(layout: ModuleLayout): AddedExport[] {
  const names = namesOf(layout);
  const taken = new Set(layout.exports.map(({ name }) => name));
  const missing: AddedExport[] = [];
  const want = (kind: ExternKind, index: number): void => {
    if (names.has(`${kind}:${index}`)) return;
    let name = `keyhole:${kind}:${index}`;
    while (taken.has(name)) name += "'";
    missing.push({ kind, index, name });
  };
  for (let index = 0; index < layout.imported.memory; index++) want("memory", index);
  for (let index = 0; index < layout.imported.table; index++) want("table", index);
  for (let index = 0; index < layout.imported.global; index++) {
    if (layout.globals[index]!.mutable) want("global", index);
  }
  for (const index of referencedFunctions(layout)) want("function", index);
  return missing;
}

function namesOf({ exports }: ModuleLayout): Map<string, string> {
  // The first name of several, so that it does not depend on what was added behind it.
  return new Map(
    exports.map(({ name, kind, index }): [string, string] => [`${kind}:${index}`, name]).reverse(),
  );
}

/** Every function that is named outside of code; `ref.func` in code is valid for these only. */
function referencedFunctions(layout: ModuleLayout): number[] {
  const found = new Set<number>();
  for (const { kind, index } of layout.exports) if (kind === "function") found.add(index);
  for (const { functions } of readElementSegments(layout)) for (const index of functions) found.add(index);
  for (const { functions } of globalConstants(layout)) for (const index of functions) found.add(index);
  for (const index of functionsInTables(layout)) found.add(index);
  return [...found].sort((a, b) => a - b);
}

function keepsObjects(layout: ModuleLayout): boolean {
  return globalConstants(layout).some(({ mutable, makesObject }) => !mutable && makesObject) ||
    readElementSegments(layout).some(({ makesObjects }) => makesObjects);
}

function globalConstants({ bytes, sections }: ModuleLayout): (Constant & { readonly mutable: boolean })[] {
  const section = findSection(sections, SectionId.global);
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  return Array.from({ length: reader.count("the number of globals") }, () => {
    const { mutable } = readGlobalType(reader);
    return { mutable, ...readConstant(reader) };
  });
}

function functionsInTables({ bytes, sections }: ModuleLayout): number[] {
  const section = findSection(sections, SectionId.table);
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const found: number[] = [];
  for (let left = reader.count("the number of tables"); left > 0; left--) {
    const filled = startsFilledTable(reader);
    readTableType(reader);
    if (filled) found.push(...readConstant(reader).functions);
  }
  return found;
}
