import type { ByteWriter } from "../binary/byte_writer.ts";
import type { Locals } from "./analyze.ts";
import { BYTES_PER_UNIT_LOG2 } from "./costs.ts";
import { Edit, type FunctionEdits } from "./edits.ts";
import { encode, I32, I64, NO_RESULT, Op } from "./inserted.ts";

/** What metered code refers to, in the index spaces of the new module. */
export interface MeterIndexes {
  /** The global that holds the remaining fuel. */
  readonly fuel: number;
  /** The function that asks the host for more: `[] -> [i64]`, the fuel afterwards. */
  readonly more: number;
}

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
  /** What follows the price in a charge: takes it from the fuel, and leaves whether that is below zero. */
  #take: Uint8Array = new Uint8Array();
  /** What follows that: asks for more if so. */
  #askIf: Uint8Array = new Uint8Array();
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
        if (edits.tight.has(value)) return this.#tightCharge(edits.amounts[value]);
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
      case Edit.loopStart:
        if (edits.tight.has(value)) {
          this.#writer.raw([Op.block, NO_RESULT, Op.loop, NO_RESULT, Op.block, NO_RESULT]);
        }
        return;
      case Edit.loopEnd:
        return this.#tightEnd(edits.amounts[value]);
    }
  }

  #useLocal(fuel: number): void {
    if (fuel === this.#fuel && this.#take.length > 0) return;
    this.#fuel = fuel;
    const { fuel: global, more } = this.#indexes;
    this.#take = encode(Op.i64Sub, [Op.localTee, fuel], [Op.globalSet, global], [Op.localGet, fuel], [
      Op.i64Const,
      0,
    ], Op.i64LtS);
    this.#askIf = encode([Op.if, NO_RESULT], [Op.call, more], [Op.localSet, fuel], Op.end);
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
    this.#settle();
  }

  #settle(): void {
    this.#writer.raw(this.#take);
    this.#unlikely.push(this.#writer.length - this.#start);
    this.#writer.raw(this.#askIf);
  }

  /**
   * A tight loop asks for more outside of itself, gets back what it could not pay, and is entered again:
   * `block loop block (loop charge br_if 1 ...) br 2 end ask br 0 end end`.
   */
  #tightCharge(units: number): void {
    this.#put(Op.localGet, this.#fuel);
    this.#constant(units);
    this.#writer.raw(this.#take);
    this.#unlikely.push(this.#writer.length - this.#start);
    this.#put(Op.brIf, 1);
  }

  #tightEnd(units: number): void {
    this.#put(Op.br, 2);
    this.#writer.u8(Op.end);
    this.#put(Op.call, this.#indexes.more);
    this.#constant(units);
    this.#writer.u8(Op.i64Add);
    this.#put(Op.localSet, this.#fuel);
    this.#put(Op.br, 0);
    this.#writer.raw([Op.end, Op.end]);
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
    this.#settle();
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
    this.#settle();
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
