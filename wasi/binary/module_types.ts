import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { ModuleError } from "./module_error.ts";
import { readReferenceType, readValueType, type ReferenceType, type ValueType } from "./value_type.ts";

/** Bytes of a page of a guest's memory, the unit in which it grows. */
export const GUEST_PAGE = 65536;

/** The type of a function or of a tag. */
export interface FunctionType {
  /** What it takes. */
  readonly params: readonly ValueType[];
  /** What it returns; none for a tag. */
  readonly results: readonly ValueType[];
}

/** The size of a memory in pages of {@linkcode GUEST_PAGE} bytes, or of a table in entries. */
export interface StorageLimits {
  /** Initial size; above 2**53 it is rounded. */
  readonly minimum: number;
  /** Size that it never grows beyond, if one is declared; above 2**53 it is rounded. */
  readonly maximum: number | undefined;
  /** The type of its addresses: `i64` for memory64 and table64. */
  readonly address: "i32" | "i64";
}

/** The type of a memory. */
export interface MemoryType extends StorageLimits {
  /** Whether several threads may share it. */
  readonly shared: boolean;
}

/** The type of a table. */
export interface TableType extends StorageLimits {
  /** The type of its entries. */
  readonly element: ReferenceType;
}

/** The type of a global. */
export interface GlobalType {
  /** The type of its value. */
  readonly value: ValueType;
  /** Whether it can be changed. */
  readonly mutable: boolean;
}

/** What can be imported or exported, in the words that `WebAssembly.Module.imports` uses, with its full type. */
export type ExternType =
  | ({ readonly kind: "function" } & FunctionType)
  | ({ readonly kind: "table" } & TableType)
  | ({ readonly kind: "memory" } & MemoryType)
  | ({ readonly kind: "global" } & GlobalType)
  | ({ readonly kind: "tag" } & FunctionType);

/** One of the five kinds of things that can be imported or exported. */
export type ExternKind = ExternType["kind"];

/** Kinds by the byte that stands for them in imports and exports. */
export const EXTERN_KINDS: readonly ExternKind[] = ["function", "table", "memory", "global", "tag"];

const HAS_MAXIMUM = 1;
const SHARED = 2;
const ADDRESS_64 = 4;

/**
 * Reads the type of a memory.
 * @param reader at the type of a memory
 * @returns the type
 * @throws {ModuleError} when its flags are unknown, or it is shared and has no maximum
 */
export function readMemoryType(reader: ByteReader): MemoryType {
  const flags = readFlags(reader, HAS_MAXIMUM | SHARED | ADDRESS_64);
  const shared = (flags & SHARED) !== 0;
  if (shared && (flags & HAS_MAXIMUM) === 0) {
    throw new ModuleError("Shared memory without a maximum size", reader.offset - 1);
  }
  return { ...readLimits(reader, flags), shared };
}

/**
 * Reads the type of a table.
 * @param reader at the type of a table
 * @returns the type
 * @throws {ModuleError} when its flags are unknown
 */
export function readTableType(reader: ByteReader): TableType {
  const element = readReferenceType(reader);
  return { element, ...readLimits(reader, readFlags(reader, HAS_MAXIMUM | ADDRESS_64)) };
}

/**
 * A table defined with the expression that fills it is written `0x40 0x00 tabletype expr`.
 * @param reader at a defined table; afterwards at its type
 * @returns whether an expression follows that type
 * @throws {ModuleError} when the form is unknown
 */
export function startsFilledTable(reader: ByteReader): boolean {
  if (reader.bytes[reader.offset] !== 0x40) return false;
  reader.u8("a table");
  if (reader.u8("a table") !== 0) throw new ModuleError("Unknown form of a table", reader.offset - 1);
  return true;
}

/**
 * Reads the type of a global.
 * @param reader at the type of a global
 * @returns the type
 * @throws {ModuleError} when its mutability is unknown
 */
export function readGlobalType(reader: ByteReader): GlobalType {
  const value = readValueType(reader);
  const mutability = reader.u8("the mutability of a global");
  if (mutability > 1) {
    throw new ModuleError(`Unknown mutability ${mutability} of a global`, reader.offset - 1);
  }
  return { value, mutable: mutability === 1 };
}

/**
 * Writes limits, which are the whole type of a memory and the end of that of a table.
 * @param writer gets the limits with their flags
 * @param limits initial size up to 2**53; a maximum above that is written as 2**53, which nothing ever reaches
 * @param shared whether the memory is shared
 */
export function writeLimits(writer: ByteWriter, limits: StorageLimits, shared: boolean): void {
  const { minimum, maximum, address } = limits;
  const flags = (maximum === undefined ? 0 : HAS_MAXIMUM) | (shared ? SHARED : 0) |
    (address === "i64" ? ADDRESS_64 : 0);
  writer.u8(flags);
  writer.u64(minimum);
  if (maximum !== undefined) writer.u64(Math.min(maximum, 2 ** 53));
}

function readFlags(reader: ByteReader, known: number): number {
  const flags = reader.u8("the flags of limits");
  if ((flags & ~known) !== 0) {
    throw new ModuleError(`Unknown flags 0x${flags.toString(16)} of limits`, reader.offset - 1);
  }
  return flags;
}

function readLimits(reader: ByteReader, flags: number): StorageLimits {
  const large = (flags & ADDRESS_64) !== 0;
  const size = (what: string): number => large ? reader.u64(what) : reader.u32(what);
  const minimum = size("an initial size");
  const maximum = flags & HAS_MAXIMUM ? size("a maximum size") : undefined;
  return { minimum, maximum, address: large ? "i64" : "i32" };
}
