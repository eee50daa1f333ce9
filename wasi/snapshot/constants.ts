/**
 * Constant expressions of the binary format.
 *
 * @module
 */
import { heapTypeOf } from "../binary/value_type.ts";
import { LittleWriter } from "./little_writer.ts";

const I32_CONST = 0x41;
const I64_CONST = 0x42;
const F32_CONST = 0x43;
const F64_CONST = 0x44;
const VECTOR = 0xfd;
const V128_CONST = 0x0c;
const REF_NULL = 0xd0;
const REF_FUNC = 0xd2;
const END = 0x0b;

/**
 * The expression that gives a value of a mutable global.
 *
 * @param type The type of the global
 * @param words The value: its bits in words of 64, or for a reference 0 for null and else a function's index and 1
 * @returns The expression, its end included
 */
export function constant(type: string, words: readonly bigint[]): Uint8Array {
  const bits = words[0]!;
  switch (type) {
    case "i32":
      return new Uint8Array([I32_CONST, ...signedLeb(BigInt.asIntN(32, bits)), END]);
    case "i64":
      return new Uint8Array([I64_CONST, ...signedLeb(BigInt.asIntN(64, bits)), END]);
    case "f32":
    case "f64": {
      const writer = new LittleWriter(16);
      writer.u8(type === "f32" ? F32_CONST : F64_CONST);
      if (type === "f32") writer.u32(Number(bits));
      else writer.u64(bits);
      writer.u8(END);
      return writer.finish();
    }
    case "v128": {
      const writer = new LittleWriter(32);
      writer.u8(VECTOR);
      writer.u8(V128_CONST);
      for (const word of words) writer.u64(word);
      writer.u8(END);
      return writer.finish();
    }
    default:
      if (bits !== 0n) return new Uint8Array([REF_FUNC, ...unsignedLeb(bits - 1n), END]);
      return new Uint8Array([REF_NULL, ...signedLeb(BigInt(heapTypeOf(type))), END]);
  }
}

/**
 * The expression that says where an active segment goes.
 *
 * @param address The type of addresses of the memory or table
 * @param offset Where, 0 to 2^53 - 1
 * @returns The expression, its end included
 */
export function addressConstant(address: "i32" | "i64", offset: number): Uint8Array {
  return constant(address, [BigInt(offset)]);
}

function signedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = Number(value & 0x7fn);
    value >>= 7n;
    const done = (value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

function unsignedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return [...bytes, Number(value)];
}
