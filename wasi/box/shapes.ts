/**
 * The shapes that messages are made of, as bincode 1.3 writes them.
 *
 * @module
 */
import type { LittleReader } from "../snapshot/little_reader.ts";
import type { LittleWriter } from "../snapshot/little_writer.ts";
import { MessageError, type Shape, writeText } from "./codec.ts";

function whole(bits: 8 | 16 | 32, signed: boolean): Shape<number> {
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const most = least + 2 ** bits - 1;
  const method = `u${bits}` as const;
  return {
    write: (writer, value) => {
      if (!Number.isInteger(value) || value < least || value > most) {
        throw new MessageError(`${value} is not a whole number from ${least} to ${most}`);
      }
      writer[method](value < 0 ? value + 2 ** bits : value);
    },
    read: (reader) => {
      const value = reader[method]();
      return value > most ? value - 2 ** bits : value;
    },
  };
}

function long(bits: 64 | 128, signed: boolean): Shape<bigint> {
  const fit = (value: bigint): bigint => signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const method = `u${bits}` as const;
  return {
    write: (writer, value) => {
      if (fit(value) !== value) {
        throw new MessageError(`${value} has no room in ${bits} bits${signed ? " with a sign" : ""}`);
      }
      writer[method](BigInt.asUintN(bits, value));
    },
    read: (reader) => fit(reader[method]()),
  };
}

/** One of several things: which, and what it holds. */
export type OneOf<Values extends Record<string, unknown>> = {
  [Name in keyof Values]: { readonly kind: Name; readonly value: Values[Name] };
}[keyof Values];

/** The shapes of numbers and texts, and ways to make larger ones of them. */
export interface Shapes {
  /** A whole number of 8 bits. */
  readonly u8: Shape<number>;
  /** A whole number of 16 bits. */
  readonly u16: Shape<number>;
  /** A whole number of 32 bits. */
  readonly u32: Shape<number>;
  /** A whole number of 64 bits. */
  readonly u64: Shape<bigint>;
  /** A whole number of 128 bits. */
  readonly u128: Shape<bigint>;
  /** A whole number of 8 bits with a sign. */
  readonly i8: Shape<number>;
  /** A whole number of 16 bits with a sign. */
  readonly i16: Shape<number>;
  /** A whole number of 32 bits with a sign. */
  readonly i32: Shape<number>;
  /** A whole number of 64 bits with a sign. */
  readonly i64: Shape<bigint>;
  /** A whole number of 128 bits with a sign. */
  readonly i128: Shape<bigint>;
  /** A number of 32 bits. */
  readonly f32: Shape<number>;
  /** A number of 64 bits. */
  readonly f64: Shape<number>;
  /** Yes or no, in one byte. */
  readonly bool: Shape<boolean>;
  /** A text: its length in bytes, then UTF-8. */
  readonly string: Shape<string>;
  /** Bytes: how many, then these. */
  readonly bytes: Shape<Uint8Array<ArrayBufferLike>>;

  /**
   * Something that may be missing.
   *
   * @param some The shape of what is there if it is
   * @returns The shape
   */
  option<Value>(some: Shape<Value>): Shape<Value | undefined>;

  /**
   * Any number of things of one shape.
   *
   * @param entry The shape of each
   * @returns The shape
   */
  list<Value>(entry: Shape<Value>): Shape<readonly Value[]>;

  /**
   * Named things, one behind the other in the order in which they are given.
   *
   * @param fields Their shapes by name
   * @returns The shape
   */
  struct<Fields extends Record<string, unknown>>(
    fields: { readonly [Name in keyof Fields]: Shape<Fields[Name]> },
  ): Shape<Fields>;

  /**
   * One of several things. Its number is its place in the order in which they are given.
   *
   * @param variants Their shapes by name
   * @returns The shape
   */
  variant<Values extends Record<string, unknown>>(
    variants: { readonly [Name in keyof Values]: Shape<Values[Name]> },
  ): Shape<OneOf<Values>>;
}

