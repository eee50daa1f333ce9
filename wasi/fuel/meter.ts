import { ByteReader } from "../binary/byte_reader.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { functionType } from "../binary/import_section.ts";
import { type ModuleLayout, readLayout } from "../binary/layout.ts";
import { ModuleError } from "../binary/module_error.ts";
import { EXTERN_KINDS } from "../binary/module_types.ts";
import { mustBeValid } from "../binary/must_be_valid.ts";
import { findSection, replaceSections, type Section, SectionId } from "../binary/sections.ts";
import { analyzeFunction, readLocals } from "./analyze.ts";
import { FunctionEdits } from "./edits.ts";
import { FunctionWriter, type MeterIndexes } from "./emit.ts";
import { moreBody } from "./inserted.ts";
import { FUEL_EXPORT, FUEL_MODULE, FUEL_REFILL } from "./names.ts";
import { FunctionShift } from "./shift_functions.ts";

/** The types of the two added functions, `refill` and the one that calls it: `[i64] -> [i64]` and `[] -> [i64]`. */
const REFILL_TYPE = [0x60, 1, 0x7e, 1, 0x7e];
const MORE_TYPE = [0x60, 0, 1, 0x7e];

/** A mutable global of type `i64` that starts at 0: the first charge asks for fuel. */
const FUEL_GLOBAL = [0x7e, 1, 0x42, 0, 0x0b];

/** Custom sections that speak of positions in the code, which change. */
const BY_POSITION = /^(metadata\.code\.|\.debug_|reloc\.)/;

/**
 * The custom section in which the engine is told that fuel is seldom spent. Without it the call for more costs every loop
 * its registers, and metered code takes half as long again.
 */
const BRANCH_HINTS = "metadata.code.branch_hint";

/** Copies one entry of a vector. */
type Copy = (reader: ByteReader, writer: ByteWriter) => void;

/**
 * Rewrites a module so that it counts what it runs; `wasi/fuel.ts` says how to use it and what everything costs.
 *
 * @param bytes a core module
 * @returns the module that counts: it imports a function to ask for fuel, and exports what is left
 * @throws {ModuleError} when the module is not valid, cannot be read to its last instruction, or uses a reserved name
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { meter } from "./meter.ts";
 *
 * // (module (func (export "f") (result i32) i32.const 7))
 * const module = Uint8Array.from([
 *   ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0],
 *   ...[7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x41, 7, 0x0b],
 * ]);
 * const refill = (remaining: bigint): bigint => remaining + 100n;
 * const metered = new WebAssembly.Module(meter(module));
 * const { exports } = new WebAssembly.Instance(metered, { "keyhole:fuel": { refill } });
 * assertEquals((exports.f as () => number)(), 7);
 * assertEquals((exports["keyhole:fuel"] as WebAssembly.Global).value, 99n);
 * ```
 */
export function meter(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  refuseReservedNames(layout);
  // In a module that is not valid, an index behind the last global would be that of the fuel in the new module: the
  // guest could help itself.
  mustBeValid(bytes);
  const { types, imported, functions, globals, sections } = layout;
  const shift = new FunctionShift(imported.function);
  const type = types.types.length;
  const indexes = { fuel: globals.length, more: functions.length + 1 };
  const replaced = new Map<number, Uint8Array>();
  /** Rewrites a section that is a vector: its entries by `copy`, or as they are, and more behind them. */
  const rewrite = (id: number, added: readonly (readonly number[])[], copy?: Copy): void => {
    const section = findSection(sections, id);
    if (section === undefined && added.length === 0) return;
    replaced.set(id, rewriteVector(bytes, section, added, copy));
  };

  rewrite(SectionId.type, [REFILL_TYPE, MORE_TYPE]);
  rewrite(SectionId.import, [entry(FUEL_REFILL, "function", type, FUEL_MODULE)]);
  rewrite(SectionId.function, [[...encoded((writer) => writer.u32(type + 1))]]);
  rewrite(SectionId.table, [], (reader, writer) => shift.table(reader, writer));
  rewrite(SectionId.global, [FUEL_GLOBAL], (reader, writer) => shift.global(reader, writer));
  rewrite(
    SectionId.export,
    [entry(FUEL_EXPORT, "global", indexes.fuel)],
    (reader, writer) => shift.export(reader, writer),
  );
  rewrite(SectionId.element, [], (reader, writer) => shift.element(reader, writer));
  const start = findSection(sections, SectionId.start);
  if (start !== undefined) {
    const index = new ByteReader(bytes, start.contents, start.end).u32("the index of the start function");
    replaced.set(SectionId.start, encoded((writer) => writer.u32(shift.of(index))));
  }
  const { code, hints } = meterCode(layout, indexes);
  replaced.set(SectionId.code, code);
  const custom = (section: Section): Uint8Array | null | undefined => {
    if (section.name === "name") return shiftedNames(bytes, section, shift);
    return BY_POSITION.test(section.name) ? null : undefined;
  };
  return replaceSections(bytes, sections, replaced, custom, { name: BRANCH_HINTS, contents: hints });
}

