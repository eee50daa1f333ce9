/**
 * The segments of a module: what fills its memories and tables.
 *
 * @module
 */
import { ByteReader } from "../binary/byte_reader.ts";
import { readConstantExpression } from "../binary/instruction_reader.ts";
import type { ModuleLayout } from "../binary/layout.ts";
import { ModuleError } from "../binary/module_error.ts";
import { Prefix, prefixed } from "../binary/opcodes.ts";
import { findSection, SectionId } from "../binary/sections.ts";
import { skipValueType } from "../binary/value_type.ts";

/** One segment. */
export interface Segment {
  /** Whether it fills something when the module is instantiated; otherwise code does, or only its names are used. */
  readonly active: boolean;
  /** Its first byte. */
  readonly start: number;
  /** The first byte behind it. */
  readonly end: number;
}

/** A segment for tables. */
export interface ElementSegment extends Segment {
  /** Functions that it names, by their indexes, in its order. */
  readonly functions: readonly number[];
  /** Where the type of its entries is written; the same byte twice when it is not, and is `funcref`. */
  readonly type: readonly [start: number, end: number];
  /** Whether its entries are expressions, and no indexes of functions. */
  readonly expressions: boolean;
  /** Whether entries of it are structs or arrays that it makes. */
  readonly makesObjects: boolean;
}

/** What a constant expression refers to. */
export interface Constant {
  /** Functions, by their indexes. */
  readonly functions: readonly number[];
  /** Whether it makes a struct or an array. */
  readonly makesObject: boolean;
}

const REF_FUNC = 0xd2;
const STRUCT_NEW = prefixed(Prefix.gc, 0x00);
const ARRAY_NEW_FIXED = prefixed(Prefix.gc, 0x08);

/** The bits of the number that starts an element segment (core specification, 5.5.12). */
const NOT_ACTIVE = 1;
const WITH_TABLE = 2;
const EXPRESSIONS = 4;

/**
 * Reads the element segments of a module.
 *
 * @param layout The module
 * @returns Its element segments in their order
 * @throws {ModuleError} When one is cut or unknown
 */
export function readElementSegments({ bytes, sections }: ModuleLayout): ElementSegment[] {
  const section = findSection(sections, SectionId.element);
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const segments: ElementSegment[] = [];
  for (let left = reader.count("the number of element segments"); left > 0; left--) {
    segments.push(readElementSegment(reader));
  }
  return segments;
}

function readElementSegment(reader: ByteReader): ElementSegment {
  const start = reader.offset;
  const form = reader.u32("an element segment");
  if (form > 7) throw new ModuleError(`Unknown form ${form} of an element segment`, start);
  const active = (form & NOT_ACTIVE) === 0;
  const expressions = (form & EXPRESSIONS) !== 0;
  if (active) {
    if ((form & WITH_TABLE) !== 0) reader.u32("the index of a table");
    readConstantExpression(reader);
  }
  const typeStart = reader.offset;
  if ((form & (NOT_ACTIVE | WITH_TABLE)) !== 0) {
    if (expressions) skipValueType(reader);
    else if (reader.u8("the kind of elements") !== 0) {
      throw new ModuleError("Unknown kind of elements", start);
    }
  }
  const type = [typeStart, reader.offset] as const;
  const functions: number[] = [];
  let makesObjects = false;
  for (let left = reader.count("the number of elements"); left > 0; left--) {
    if (!expressions) {
      functions.push(reader.u32("the index of a function"));
      continue;
    }
    const constant = readConstant(reader);
    functions.push(...constant.functions);
    makesObjects ||= constant.makesObject;
  }
  return { active, start, end: reader.offset, functions, type, expressions, makesObjects };
}

/**
 * Reads a constant expression up to its end.
 *
 * @param reader At the expression
 * @returns What it refers to
 */
export function readConstant(reader: ByteReader): Constant {
  const functions: number[] = [];
  let makesObject = false;
  readConstantExpression(reader, ({ opcode, first }) => {
    if (opcode === REF_FUNC) functions.push(first);
    // Between the two are accesses, which no constant expression may hold, and the other ways to make one.
    makesObject ||= opcode >= STRUCT_NEW && opcode <= ARRAY_NEW_FIXED;
  });
  return { functions, makesObject };
}

const DATA_PASSIVE = 1;
const DATA_WITH_MEMORY = 2;

/**
 * Reads the data segments of a module.
 *
 * @param layout The module
 * @returns Its data segments in their order
 * @throws {ModuleError} When one is cut or unknown
 */
export function readDataSegments({ bytes, sections }: ModuleLayout): Segment[] {
  const section = findSection(sections, SectionId.data);
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const segments: Segment[] = [];
  for (let left = reader.count("the number of data segments"); left > 0; left--) {
    const start = reader.offset;
    const form = reader.u32("a data segment");
    if (form > DATA_WITH_MEMORY) throw new ModuleError(`Unknown form ${form} of a data segment`, start);
    if (form === DATA_WITH_MEMORY) reader.u32("the index of a memory");
    if (form !== DATA_PASSIVE) readConstantExpression(reader);
    reader.skip(reader.u32("the size of a data segment"), "a data segment");
    segments.push({ active: form !== DATA_PASSIVE, start, end: reader.offset });
  }
  return segments;
}
