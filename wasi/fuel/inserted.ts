import { ByteWriter } from "../binary/byte_writer.ts";

/** The instructions that are inserted. */
export const Op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Ne: 0x47,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
} as const;

/** The type of a block without values. */
export const NO_RESULT = 0x40;

/** The value type `i32`. */
export const I32 = 0x7f;

/** The value type `i64`. */
export const I64 = 0x7e;

/**
 * The body of the function that asks the host for more: it passes the fuel on, keeps the answer and returns it.
 * @param fuel the index of the global
 * @param refill the index of the imported function
 * @returns the body without its size
 */
export function moreBody(fuel: number, refill: number): Uint8Array {
  return encode(
    0,
    [Op.globalGet, fuel],
    [Op.call, refill],
    [Op.globalSet, fuel],
    [Op.globalGet, fuel],
    Op.end,
  );
}

/**
 * Encodes short code.
 * @param parts bytes, and opcodes with an index
 * @returns the code
 */
export function encode(...parts: readonly (number | readonly [opcode: number, index: number])[]): Uint8Array {
  const writer = new ByteWriter(48);
  for (const part of parts) {
    if (typeof part === "number") {
      writer.u8(part);
    } else {
      writer.u8(part[0]);
      writer.u32(part[1]);
    }
  }
  return writer.finish();
}