/**
 * The shapes of numbers and texts, and ways to make larger ones of them.
 *
 * @example
 * ```ts
 * import { codecOf, shapes } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const command = codecOf(shapes.variant({ add: shapes.u32, rename: shapes.string }));
 * assertEquals([...command.encode({ kind: "rename", value: "a" })], [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 97]);
 * ```
 */
export const shapes: Shapes = {
  u8: whole(8, false),
  u16: whole(16, false),
  u32: whole(32, false),
  u64: long(64, false),
  u128: long(128, false),
  i8: whole(8, true),
  i16: whole(16, true),
  i32: whole(32, true),
  i64: long(64, true),
  i128: long(128, true),
  f32: {
    write: (writer: LittleWriter, value: number): void => writer.f32(value),
    read: (reader: LittleReader): number => reader.f32(),
  },
  f64: {
    write: (writer: LittleWriter, value: number): void => writer.f64(value),
    read: (reader: LittleReader): number => reader.f64(),
  },
  bool: {
    write: (writer: LittleWriter, value: boolean): void => writer.u8(value ? 1 : 0),
    read: (reader: LittleReader): boolean => flag(reader),
  },
  string: {
    write: writeText,
    read: (reader: LittleReader): string => reader.text(),
  },
  bytes: {
    write: (writer: LittleWriter, value: Uint8Array<ArrayBufferLike>): void => {
      writer.u64(BigInt(value.length));
      writer.raw(value);
    },
    read: (reader: LittleReader): Uint8Array<ArrayBufferLike> => reader.raw(reader.longCount(1)).slice(),
  },
  option,
  list,
  struct,
  variant,
};

/** A byte that says yes or no. */
function flag(reader: LittleReader): boolean {
  const byte = reader.u8();
  if (byte > 1) throw new MessageError(`Not such a message: a byte is ${byte} that can only be 0 or 1`);
  return byte === 1;
}

function option<Value>(some: Shape<Value>): Shape<Value | undefined> {
  return {
    write: (writer, value) => {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) some.write(writer, value);
    },
    read: (reader) => flag(reader) ? some.read(reader) : undefined,
  };
}

/** The most entries of a list that are read when an entry takes no bytes. */
const MOST_EMPTY = 1 << 20;

function list<Value>(entry: Shape<Value>): Shape<readonly Value[]> {
  return {
    write: (writer, values) => {
      writer.u64(BigInt(values.length));
      for (const value of values) entry.write(writer, value);
    },
    read: (reader) => {
      // A shape can be empty, so that the length says nothing about the bytes that are left.
      const count = reader.longCount(0);
      if (count > Math.max(reader.left, MOST_EMPTY)) {
        throw new MessageError(`Not such a message: a list of ${count} entries`);
      }
      const values: Value[] = [];
      while (values.length < count) values.push(entry.read(reader));
      return values;
    },
  };
}

function struct<Fields extends Record<string, unknown>>(
  fields: { readonly [Name in keyof Fields]: Shape<Fields[Name]> },
): Shape<Fields> {
  const names = Object.keys(fields) as (keyof Fields)[];
  return {
    write: (writer, value) => {
      for (const name of names) fields[name].write(writer, value[name]);
    },
    read: (reader) => {
      const entries = names.map((name) => [name, fields[name].read(reader)]);
      return Object.fromEntries(entries) as Fields;
    },
  };
}

function variant<Values extends Record<string, unknown>>(
  variants: { readonly [Name in keyof Values]: Shape<Values[Name]> },
): Shape<OneOf<Values>> {
  const names = Object.keys(variants) as (keyof Values)[];
  return {
    write: (writer, { kind, value }) => {
      const number = names.indexOf(kind);
      if (number < 0) throw new MessageError(`There is no variant "${String(kind)}"`);
      writer.u32(number);
      variants[kind].write(writer, value);
    },
    read: (reader) => {
      const number = reader.u32();
      const kind = names[number];
      if (kind === undefined) throw new MessageError(`Not such a message: there is no variant ${number}`);
      return { kind, value: variants[kind].read(reader) };
    },
  };
}
