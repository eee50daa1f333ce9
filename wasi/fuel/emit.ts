import { ByteWriter } from "../binary/byte_writer.ts";
import type { Locals } from "./analyze.ts";
import { BYTES_PER_UNIT_LOG2 } from "./costs.ts";
import { Edit, type FunctionEdits } from "./edits.ts";

/** What metered code refers to, in the index spaces of the new module. */
export interface MeterIndexes {
  /** The global that holds the remaining fuel. */
  readonly fuel: number;
  /** The function that asks the host for more: `[] -> [i64]`, the fuel afterwards. */
  readonly more: number;
}

/** The instructions that are inserted. */
const Op = {
  if: 0x04,
  end: 0x0b,
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
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
} as const;

const NO_RESULT = 0x40;
const I32 = 0x7f;
const I64 = 0x7e;

/**
 * Writes the bodies of metered functions.
 *
 * The fuel lives in a global, and a local of each function holds the same value: the global is written at every charge,
 * so that it is exact whenever anybody looks, but it is read only after calls. In a loop the engine then has the fuel in
 * a register.
 */
export class FunctionWriter {
  readonly #writer: ByteWriter;
  readonly #bytes: Uint8Array;
  readonly #indexes: MeterIndexes;
  /** The local that holds the fuel. */
  #fuel = 0;
  /** What follows the price in a charge; it depends on the local. */
  #settle: Uint8Array = new Uint8Array();
  /** Where in it the `if` is that is taken only when the fuel is spent. */
  #settleIf = 0;
  /** The places of those in the body, from its start. */
  #unlikely: number[] = [];
  #start = 0;

  /**
   * Starts with no function.
   * @param writer gets the bodies
   * @param bytes the module
   * @param indexes what the new code refers to
   */
  constructor(writer: ByteWriter, bytes: Uint8Array, indexes: MeterIndexes) {
    this.#writer = writer;
    this.#bytes = bytes;
    this.#indexes = indexes;
  }

