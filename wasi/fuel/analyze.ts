import type { ByteReader } from "../binary/byte_reader.ts";
import { InstructionReader } from "../binary/instruction_reader.ts";
import type { ModuleLayout } from "../binary/layout.ts";
import { ModuleError } from "../binary/module_error.ts";
import { skipValueType } from "../binary/value_type.ts";
import { ControlFlow, DEAD } from "./control.ts";
import { Action, ACTIONS, SLOTS_PER_UNIT_LOG2, UNITS_PER_PAGE } from "./costs.ts";
import { Edit, type FunctionEdits } from "./edits.ts";
import { TightLoops } from "./tight_loops.ts";

/** More locals than engines accept in one function, parameters included. */
const MOST_LOCALS = 50_000;

/** The declarations of locals at the start of a function body. */
export interface Locals {
  /** How many there are, parameters not counted. */
  readonly count: number;
  /** How many groups declare them. */
  readonly groups: number;
  /** Where the first group starts. */
  readonly start: number;
  /** The byte behind the last group: the first instruction. */
  readonly end: number;
}

/**
 * Reads the declarations of locals.
 *
 * @param reader at a function body; afterwards at its first instruction
 * @returns how many there are, and where
 * @throws {ModuleError} when there are more than engines accept
 */
export function readLocals(reader: ByteReader): Locals {
  const groups = reader.count("the number of groups of locals");
  const start = reader.offset;
  let count = 0;
  for (let left = groups; left > 0; left--) {
    count += reader.u32("the number of locals");
    if (count > MOST_LOCALS) throw new ModuleError(`More than ${MOST_LOCALS} locals`, reader.offset);
    skipValueType(reader);
  }
  return { count, groups, start, end: reader.offset };
}

/**
 * Works out what has to change in one function so that it pays for what it runs.
 *
 * @param layout the module
 * @param reader at the first instruction; afterwards at the end of the body
 * @param locals what it declares
 * @param edits cleared and filled
 * @throws {ModuleError} when the code cannot be read
 */
export function analyzeFunction(
  layout: ModuleLayout,
  reader: ByteReader,
  locals: Locals,
  edits: FunctionEdits,
): void {
  edits.clear();
  const code = new InstructionReader(reader);
  const flow = new ControlFlow(edits, reader.offset);
  flow.spend(locals.count >> SLOTS_PER_UNIT_LOG2);
  const tight = new TightLoops(layout.bytes, edits);
  while (!flow.ended) {
    code.next();
    const action = ACTIONS[code.opcode];
    if (action !== Action.plain) tight.follow(action, code, flow.current === DEAD);
    if (action === Action.plain) flow.spend(1);
    else if (action <= Action.tryTable) structure(action, code, flow);
    else instruction(action, code, flow, layout, edits);
  }
  if (!reader.done) throw new ModuleError("Code behind the end of a function", reader.offset);
}

/** Instructions that cost nothing themselves, and `if`. */
function structure(action: number, code: InstructionReader, flow: ControlFlow): void {
  switch (action) {
    case Action.block:
      return flow.block();
    case Action.loop:
      return flow.loop(code.end);
    case Action.if:
      flow.spend(1);
      return flow.if(code.end);
    case Action.else:
      return flow.arm(code.end, false);
    case Action.try:
      return flow.try();
    case Action.catch:
      return flow.arm(code.end, true);
    case Action.delegate:
    case Action.end:
      return flow.end(code.end);
    case Action.tryTable:
      for (const label of code.labels) flow.branch(label, code.start, true);
      return flow.try();
  }
}

function instruction(
  action: number,
  code: InstructionReader,
  flow: ControlFlow,
  layout: ModuleLayout,
  edits: FunctionEdits,
): void {
  flow.spend(1);
  switch (action) {
    case Action.branch:
      flow.branch(code.first, code.start);
      return flow.barrier();
    case Action.branchIf:
      flow.branch(code.first, code.start);
      return flow.notTaken(code.end);
    case Action.branchTable:
      for (const label of code.labels) flow.branch(label, code.start);
      return flow.barrier();
    case Action.leave:
      return flow.barrier();
    case Action.call:
      return flow.barrier(code.end);
    case Action.callFunction:
      shift(code, layout, edits);
      return flow.barrier(code.end);
    case Action.leaveByFunction:
      shift(code, layout, edits);
      return flow.barrier();
    case Action.functionReference:
      return shift(code, layout, edits);
    case Action.fixedArray:
      return flow.spend(code.second);
    case Action.struct: {
      const type = layout.types.types[code.first];
      if (type !== undefined && "fields" in type) flow.spend(type.fields >> SLOTS_PER_UNIT_LOG2);
      return;
    }
    default:
      if (flow.current !== DEAD) bulk(action, code, layout, edits);
  }
}

/** Instructions whose price depends on an operand. */
function bulk(
  action: number,
  code: InstructionReader,
  { memories, tables }: ModuleLayout,
  edits: FunctionEdits,
): void {
  const { first, second, start, end } = code;
  /** Indexes that do not exist are for the engine to refuse. */
  const large = (space: readonly { address: "i32" | "i64" }[], index: number): boolean =>
    space[index]?.address === "i64";
  const before = (is64: boolean, kind32: number, kind64: number): void =>
    edits.add(is64 ? kind64 : kind32, start, start);
  switch (action) {
    case Action.memoryGrow:
      return edits.add(large(memories, first) ? Edit.grow64 : Edit.grow32, start, end, UNITS_PER_PAGE);
    case Action.tableGrow:
      return edits.add(large(tables, first) ? Edit.grow64 : Edit.grow32, start, end, 1);
    case Action.memoryFill:
      return before(large(memories, first), Edit.bytes32, Edit.bytes64);
    case Action.memoryCopy:
      return before(large(memories, first) && large(memories, second), Edit.bytes32, Edit.bytes64);
    case Action.memoryInit:
      return before(false, Edit.bytes32, Edit.bytes64);
    case Action.tableFill:
      return before(large(tables, first), Edit.elements32, Edit.elements64);
    case Action.tableCopy:
      return before(large(tables, first) && large(tables, second), Edit.elements32, Edit.elements64);
    case Action.elements:
      return before(false, Edit.elements32, Edit.elements64);
  }
}

/** The indexes of defined functions are one larger in the new module. */
function shift(code: InstructionReader, { imported }: ModuleLayout, edits: FunctionEdits): void {
  if (code.first >= imported.function) {
    edits.add(Edit.functionIndex, code.immediates, code.end, code.first + 1);
  }
}
