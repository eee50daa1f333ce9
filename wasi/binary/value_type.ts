import type { ByteReader } from "./byte_reader.ts";
import { ModuleError } from "./module_error.ts";

/** A number type, vector type or reference type as the text format writes it: `i32`, `funcref`, `(ref null 3)`. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | ReferenceType;

/** A reference type as the text format writes it: `externref`, `(ref 3)`, `(ref null any)` is `anyref`. */
export type ReferenceType = `${string}ref` | `(ref ${string})`;

const NUMBERS: Record<number, ValueType> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
};

/** Abstract heap types by their byte: the name in `(ref ...)`, and the short form of the nullable reference. */
const ABSTRACT: Record<number, [heap: string, nullable: ReferenceType]> = {
  0x74: ["noexn", "nullexnref"],
  0x73: ["nofunc", "nullfuncref"],
  0x72: ["noextern", "nullexternref"],
  0x71: ["none", "nullref"],
  0x70: ["func", "funcref"],
  0x6f: ["extern", "externref"],
  0x6e: ["any", "anyref"],
  0x6d: ["eq", "eqref"],
  0x6c: ["i31", "i31ref"],
  0x6b: ["struct", "structref"],
  0x6a: ["array", "arrayref"],
  0x69: ["exn", "exnref"],
};

/** The type of a block without values, as a signed number: engines accept it with more bytes than it needs. */
const NO_VALUES = -0x40;

/** The bytes that start `(ref null ...)` and `(ref ...)`. */
const REF_NULL = 0x63;
const REF = 0x64;

/**
 * Reads a value type.
 * @param reader at a value type
 * @returns the type, in the words of the text format
 * @throws {ModuleError} when there is none that is known
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteReader } from "./byte_reader.ts";
 * import { readValueType } from "./value_type.ts";
 *
 * const reader = new ByteReader(new Uint8Array([0x7f, 0x70, 0x63, 0x03]));
 * assertEquals([1, 2, 3].map(() => readValueType(reader)), ["i32", "funcref", "(ref null 3)"]);
 * ```
 */
export function readValueType(reader: ByteReader): ValueType {
  const at = reader.offset;
  const byte = reader.u8("a value type");
  const number = NUMBERS[byte];
  if (number !== undefined) return number;
  if (byte === REF_NULL || byte === REF) {
    const heap = readHeapType(reader);
    const nullable = byte === REF_NULL;
    if (typeof heap === "number") return nullable ? `(ref null ${heap})` : `(ref ${heap})`;
    return nullable ? heap[1] : `(ref ${heap[0]})`;
  }
  const abstract = ABSTRACT[byte];
  if (abstract === undefined) throw new ModuleError(`Unknown value type 0x${byte.toString(16)}`, at);
  return abstract[1];
}

/**
 * Reads a reference type.
 * @param reader at a reference type
 * @returns the type, in the words of the text format
 * @throws {ModuleError} when there is none that is known
 */
export function readReferenceType(reader: ByteReader): ReferenceType {
  const at = reader.offset;
  const type = readValueType(reader);
  if (type === "i32" || type === "i64" || type === "f32" || type === "f64" || type === "v128") {
    throw new ModuleError(`Not a reference type: ${type}`, at);
  }
  return type;
}

/**
 * Looks up what a reference may refer to.
 * @param type a reference type that can be null
 * @returns its heap type as it is written, a signed 33-bit number: the index of a type, or one below zero
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { heapTypeOf } from "./value_type.ts";
 *
 * assertEquals(["(ref null 3)", "funcref"].map(heapTypeOf), [3, 0x70 - 0x80]);
 * ```
 */
export function heapTypeOf(type: string): number {
  const index = /^\(ref null (\d+)\)$/.exec(type)?.[1];
  if (index !== undefined) return Number(index);
  return Number(Object.keys(ABSTRACT).find((byte) => ABSTRACT[Number(byte)]![1] === type)) - 0x80;
}

/**
 * Skips a heap type.
 * @param reader at a heap type, which is skipped
 * @throws {ModuleError} when there is none that is known
 */
export function skipHeapType(reader: ByteReader): void {
  readHeapType(reader);
}

/**
 * Skips a value type.
 * @param reader at a value type, which is skipped
 * @throws {ModuleError} when there is none that is known
 */
export function skipValueType(reader: ByteReader): void {
  const at = reader.offset;
  const byte = reader.u8("a value type");
  if (byte === REF_NULL || byte === REF) readHeapType(reader);
  else if (!isShortValueType(byte)) throw new ModuleError(`Unknown value type 0x${byte.toString(16)}`, at);
}

/**
 * Skips a block type.
 * @param reader at a block type (none, a value type or a type index), which is skipped
 * @throws {ModuleError} when there is none that is known
 */
export function skipBlockType(reader: ByteReader): void {
  const byte = reader.bytes[reader.offset];
  if (isShortValueType(byte)) return reader.skip(1, "a block type");
  if (byte === REF_NULL || byte === REF) return skipValueType(reader);
  const index = readTypeIndex(reader);
  if (index < 0 && index !== NO_VALUES) throw new ModuleError("Unknown block type", reader.offset - 1);
}

function isShortValueType(byte: number): boolean {
  return byte >= 0x7b && byte <= 0x7f || byte >= 0x69 && byte <= 0x74;
}

function readTypeIndex(reader: ByteReader): number {
  return reader.s33("a type index");
}

function readHeapType(reader: ByteReader): number | [heap: string, nullable: ReferenceType] {
  const at = reader.offset;
  const value = readTypeIndex(reader);
  if (value >= 0) return value;
  const abstract = ABSTRACT[value + 0x80];
  if (abstract === undefined) throw new ModuleError("Unknown heap type", at);
  return abstract;
}
