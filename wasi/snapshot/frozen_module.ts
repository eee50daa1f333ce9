/**
 * A module that begins where an instance of it is: its memories, tables and globals start with what they hold now.
 *
 * @module
 */
import { ByteReader } from "../binary/byte_reader.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { readConstantExpression } from "../binary/instruction_reader.ts";
import { type ModuleLayout, readLayout } from "../binary/layout.ts";
import {
  EXTERN_KINDS,
  type GlobalType,
  GUEST_PAGE,
  readGlobalType,
  type TableType,
  writeLimits,
} from "../binary/module_types.ts";
import { findSection, replaceSections, SectionId } from "../binary/sections.ts";
import { SnapshotError } from "./error.ts";
import { frozenData } from "./frozen_data.ts";
import { frozenElements } from "./frozen_elements.ts";
import { wordsOf } from "./global_words.ts";
import type { InstanceState } from "./instance_state.ts";
import { constant } from "./constants.ts";

/**
 * Writes a module anew that begins where an instance of it is.
 *
 * @param bytes The module
 * @param fresh The state of a new instance
 * @param state The state to begin with
 * @param without Exports to leave out: functions that have done their work
 * @returns The new module, without a start function
 * @throws {SnapshotError} `"unsupported"` for state that a module cannot begin with
 */
export function frozenModule(
  bytes: Uint8Array<ArrayBuffer>,
  fresh: InstanceState,
  state: InstanceState,
  without: readonly string[],
): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  refuseImports(layout);
  const replaced = new Map<number, Uint8Array>();
  if (layout.memories.length > 0) {
    replaced.set(SectionId.memory, memorySection(layout, state));
    const { contents, count } = frozenData(layout, state.memories);
    replaced.set(SectionId.data, contents);
    if (findSection(layout.sections, SectionId.dataCount) !== undefined) {
      replaced.set(SectionId.dataCount, number(count));
    }
  }
  if (layout.globals.length > layout.imported.global) {
    replaced.set(SectionId.global, globalSection(layout, state));
  }
  const changed = state.tables.some((entries, index) => !same(entries, fresh.tables[index]!));
  if (changed) replaced.set(SectionId.table, tableSection(layout, state));
  const removed = layout.exports.filter(({ name }) => without.includes(name)).map(({ index }) => index);
  if (changed || removed.length > 0) {
    replaced.set(SectionId.element, frozenElements(layout, changed ? state.tables : undefined, removed));
  }
  replaced.set(SectionId.export, exportSection(layout, without));
  const sections = layout.sections.filter(({ id }) => id !== SectionId.start);
  return replaceSections(bytes, sections, replaced);
}

function refuseImports({ imported, globals }: ModuleLayout): void {
  const what = imported.memory > 0
    ? "memory"
    : imported.table > 0
    ? "a table"
    : globals.slice(0, imported.global).some(({ mutable }) => mutable)
    ? "a mutable global"
    : undefined;
  if (what === undefined) return;
  throw new SnapshotError(
    "unsupported",
    `The module imports ${what}: only what it defines can begin with a state`,
  );
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((entry, at) => entry === b[at]);
}

function number(value: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(value);
  return writer.finish();
}

function memorySection({ memories }: ModuleLayout, state: InstanceState): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(memories.length);
  memories.forEach((memory, index) => {
    const minimum = state.memories[index]!.length / GUEST_PAGE;
    writeLimits(writer, { ...memory, minimum }, memory.shared);
  });
  return writer.finish();
}

/** Immutable globals keep their expressions, which may depend on those before them. */
function globalSection(
  { bytes, sections, globals, imported }: ModuleLayout,
  state: InstanceState,
): Uint8Array {
  const section = findSection(sections, SectionId.global)!;
  const reader = new ByteReader(bytes, section.contents, section.end);
  const writer = new ByteWriter();
  writer.u32(reader.count("the number of globals"));
  let word = 0;
  for (let left = globals.length - imported.global; left > 0; left--) {
    const start = reader.offset;
    const type: GlobalType = readGlobalType(reader);
    const expression = reader.offset;
    readConstantExpression(reader);
    if (type.mutable) {
      writer.copy(bytes, start, expression);
      const words = state.globals.slice(word, word + wordsOf(type.value));
      word += words.length;
      writer.raw(constant(type.value, words));
    } else {
      writer.copy(bytes, start, reader.offset);
    }
  }
  return writer.finish();
}

function tableSection({ tables }: ModuleLayout, state: InstanceState): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(tables.length);
  tables.forEach((table, index) => {
    writer.u8(tableElement(table, index));
    writeLimits(writer, { ...table, minimum: state.tables[index]!.length }, false);
  });
  return writer.finish();
}

/** The types of entries that a table can be written anew with. */
function tableElement({ element }: TableType, index: number): number {
  if (element === "funcref") return 0x70;
  if (element === "externref") return 0x6f;
  throw new SnapshotError(
    "unsupported",
    `Table ${index} is of ${element}, and cannot begin with other entries`,
  );
}

function exportSection({ exports }: ModuleLayout, without: readonly string[]): Uint8Array {
  const kept = exports.filter(({ name }) => !without.includes(name));
  const writer = new ByteWriter();
  writer.u32(kept.length);
  for (const { name, kind, index } of kept) {
    writer.name(name);
    writer.u8(EXTERN_KINDS.indexOf(kind));
    writer.u32(index);
  }
  return writer.finish();
}
