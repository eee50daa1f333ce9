import { Prefix, prefixed } from "../binary/opcodes.ts";

/**
 * What the meter has to do about an instruction. Whatever is not named here is one unit and nothing else.
 */
export const Action = {
  /** One unit. */
  plain: 0,
  /** Nothing: it only gives the code its structure. */
  free: 1,
  block: 2,
  loop: 3,
  if: 4,
  else: 5,
  try: 6,
  catch: 7,
  delegate: 8,
  end: 9,
  tryTable: 10,
  /** Always leaves for a label. */
  branch: 11,
  /** Leaves for a label, or goes on. */
  branchIf: 12,
  branchTable: 13,
  /** Leaves the function, or ends it by a trap or an exception. */
  leave: 14,
  call: 15,
  callFunction: 16,
  leaveByFunction: 17,
  functionReference: 18,
  memoryGrow: 19,
  tableGrow: 20,
  /** Touches as many bytes of a memory as the topmost operand says. */
  memoryFill: 21,
  memoryCopy: 22,
  memoryInit: 23,
  /** Touches as many table entries as the topmost operand says. */
  tableFill: 24,
  tableCopy: 25,
  /** Touches as many elements as the topmost operand, always an `i32`, says. */
  elements: 26,
  /** Makes an array of as many elements as its second immediate says. */
  fixedArray: 27,
  /** Makes a struct of the type in its immediate. */
  struct: 28,
} as const;

/** How many bytes of a memory one unit pays for, as a power of two. */
export const BYTES_PER_UNIT_LOG2 = 4;

/** What a page costs when a memory grows: the same as filling it. */
export const UNITS_PER_PAGE = 65536 >> BYTES_PER_UNIT_LOG2;

/** How many locals of a function, or fields of a new struct, one unit pays for, as a power of two: clearing them is work. */
export const SLOTS_PER_UNIT_LOG2 = 4;

/** One of {@linkcode Action} by opcode, as `opcodes.ts` numbers them. */
export const ACTIONS: Uint8Array = fillTable();

function fillTable(): Uint8Array {
  const table = new Uint8Array(prefixed(Prefix.atomic, 0x1ff) + 1);
  const set = (action: number, ...opcodes: number[]): void =>
    opcodes.forEach((opcode) => table[opcode] = action);
  const gc = (number: number): number => prefixed(Prefix.gc, number);
  const misc = (number: number): number => prefixed(Prefix.misc, number);
  set(Action.free, 0x01);
  set(Action.leave, 0x00, 0x08, 0x09, 0x0a, 0x0f, 0x13, 0x15); // unreachable, throws, return, tail calls
  set(Action.block, 0x02);
  set(Action.loop, 0x03);
  set(Action.if, 0x04);
  set(Action.else, 0x05);
  set(Action.try, 0x06);
  set(Action.catch, 0x07, 0x19);
  set(Action.end, 0x0b);
  set(Action.branch, 0x0c);
  set(Action.branchIf, 0x0d, 0xd5, 0xd6, gc(0x18), gc(0x19)); // br_if, br_on_null and so on
  set(Action.branchTable, 0x0e);
  set(Action.callFunction, 0x10);
  set(Action.call, 0x11, 0x14);
  set(Action.leaveByFunction, 0x12);
  set(Action.delegate, 0x18);
  set(Action.tryTable, 0x1f);
  set(Action.functionReference, 0xd2);
  set(Action.memoryGrow, 0x40);
  set(Action.memoryInit, misc(0x08));
  set(Action.memoryCopy, misc(0x0a));
  set(Action.memoryFill, misc(0x0b));
  set(Action.tableCopy, misc(0x0e));
  set(Action.tableGrow, misc(0x0f));
  set(Action.tableFill, misc(0x11));
  // table.init; array.new, new_default, new_data, new_elem, fill, copy, init_data, init_elem
  set(Action.elements, misc(0x0c), ...[0x06, 0x07, 0x09, 0x0a, 0x10, 0x11, 0x12, 0x13].map(gc));
  set(Action.fixedArray, gc(0x08));
  set(Action.struct, gc(0x00), gc(0x01));
  return table;
}
