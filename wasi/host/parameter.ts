/**
 * The types of parameters that a host function can take, and how they are read.
 *
 * @module
 */
import { type AmountRule, checkAmounts, isWhole } from "../../caps/amounts.ts";
import { isRecord, wrongValue } from "../../caps/record.ts";
import type { GuestMemory } from "../abi/memory.ts";
import { HostError } from "./error.ts";
import { checkRange, DEFAULT_MOST, mustBeInside, type RangeRules } from "./range.ts";
import { type OutNumber, outNumber, type ResponseBuffer, responseBuffer } from "./response.ts";

/** Numbers, which arrive as they are. */
export type NumberType = "i32" | "u32" | "i64" | "f32" | "f64";

/** What arrives as a pointer and a length. */
export type RangeType = "string" | "bytes" | "json" | "response";

/** What arrives as a pointer and a length, and what these two have to be. */
export interface BoundedRange<T extends RangeType = RangeType> {
  /** What it is. */
  readonly type: T;
  /** The most bytes that it may have, 0 to 2^32 - 1; 1,048,576 unless given. A response buffer may have any number. */
  readonly most?: number;
  /** Whether a pointer or length of 0 is refused. */
  readonly nonZero?: boolean;
}

/**
 * A parameter of a host function:
 *
 * - `i32`, `u32`, `f32`, `f64`: a number; `i64`: a BigInt;
 * - `string` (UTF-8), `bytes`, `json`: a pointer and a length, of which the function gets a copy;
 * - `response`: a pointer and a length, of which the function gets a {@linkcode ResponseBuffer} to fill;
 * - `out`: a pointer to a 32-bit number that the function sets.
 */
export type Parameter = NumberType | RangeType | "out" | BoundedRange;

/** What a function gets for a type of parameter. */
export interface ArgumentByType {
  /** -2^31 to 2^31 - 1. */
  i32: number;
  /** 0 to 2^32 - 1. */
  u32: number;
  /** Any number of single precision. */
  f32: number;
  /** Any number. */
  f64: number;
  /** -2^63 to 2^63 - 1. */
  i64: bigint;
  /** A text. */
  string: string;
  /** A copy of the bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** What `JSON.parse` made of the text. */
  json: unknown;
  /** Room to fill. */
  response: ResponseBuffer;
  /** A number to set. */
  out: OutNumber;
}

/** What a function gets for a parameter. */
export type Argument<P extends Parameter> = P extends keyof ArgumentByType ? ArgumentByType[P]
  : P extends BoundedRange<infer T> ? ArgumentByType[T]
  : never;

/** What a function gets for its parameters. */
export type Arguments<P extends readonly Parameter[]> = { -readonly [I in keyof P]: Argument<P[I]> };

/** The parameters of a function as a list: one need not be given as one. */
export type ParameterList<P extends Parameter | readonly Parameter[]> = P extends readonly Parameter[] ? P
  : P extends Parameter ? readonly [P]
  : never;

/** Reads one parameter. The value is what it is made of: one WebAssembly value, or a pointer and a length. */
export type ReadParameter = (memory: GuestMemory, value: number | bigint, length: number) => unknown;

/** How a parameter arrives. */
export interface ParameterReader {
  /** What it is. */
  readonly type: NumberType | RangeType | "out";
  /** How many WebAssembly values it is made of: 1, or 2 for a pointer and a length. */
  readonly width: 1 | 2;
  /** Checks it and reads it. Nothing is changed. */
  readonly read: ReadParameter;
}

/**
 * The reader of a parameter.
 *
 * @param parameter The parameter
 * @returns How it is read
 * @throws {TypeError} For a type that there is not
 * @throws {RangeError} For a number of bytes that makes no sense
 */
export function readerOf(parameter: Parameter): ParameterReader {
  switch (parameter) {
    case "u32":
      return { type: parameter, width: 1, read: (_, value) => (value as number) >>> 0 };
    case "i32":
    case "i64":
    case "f32":
    case "f64":
      return { type: parameter, width: 1, read: (_, value) => value };
    case "out":
      return {
        type: parameter,
        width: 1,
        read: (memory, pointer) => outNumber(memory, mustBeInside(memory, pointer as number, 4)),
      };
    default:
      return rangeReader(typeof parameter === "object" ? parameter : { type: parameter });
  }
}

/** What is in no type of TypeScript would be no limit, or another one, in silence. */
function checkRangeType(parameter: unknown): void {
  if (!isRecord(parameter)) throw wrongValue(parameter, "parameter", WANTED);
  const { type, nonZero, ...limits } = parameter;
  // A list of one name would be taken for the name.
  if (typeof type !== "string" || !Object.hasOwn(TAKERS, type)) throw wrongValue(type, "parameter", WANTED);
  if (nonZero !== undefined && typeof nonZero !== "boolean") {
    throw wrongValue(nonZero, "nonZero", "true or false");
  }
  checkAmounts(limits, LIMITS);
}

function rangeReader(parameter: BoundedRange): ParameterReader {
  checkRangeType(parameter);
  const { type, most, nonZero = false } = parameter;
  const rules: RangeRules = { most: most ?? (type === "response" ? MOST_BYTES : DEFAULT_MOST), nonZero };
  const take = TAKERS[type];
  return {
    type,
    width: 2,
    read: (memory, pointer, length) =>
      take(memory, checkRange(memory, pointer as number, length, rules), length >>> 0),
  };
}

/** No pointer reaches further. */
const MOST_BYTES = 0xffff_ffff;

const LIMITS: Record<"most", AmountRule> = {
  most: {
    fits: (bytes) => isWhole(bytes) && bytes >= 0 && bytes <= MOST_BYTES,
    wanted: `a whole number of bytes from 0 to ${MOST_BYTES}`,
  },
};

type Take = (memory: GuestMemory, start: number, length: number) => unknown;

const TAKERS: Readonly<Record<RangeType, Take>> = {
  string: takeText,
  bytes: takeBytes,
  json: (memory, start, length) => parseJson(takeText(memory, start, length)),
  response: responseBuffer,
};

const WANTED =
  '"i32", "u32", "i64", "f32", "f64", "out", or one of "string", "bytes", "json" and "response", ' +
  "alone or as the type of a range";

/** A copy: the function may keep it, and the guest can change what is its own. */
function takeBytes(memory: GuestMemory, start: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(memory.bytes.subarray(start, start + length));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function takeText(memory: GuestMemory, start: number, length: number): string {
  const bytes = takeBytes(memory, start, length);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HostError("utf-8");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HostError("json");
  }
}
