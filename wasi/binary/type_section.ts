import type { ByteReader } from "./byte_reader.ts";
import { ModuleError } from "./module_error.ts";
import type { FunctionType } from "./module_types.ts";
import { readValueType, skipValueType, type ValueType } from "./value_type.ts";

/** The type of a struct. */
export interface StructType {
  /** How many fields it has. */
  readonly fields: number;
}

/** One entry of the type index space; undefined for an array. */
export type DefinedType = FunctionType | StructType | undefined;

const RECURSION_GROUP = 0x4e;
const SUB_FINAL = 0x4f;
const SUB = 0x50;
const ARRAY = 0x5e;
const STRUCT = 0x5f;
const FUNCTION = 0x60;
const PACKED_16 = 0x77;
const PACKED_8 = 0x78;

/** What {@linkcode readTypes} returns. */
export interface Types {
  /** The type index space, recursion groups taken apart. */
  readonly types: readonly DefinedType[];
  /** The length of the section's vector, in which a recursion group counts as one. */
  readonly entries: number;
  /** The byte behind that length. */
  readonly first: number;
}

/**
 * Reads the types of a module.
 * @param reader at the contents of a type section
 * @returns the types that it defines
 * @throws {ModuleError} when one is cut or unknown
 */
export function readTypes(reader: ByteReader): Types {
  const types: DefinedType[] = [];
  const entries = reader.count("the number of types");
  const first = reader.offset;
  for (let entry = 0; entry < entries; entry++) {
    if (reader.bytes[reader.offset] === RECURSION_GROUP) {
      reader.u8("a recursion group");
      const count = reader.count("the number of types in a recursion group");
      for (let index = 0; index < count; index++) types.push(readSubType(reader));
    } else {
      types.push(readSubType(reader));
    }
  }
  return { types, entries, first };
}

function readSubType(reader: ByteReader): DefinedType {
  let form = reader.u8("a type");
  if (form === SUB || form === SUB_FINAL) {
    const count = reader.count("the number of supertypes");
    for (let index = 0; index < count; index++) reader.u32("a supertype");
    form = reader.u8("a type");
  }
  switch (form) {
    case FUNCTION:
      return {
        params: readValueTypes(reader, "the number of parameters"),
        results: readValueTypes(reader, "the number of results"),
      };
    case STRUCT: {
      const fields = reader.count("the number of fields");
      for (let index = 0; index < fields; index++) skipField(reader);
      return { fields };
    }
    case ARRAY:
      skipField(reader);
      return undefined;
    default:
      throw new ModuleError(`Unknown type form 0x${form.toString(16)}`, reader.offset - 1);
  }
}

function readValueTypes(reader: ByteReader, what: string): ValueType[] {
  const types: ValueType[] = [];
  for (let left = reader.count(what); left > 0; left--) types.push(readValueType(reader));
  return types;
}

function skipField(reader: ByteReader): void {
  const byte = reader.bytes[reader.offset];
  if (byte === PACKED_8 || byte === PACKED_16) reader.u8("a field");
  else skipValueType(reader);
  const mutability = reader.u8("the mutability of a field");
  if (mutability > 1) throw new ModuleError(`Unknown mutability ${mutability} of a field`, reader.offset - 1);
}
