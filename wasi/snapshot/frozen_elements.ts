/**
 * Element segments that fill tables with what they held.
 *
 * @module
 */
import { ByteWriter } from "../binary/byte_writer.ts";
import type { ModuleLayout } from "../binary/layout.ts";
import { addressConstant } from "./constants.ts";
import { type ElementSegment, readElementSegments } from "./segments.ts";

const PASSIVE = 1;
const WITH_TABLE = 2;
const DECLARATIVE = 3;
const PASSIVE_EXPRESSIONS = 5;
const FUNCTIONS = 0x00;
const FUNCREF = 0x70;

/**
 * Writes the element section of a module anew. Functions that were named anywhere stay named: only of those code may
 * take references.
 *
 * @param layout The module
 * @param tables What its tables are to begin with, or `undefined` when they begin as they did
 * @param named Functions that lose the export that named them
 * @returns The contents of the section
 */
export function frozenElements(
  layout: ModuleLayout,
  tables: readonly Uint32Array[] | undefined,
  named: readonly number[],
): Uint8Array {
  const before = readElementSegments(layout);
  const filled = (tables ?? []).flatMap((entries, table) =>
    runsOf(entries).map((run) => ({ ...run, table }))
  );
  const declared = new Set(named);
  if (tables !== undefined) {
    for (const { active, functions } of before) {
      if (active) { for (const index of functions) declared.add(index); }
    }
  }
  const writer = new ByteWriter();
  writer.u32(before.length + filled.length + 1);
  for (const segment of before) {
    if (segment.active && tables !== undefined) writeEmpty(writer, layout, segment);
    else writer.copy(layout.bytes, segment.start, segment.end);
  }
  for (const { table, start, functions } of filled) {
    writer.u32(WITH_TABLE);
    writer.u32(table);
    writer.raw(addressConstant(layout.tables[table]!.address, start));
    writeFunctions(writer, functions);
  }
  writer.u32(DECLARATIVE);
  writeFunctions(writer, [...declared]);
  return writer.finish();
}

function writeFunctions(writer: ByteWriter, functions: readonly number[]): void {
  writer.u8(FUNCTIONS);
  writer.u32(functions.length);
  for (const index of functions) writer.u32(index);
}

/** What is left of a segment that has done its work: its place among the others, and its type. */
function writeEmpty(writer: ByteWriter, { bytes }: ModuleLayout, segment: ElementSegment): void {
  const [start, end] = segment.type;
  writer.u32(segment.expressions ? PASSIVE_EXPRESSIONS : PASSIVE);
  if (start < end) writer.copy(bytes, start, end);
  else writer.u8(segment.expressions ? FUNCREF : FUNCTIONS);
  writer.u32(0);
}

/** Entries that are next to each other and not empty. */
function runsOf(entries: Uint32Array): { start: number; functions: number[] }[] {
  const runs: { start: number; functions: number[] }[] = [];
  entries.forEach((entry, at) => {
    if (entry === 0) return;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.functions.length === at) last.functions.push(entry - 1);
    else runs.push({ start: at, functions: [entry - 1] });
  });
  return runs;
}
