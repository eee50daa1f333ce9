/**
 * Numbers and vectors in globals as words of 64 bits, with every bit that they have.
 *
 * A host sees neither a vector nor which NaN a number is, so a module of two functions gets the global itself: one
 * function reads it as two words, the other writes it.
 *
 * @module
 */

/** How the values of a type are read and written. */
export interface Conversion {
  /** How many words a value takes. */
  readonly count: 1 | 2;

  /**
   * Reads a global.
   *
   * @param global A global of the type
   * @returns Its value, the lowest word first
   */
  read(global: WebAssembly.Global): readonly bigint[];

  /**
   * Writes a global.
   *
   * @param global A mutable global of the type
   * @param words The value, the lowest word first
   */
  write(global: WebAssembly.Global, words: readonly bigint[]): void;

  /**
   * Whether the type has such a value.
   *
   * @param words As many as a value takes, from anywhere
   * @returns `true` if it has
   */
  fits(words: readonly bigint[]): boolean;
}

const I64 = 0x7e;
const LOCAL_GET = 0x20;
const GLOBAL_GET = [0x23, 0];
const GLOBAL_SET = [0x24, 0];
const VECTOR = 0xfd;

/**
 * The conversion of a type through a module that reads and writes it.
 *
 * @param type The byte of the type
 * @param get Instructions that turn a value into two words
 * @param set Instructions that make a value of the words in locals 0 and 1
 * @param count How many of the words say something
 * @param fits Whether the type has such a value
 */
function accessed(
  type: number,
  get: readonly number[],
  set: readonly number[],
  count: 1 | 2,
  fits: Conversion["fits"] = () => true,
): Conversion {
  let module: WebAssembly.Module | undefined;
  const access = (global: WebAssembly.Global): WebAssembly.Exports => {
    module ??= new WebAssembly.Module(accessor(type, [...GLOBAL_GET, ...get], [...set, ...GLOBAL_SET]));
    return new WebAssembly.Instance(module, { "": { "": global } }).exports;
  };
  return {
    count,
    read: (global) => {
      const get = access(global).g as () => readonly bigint[];
      return get().slice(0, count).map((word) => BigInt.asUintN(64, word));
    },
    write: (global, [low, high]) => {
      const set = access(global).s as (low: bigint, high: bigint) => void;
      set(low!, high ?? 0n);
    },
    fits,
  };
}

/** (module (import "" "" (global (mut T))) (func (export "g") (result i64 i64) ...) (func (export "s") (param i64 i64) ...)) */
function accessor(type: number, get: readonly number[], set: readonly number[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, ...contents: number[]): number[] => [id, contents.length, ...contents];
  const body = (code: readonly number[]): number[] => [code.length + 2, 0, ...code, 0x0b];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 2, 0x60, 0, 2, I64, I64, 0x60, 2, I64, I64, 0),
    ...section(2, 1, 0, 0, 3, type, 1),
    ...section(3, 2, 0, 1),
    ...section(7, 2, 1, 0x67, 0, 0, 1, 0x73, 0, 1),
    ...section(10, 2, ...body(get), ...body(set)),
  ]);
}

const isWord32 = ([bits]: readonly bigint[]): boolean => bits === BigInt.asUintN(32, bits!);

const NO_HIGH_WORD = [0x42, 0]; // i64.const 0
const F32_TO_WORDS = [0xbc, 0xad, ...NO_HIGH_WORD]; // i32.reinterpret_f32, i64.extend_i32_u
const WORDS_TO_F32 = [LOCAL_GET, 0, 0xa7, 0xbe]; // i32.wrap_i64, f32.reinterpret_i32
const F64_TO_WORDS = [0xbd, ...NO_HIGH_WORD]; // i64.reinterpret_f64
const WORDS_TO_F64 = [LOCAL_GET, 0, 0xbf]; // f64.reinterpret_i64
const V128_TO_WORDS = [VECTOR, 0x1d, 0, ...GLOBAL_GET, VECTOR, 0x1d, 1]; // i64x2.extract_lane
const WORDS_TO_V128 = [LOCAL_GET, 0, VECTOR, 0x12, LOCAL_GET, 1, VECTOR, 0x1e, 1]; // i64x2.splat, replace_lane

/** The types that are no references. */
export const CONVERSIONS: Readonly<Record<string, Conversion | undefined>> = {
  i32: {
    count: 1,
    read: (global) => [BigInt.asUintN(32, BigInt(global.value as number))],
    write: (global, [bits]) => void (global.value = Number(BigInt.asIntN(32, bits!))),
    fits: isWord32,
  },
  i64: {
    count: 1,
    read: (global) => [BigInt.asUintN(64, global.value as bigint)],
    write: (global, [bits]) => void (global.value = BigInt.asIntN(64, bits!)),
    fits: () => true,
  },
  f32: accessed(0x7d, F32_TO_WORDS, WORDS_TO_F32, 1, isWord32),
  f64: accessed(0x7c, F64_TO_WORDS, WORDS_TO_F64, 1),
  v128: accessed(0x7b, V128_TO_WORDS, WORDS_TO_V128, 2),
};

/**
 * How many words a value takes.
 *
 * @param type The type, as the text format writes it
 * @returns How many; one for a reference
 */
export function wordsOf(type: string): 1 | 2 {
  return CONVERSIONS[type]?.count ?? 1;
}