  /**
   * Writes one body with its size.
   * @param locals what it declares
   * @param end where the body ends
   * @param firstLocal the index of the first local that is added
   * @param edits what to change
   * @returns the places of branches that are taken only when the fuel is spent, from the start of the body
   */
  write(locals: Locals, end: number, firstLocal: number, edits: FunctionEdits): readonly number[] {
    const writer = this.#writer;
    const hole = writer.hole();
    this.#start = writer.length;
    this.#unlikely = [];
    this.#useLocal(firstLocal);
    const added64 = edits.uses64 ? 3 : 1;
    writer.u32(locals.groups + (edits.uses32 ? 2 : 1));
    writer.copy(this.#bytes, locals.start, locals.end);
    writer.raw([added64, I64]);
    if (edits.uses32) writer.raw([2, I32]);
    let from = locals.end;
    for (let index = 0; index < edits.kinds.length; index++) {
      writer.copy(this.#bytes, from, edits.starts[index]);
      from = edits.ends[index];
      this.#edit(edits, index, firstLocal + 1, firstLocal + added64);
    }
    writer.copy(this.#bytes, from, end);
    writer.fill(hole, writer.length - this.#start);
    return this.#unlikely;
  }

  #edit(edits: FunctionEdits, index: number, scratch64: number, scratch32: number): void {
    const value = edits.values[index];
    switch (edits.kinds[index]) {
      case Edit.charge:
        return this.#charge(edits.amounts[value], edits.stale[value]);
      case Edit.functionIndex:
        return this.#writer.u32(value);
      case Edit.bytes32:
        return this.#operand(scratch32, false, BYTES_PER_UNIT_LOG2);
      case Edit.bytes64:
        return this.#operand(scratch64, true, BYTES_PER_UNIT_LOG2);
      case Edit.elements32:
        return this.#operand(scratch32, false, 0);
      case Edit.elements64:
        return this.#operand(scratch64, true, 0);
      case Edit.grow32:
        return this.#grow(edits, index, scratch32, false);
      case Edit.grow64:
        return this.#grow(edits, index, scratch64, true);
    }
  }

  #useLocal(fuel: number): void {
    if (fuel === this.#fuel && this.#settle.length > 0) return;
    this.#fuel = fuel;
    const settle = new ByteWriter(48);
    const put = (opcode: number, index: number): void => {
      settle.u8(opcode);
      settle.u32(index);
    };
    settle.u8(Op.i64Sub);
    put(Op.localTee, fuel);
    put(Op.globalSet, this.#indexes.fuel);
    put(Op.localGet, fuel);
    settle.raw([Op.i64Const, 0, Op.i64LtS]);
    this.#settleIf = settle.length;
    settle.raw([Op.if, NO_RESULT]);
    put(Op.call, this.#indexes.more);
    put(Op.localSet, fuel);
    settle.u8(Op.end);
    this.#settle = settle.finish();
  }

  #charge(units: number, stale: boolean): void {
    if (units === 0) {
      if (!stale) return;
      this.#put(Op.globalGet, this.#indexes.fuel);
      return this.#put(Op.localSet, this.#fuel);
    }
    if (stale) this.#put(Op.globalGet, this.#indexes.fuel);
    else this.#put(Op.localGet, this.#fuel);
    this.#constant(units);
    this.#settleCharge();
  }

  #settleCharge(): void {
    this.#unlikely.push(this.#writer.length - this.#start + this.#settleIf);
    this.#writer.raw(this.#settle);
  }

  /** Pays for the topmost operand, which stays there. */
  #operand(scratch: number, is64: boolean, shift: number): void {
    this.#put(Op.localTee, scratch);
    this.#put(Op.localGet, this.#fuel);
    this.#extended(scratch, is64);
    if (shift > 0) {
      this.#constant(shift);
      this.#writer.u8(Op.i64ShrU);
    }
    this.#settleCharge();
  }

  /** Grows first, and pays only if that succeeded: asking for too much is not punished. */
  #grow(edits: FunctionEdits, index: number, scratch: number, is64: boolean): void {
    const writer = this.#writer;
    const result = scratch + 1;
    this.#put(Op.localTee, scratch);
    writer.copy(this.#bytes, edits.starts[index], edits.ends[index]);
    this.#put(Op.localTee, result);
    writer.raw([is64 ? Op.i64Const : Op.i32Const, 0x7f, is64 ? Op.i64Ne : Op.i32Ne, Op.if, NO_RESULT]);
    this.#put(Op.localGet, this.#fuel);
    this.#extended(scratch, is64);
    this.#constant(edits.values[index]);
    writer.u8(Op.i64Mul);
    this.#settleCharge();
    writer.u8(Op.end);
    this.#put(Op.localGet, result);
  }

  #extended(scratch: number, is64: boolean): void {
    this.#put(Op.localGet, scratch);
    if (!is64) this.#writer.u8(Op.i64ExtendI32U);
  }

  #constant(value: number): void {
    this.#writer.u8(Op.i64Const);
    this.#writer.s64(value);
  }

  #put(opcode: number, index: number): void {
    this.#writer.u8(opcode);
    this.#writer.u32(index);
  }
}

/**
 * The body of the function that asks the host for more: it passes the fuel on, keeps the answer and returns it.
 * @param fuel the index of the global
 * @param refill the index of the imported function
 * @returns the body without its size
 */
export function moreBody(fuel: number, refill: number): Uint8Array {
  const writer = new ByteWriter(32);
  writer.u32(0);
  for (
    const [opcode, index] of [[Op.globalGet, fuel], [Op.call, refill], [Op.globalSet, fuel], [
      Op.globalGet,
      fuel,
    ]]
  ) {
    writer.u8(opcode);
    writer.u32(index);
  }
  writer.u8(Op.end);
  return writer.finish();
}
