/** How the immediates of an instruction are encoded. */
export const Immediates = {
  unknown: 0,
  none: 1,
  blockType: 2,
  /** One index: of a label, function, local, global, table, memory, tag, type or segment. */
  index: 3,
  twoIndexes: 4,
  labels: 5,
  memory: 6,
  memoryAndLane: 7,
  i32: 8,
  i64: 9,
  bytes1: 10,
  bytes4: 11,
  bytes8: 12,
  bytes16: 13,
  heapType: 14,
  valueTypes: 15,
  catches: 16,
  cast: 17,
} as const;

/** The prefix bytes, each followed by a LEB128 number. */
export const Prefix = { gc: 0xfb, misc: 0xfc, vector: 0xfd, atomic: 0xfe } as const;

type Range = readonly [first: number, last: number, immediates: number];

const { none, blockType, index, twoIndexes, labels, memory, memoryAndLane, heapType, catches } = Immediates;

/** Core specification 5.4, with exceptions (both forms), tail calls, typed references and threads. */
const PLAIN: readonly Range[] = [
  [0x00, 0x01, none], // unreachable, nop
  [0x02, 0x04, blockType], // block, loop, if
  [0x05, 0x05, none], // else
  [0x06, 0x06, blockType], // try
  [0x07, 0x09, index], // catch, throw, rethrow
  [0x0a, 0x0b, none], // throw_ref, end
  [0x0c, 0x0d, index], // br, br_if
  [0x0e, 0x0e, labels], // br_table
  [0x0f, 0x0f, none], // return
  [0x10, 0x10, index], // call
  [0x11, 0x11, twoIndexes], // call_indirect
  [0x12, 0x12, index], // return_call
  [0x13, 0x13, twoIndexes], // return_call_indirect
  [0x14, 0x15, index], // call_ref, return_call_ref
  [0x18, 0x18, index], // delegate
  [0x19, 0x1b, none], // catch_all, drop, select
  [0x1c, 0x1c, Immediates.valueTypes], // select with types
  [0x1f, 0x1f, catches], // try_table
  [0x20, 0x26, index], // local.get to table.set
  [0x28, 0x3e, memory], // i32.load to i64.store32
  [0x3f, 0x40, index], // memory.size, memory.grow
  [0x41, 0x41, Immediates.i32],
  [0x42, 0x42, Immediates.i64],
  [0x43, 0x43, Immediates.bytes4], // f32.const
  [0x44, 0x44, Immediates.bytes8], // f64.const
  [0x45, 0xc4, none], // i32.eqz to i64.extend32_s
  [0xd0, 0xd0, heapType], // ref.null
  [0xd1, 0xd1, none], // ref.is_null
  [0xd2, 0xd2, index], // ref.func
  [0xd3, 0xd4, none], // ref.eq, ref.as_non_null
  [0xd5, 0xd6, index], // br_on_null, br_on_non_null
];

const GC: readonly Range[] = [
  [0x00, 0x01, index], // struct.new, struct.new_default
  [0x02, 0x05, twoIndexes], // struct.get, struct.get_s, struct.get_u, struct.set
  [0x06, 0x07, index], // array.new, array.new_default
  [0x08, 0x0a, twoIndexes], // array.new_fixed, array.new_data, array.new_elem
  [0x0b, 0x0e, index], // array.get, array.get_s, array.get_u, array.set
  [0x0f, 0x0f, none], // array.len
  [0x10, 0x10, index], // array.fill
  [0x11, 0x13, twoIndexes], // array.copy, array.init_data, array.init_elem
  [0x14, 0x17, heapType], // ref.test, ref.test null, ref.cast, ref.cast null
  [0x18, 0x19, Immediates.cast], // br_on_cast, br_on_cast_fail
  [0x1a, 0x1e, none], // any.convert_extern, extern.convert_any, ref.i31, i31.get_s, i31.get_u
];

const MISC: readonly Range[] = [
  [0x00, 0x07, none], // i32.trunc_sat_f32_s to i64.trunc_sat_f64_u
  [0x08, 0x08, twoIndexes], // memory.init
  [0x09, 0x09, index], // data.drop
  [0x0a, 0x0a, twoIndexes], // memory.copy
  [0x0b, 0x0b, index], // memory.fill
  [0x0c, 0x0c, twoIndexes], // table.init
  [0x0d, 0x0d, index], // elem.drop
  [0x0e, 0x0e, twoIndexes], // table.copy
  [0x0f, 0x11, index], // table.grow, table.size, table.fill
];

/** The numbers that the vector instructions leave free. */
const VECTOR_GAPS = [
  ...[0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6],
  ...[0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2, 0xee],
];

const VECTOR: readonly Range[] = [
  [0x00, 0x0b, memory], // v128.load to v128.store
  [0x0c, 0x0d, Immediates.bytes16], // v128.const, i8x16.shuffle
  [0x0e, 0x14, none], // i8x16.swizzle, splats
  [0x15, 0x22, Immediates.bytes1], // extract_lane, replace_lane
  [0x23, 0x53, none],
  [0x54, 0x5b, memoryAndLane], // v128.load8_lane to v128.store64_lane
  [0x5c, 0x5d, memory], // v128.load32_zero, v128.load64_zero
  [0x5e, 0x113, none], // to the relaxed instructions
];

const ATOMIC: readonly Range[] = [
  [0x00, 0x02, memory], // memory.atomic.notify, wait32, wait64
  [0x03, 0x03, Immediates.bytes1], // atomic.fence
  [0x10, 0x4e, memory], // i32.atomic.load to i64.atomic.rmw32.cmpxchg_u
];

/** How many numbers behind a prefix are looked up; the largest known one is below it. */
const SECOND_BYTES = 0x200;

/**
 * For an opcode byte, or for `prefixed(prefix, number)`, how its immediates are encoded;
 * {@linkcode Immediates} `.unknown` for what engines do not accept by default.
 */
export const IMMEDIATES: Uint8Array = fillTable();

/**
 * One number for an instruction behind a prefix byte.
 * @param prefix one of {@linkcode Prefix}
 * @param number what follows the prefix
 * @returns an index into {@linkcode IMMEDIATES}, or one behind its end for a number that is unknown anyway
 */
export function prefixed(prefix: number, number: number): number {
  return number < SECOND_BYTES ? 0x100 + (prefix - Prefix.gc) * SECOND_BYTES + number : IMMEDIATES.length;
}

function fillTable(): Uint8Array {
  const table = new Uint8Array(0x100 + 4 * SECOND_BYTES);
  const fill = (base: number, ranges: readonly Range[]): void => {
    for (const [first, last, immediates] of ranges) table.fill(immediates, base + first, base + last + 1);
  };
  const base = (prefix: number): number => 0x100 + (prefix - Prefix.gc) * SECOND_BYTES;
  fill(0, PLAIN);
  fill(base(Prefix.gc), GC);
  fill(base(Prefix.misc), MISC);
  fill(base(Prefix.vector), VECTOR);
  fill(base(Prefix.atomic), ATOMIC);
  for (const gap of VECTOR_GAPS) table[base(Prefix.vector) + gap] = Immediates.unknown;
  return table;
}
