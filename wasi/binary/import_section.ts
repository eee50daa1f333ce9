import type { ByteReader } from "./byte_reader.ts";
import { ModuleError } from "./module_error.ts";
import {
  EXTERN_KINDS,
  type ExternType,
  type FunctionType,
  readGlobalType,
  readMemoryType,
  readTableType,
} from "./module_types.ts";
import type { DefinedType } from "./type_section.ts";

/** One import, and where its parts lie. */
export interface ImportEntry {
  /** The first of its two names. */
  readonly module: string;
  /** The second of its two names. */
  readonly name: string;
  /** What is imported. */
  readonly type: ExternType;
  /** For a function: the index of its type; 0 otherwise. */
  readonly typeIndex: number;
  /** The byte of its module name. */
  readonly start: number;
  /** The byte of its kind. */
  readonly kindStart: number;
  /** The byte behind it. */
  readonly end: number;
}

/**
 * Reads the imports of a module.
 * @param reader at the contents of an import section
 * @param types the type index space
 * @returns the imports in their order
 * @throws {ModuleError} when one is cut or unknown
 */
export function readImports(reader: ByteReader, types: readonly DefinedType[]): ImportEntry[] {
  const entries: ImportEntry[] = [];
  for (let left = reader.count("the number of imports"); left > 0; left--) {
    const start = reader.offset;
    const module = reader.name("the module name of an import");
    const name = reader.name("the name of an import");
    const kindStart = reader.offset;
    const kind = EXTERN_KINDS[reader.u8("the kind of an import")];
    let typeIndex = 0;
    let type: ExternType;
    switch (kind) {
      case "function":
        typeIndex = reader.u32("a type index");
        type = { kind, ...functionType(types, typeIndex, reader.offset) };
        break;
      case "table":
        type = { kind, ...readTableType(reader) };
        break;
      case "memory":
        type = { kind, ...readMemoryType(reader) };
        break;
      case "global":
        type = { kind, ...readGlobalType(reader) };
        break;
      case "tag":
        type = { kind, ...readTagType(reader, types) };
        break;
      default:
        throw new ModuleError("Unknown kind of import", kindStart);
    }
    entries.push({ module, name, type, typeIndex, start, kindStart, end: reader.offset });
  }
  return entries;
}

/**
 * Reads the type of a tag.
 * @param reader at the type of a tag
 * @param types the type index space
 * @returns its parameters
 * @throws {ModuleError} when it is unknown
 */
export function readTagType(reader: ByteReader, types: readonly DefinedType[]): FunctionType {
  const attribute = reader.u8("the attribute of a tag");
  if (attribute !== 0) throw new ModuleError(`Unknown attribute ${attribute} of a tag`, reader.offset - 1);
  return functionType(types, reader.u32("a type index"), reader.offset);
}

/**
 * Looks up a function type.
 * @param types the type index space
 * @param index which one
 * @param at byte position for the error
 * @returns the function type
 * @throws {ModuleError} when the index is not that of a function type
 */
export function functionType(types: readonly DefinedType[], index: number, at: number): FunctionType {
  const type = types[index];
  if (type === undefined || !("params" in type)) {
    throw new ModuleError(`Type ${index} is not a function type`, at);
  }
  return type;
}
