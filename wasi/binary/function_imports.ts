/**
 * The types of the functions that a module imports, which the engine does not tell.
 *
 * Read on every start, so this reads two sections and nothing else, in a module that the engine has compiled: what is
 * damaged has been refused already.
 *
 * @module
 */

/** A function that a module imports. */
export interface FunctionImport {
  /** The first of its two names. */
  readonly module: string;
  /** The second of its two names. */
  readonly name: string;
  /**
   * Its type: a letter for each parameter, `>`, a letter for each result. `i` and `l` are `i32` and `i64`, `f` and `d`
   * are `f32` and `f64`, `v` is a vector and `r` any reference.
   */
  readonly type: string;
}

const TYPES = 1;
const IMPORTS = 2;
const LETTERS: Readonly<Record<number, string>> = { 0x7f: "i", 0x7e: "l", 0x7d: "f", 0x7c: "d", 0x7b: "v" };
/** References whose kind of object follows. */
const REF = 0x64;
const REF_NULL = 0x63;

/**
 * Reads the types of imported functions.
 *
 * @param bytes A module that compiles
 * @returns The functions in their order; `undefined` when the module is written in a way that is not known here
 *
 * @example
 * ```ts
 * import { functionImports } from "./function_imports.ts";
 * import { parseText } from "../text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = '(module (import "a" "b" (func (param i32 f64) (result i64))))';
 * const bytes = await parseText(new TextEncoder().encode(text));
 * assertEquals(functionImports(bytes), [{ module: "a", name: "b", type: "id>l" }]);
 * ```
 */
export function functionImports(bytes: Uint8Array<ArrayBufferLike>): FunctionImport[] | undefined {
  try {
    return importsIn({ bytes, at: 8 });
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** Something that is written in no way known here. */
class Unknown extends Error {}

/** How far a module has been read. What reads on are functions, since these can be kept compiled for the next start. */
interface Cursor {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  /** The index of the byte that is read next. */
  at: number;
}

function importsIn(cursor: Cursor): FunctionImport[] {
  const types: string[] = [];
  const found: FunctionImport[] = [];
  while (cursor.at < cursor.bytes.length) {
    const id = readByte(cursor);
    const size = readNumber(cursor);
    const end = cursor.at + size;
    // Imports come before everything that is long.
    if (id > IMPORTS) break;
    if (id === TYPES) {
      for (let left = readNumber(cursor); left > 0; left--) readGroup(cursor, types);
    } else if (id === IMPORTS) {
      for (let left = readNumber(cursor); left > 0; left--) readImport(cursor, types, found);
    }
    cursor.at = end;
  }
  return found;
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new Unknown();
  return byte;
}

/** A number of up to 64 bits; the large ones are only skipped. */
function readNumber(cursor: Cursor): number {
  let value = 0;
  for (let unit = 1;; unit *= 128) {
    const byte = readByte(cursor);
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value;
  }
}

function readName(cursor: Cursor): string {
  const length = readNumber(cursor);
  const end = cursor.at + length;
  let name = "";
  for (let at = cursor.at; at < end; at++) {
    const byte = cursor.bytes[at]!;
    // The first decoder of a process costs more than all else here.
    if (byte > 0x7f) {
      name = new TextDecoder().decode(cursor.bytes.slice(cursor.at, end));
      break;
    }
    name += String.fromCharCode(byte);
  }
  cursor.at = end;
  return name;
}

/** One type, or several that know of each other. */
function readGroup(cursor: Cursor, types: string[]): void {
  if (cursor.bytes[cursor.at] !== 0x4e) return readType(cursor, types);
  cursor.at++;
  for (let left = readNumber(cursor); left > 0; left--) readType(cursor, types);
}

function readType(cursor: Cursor, types: string[]): void {
  let form = readByte(cursor);
  if (form === 0x4f || form === 0x50) {
    for (let left = readNumber(cursor); left > 0; left--) readNumber(cursor);
    form = readByte(cursor);
  }
  let type = "";
  if (form === 0x60) {
    type = `${readValues(cursor)}>${readValues(cursor)}`;
  } else if (form === 0x5f) {
    for (let left = readNumber(cursor); left > 0; left--) readField(cursor);
  } else if (form === 0x5e) {
    readField(cursor);
  } else {
    throw new Unknown();
  }
  types.push(type);
}

function readValues(cursor: Cursor): string {
  let letters = "";
  for (let left = readNumber(cursor); left > 0; left--) letters += readValue(cursor);
  return letters;
}

function readValue(cursor: Cursor): string {
  const byte = readByte(cursor);
  if (byte === REF || byte === REF_NULL) readNumber(cursor);
  // Every other reference is a single byte between the numbers and the forms of types.
  else if (byte < 0x65 || byte > 0x7f) throw new Unknown();
  return LETTERS[byte] ?? "r";
}

function readField(cursor: Cursor): void {
  readValue(cursor);
  readByte(cursor);
}

function readImport(cursor: Cursor, types: readonly string[], found: FunctionImport[]): void {
  const module = readName(cursor);
  const name = readName(cursor);
  switch (readByte(cursor)) {
    case 0: {
      const type = types[readNumber(cursor)];
      if (type === undefined) throw new Unknown();
      found.push({ module, name, type });
      return;
    }
    case 1:
      readValue(cursor);
      return readLimits(cursor);
    case 2:
      return readLimits(cursor);
    case 3:
      readValue(cursor);
      readByte(cursor);
      return;
    case 4:
      readByte(cursor);
      readNumber(cursor);
      return;
    default:
      throw new Unknown();
  }
}

function readLimits(cursor: Cursor): void {
  const flags = readByte(cursor);
  // Whether there is a maximum, whether memory is shared, whether addresses have 64 bits.
  if (flags > 7) throw new Unknown();
  readNumber(cursor);
  if ((flags & 1) !== 0) readNumber(cursor);
}