function refuseReservedNames({ imports, exports, sections }: ModuleLayout): void {
  const at = (id: number): number => findSection(sections, id)?.start ?? 0;
  if (imports.some(({ module }) => module === FUEL_MODULE)) {
    throw new ModuleError(
      `Reserved name: the module imports from "${FUEL_MODULE}" itself`,
      at(SectionId.import),
    );
  }
  if (exports.some(({ name }) => name === FUEL_EXPORT)) {
    throw new ModuleError(`Reserved name: the module exports "${FUEL_EXPORT}" itself`, at(SectionId.export));
  }
}

function meterCode(layout: ModuleLayout, indexes: MeterIndexes): { code: Uint8Array; hints: Uint8Array } {
  const { bytes, functions, imported, types } = layout;
  const section = findSection(layout.sections, SectionId.code);
  const defined = functions.length - imported.function;
  const size = section === undefined ? 0 : section.end - section.contents;
  const writer = new ByteWriter(size + (size >> 1) + 64);
  const reader = new ByteReader(bytes, section?.contents ?? 0, section?.end ?? 0);
  const count = section === undefined ? 0 : reader.count("the number of function bodies");
  if (count !== defined) {
    throw new ModuleError(`${defined} functions are declared, ${count} have a body`, reader.offset);
  }
  writer.u32(count + 1);
  const edits = new FunctionEdits();
  const hints = new ByteWriter(size >> 3);
  let hinted = 0;
  const target = new FunctionWriter(writer, bytes, indexes);
  for (let index = imported.function; index < functions.length; index++) {
    const length = reader.u32("the size of a function body");
    const start = reader.offset;
    reader.skip(length, "a function body");
    const body = new ByteReader(bytes, start, reader.offset);
    const locals = readLocals(body);
    analyzeFunction(layout, body, locals, edits);
    const { params } = functionType(types.types, functions[index], start);
    const unlikely = target.write(locals, reader.offset, params.length + locals.count, edits);
    if (unlikely.length > 0) hinted++;
    writeHints(hints, index + 1, unlikely);
  }
  if (section !== undefined && !reader.done) {
    throw new ModuleError("Code behind the last function", reader.offset);
  }
  writer.sized(moreBody(indexes.fuel, imported.function));
  const vector = new ByteWriter(hints.length + 5);
  vector.u32(hinted);
  vector.raw(hints.finish());
  return { code: writer.finish(), hints: vector.finish() };
}

/** One function's hints: each the place of a branch, the size of the hint, and 0 for "not likely". */
function writeHints(hints: ByteWriter, functionIndex: number, unlikely: readonly number[]): void {
  if (unlikely.length === 0) return;
  hints.u32(functionIndex);
  hints.u32(unlikely.length);
  for (const place of unlikely) {
    hints.u32(place);
    hints.raw([1, 0]);
  }
}

function rewriteVector(
  bytes: Uint8Array,
  section: Section | undefined,
  added: readonly (readonly number[])[],
  copy?: Copy,
): Uint8Array {
  const reader = new ByteReader(bytes, section?.contents ?? 0, section?.end ?? 0);
  const writer = new ByteWriter(reader.end - reader.offset + 64);
  const count = section === undefined ? 0 : reader.count("a vector");
  writer.u32(count + added.length);
  for (let left = copy === undefined ? 0 : count; left > 0; left--) copy!(reader, writer);
  writer.copy(bytes, reader.offset, reader.end);
  for (const more of added) writer.raw(more);
  return writer.finish();
}

/** An entry of an export section, or with a module name of an import section. */
function entry(name: string, kind: "function" | "global", index: number, module?: string): number[] {
  return [...encoded((writer) => {
    if (module !== undefined) writer.name(module);
    writer.name(name);
    writer.u8(EXTERN_KINDS.indexOf(kind));
    writer.u32(index);
  })];
}

function encoded(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

/** Engines do not mind a name section that makes no sense; such a one is dropped. */
function shiftedNames(bytes: Uint8Array, section: Section, shift: FunctionShift): Uint8Array | null {
  const writer = new ByteWriter(section.end - section.contents + 64);
  try {
    shift.names(new ByteReader(bytes, section.contents, section.end), writer);
  } catch (error) {
    if (error instanceof ModuleError) return null;
    throw error;
  }
  return writer.finish();
}
