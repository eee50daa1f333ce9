import type { ByteReader } from "./byte_reader.ts";
import { ModuleError } from "./module_error.ts";
import { IMMEDIATES, Immediates, Prefix, prefixed } from "./opcodes.ts";
import { skipBlockType, skipHeapType, skipValueType } from "./value_type.ts";

const NO_LABELS: readonly number[] = [];

/**
 * Reads the instructions of a function body or constant expression one after the other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteReader } from "./byte_reader.ts";
 * import { InstructionReader } from "./instruction_reader.ts";
 *
 * const code = new InstructionReader(new ByteReader(new Uint8Array([0x10, 7, 0x0b]))); // call 7, end
 * code.next();
 * assertEquals([code.opcode, code.first, code.start, code.end], [0x10, 7, 0, 2]);
 * ```
 */
export class InstructionReader {
  /** The opcode byte, or the {@linkcode prefixed} number. */
  opcode = 0;
  /** Where the instruction starts. */
  start = 0;
  /** Where its immediates start. */
  immediates = 0;
  /** The byte behind it. */
  end = 0;
  /** Its first index: label, function, local, type, segment; 0 if it has none. */
  first = 0;
  /** Its second index; 0 if it has none. */
  second = 0;
  /** The branch targets of `br_table` (default last) or `try_table` (counted from outside of it). */
  labels: readonly number[] = NO_LABELS;
  readonly #reader: ByteReader;

  /**
   * Starts before the first instruction.
   * @param reader at the first instruction; it moves along
   */
  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /**
   * Reads the next instruction.
   * @throws {ModuleError} when it is cut or its opcode is unknown
   */
  next(): void {
    const reader = this.#reader;
    this.start = reader.offset;
    let opcode = reader.u8("an instruction");
    if (opcode >= Prefix.gc && opcode <= Prefix.atomic) opcode = prefixed(opcode, reader.u32("an opcode"));
    this.opcode = opcode;
    this.immediates = reader.offset;
    const kind = IMMEDIATES[opcode];
    if (kind === Immediates.index) this.first = reader.u32("an index");
    else if (kind !== Immediates.none) this.#readImmediates(kind);
    this.end = reader.offset;
  }

  #readImmediates(kind: number | undefined): void {
    const reader = this.#reader;
    switch (kind) {
      case Immediates.blockType:
        return skipBlockType(reader);
      case Immediates.twoIndexes:
        this.first = reader.u32("an index");
        this.second = reader.u32("an index");
        return;
      case Immediates.labels:
        return this.#readLabels();
      case Immediates.memory:
        return this.#skipMemoryArgument();
      case Immediates.memoryAndLane:
        this.#skipMemoryArgument();
        return reader.skip(1, "a lane");
      case Immediates.i32:
        return reader.skipNumber(5, "a 32-bit constant");
      case Immediates.i64:
        return reader.skipNumber(10, "a 64-bit constant");
      case Immediates.bytes1:
        return reader.skip(1, "an immediate");
      case Immediates.bytes4:
        return reader.skip(4, "a constant");
      case Immediates.bytes8:
        return reader.skip(8, "a constant");
      case Immediates.bytes16:
        return reader.skip(16, "a constant");
      case Immediates.heapType:
        return skipHeapType(reader);
      case Immediates.valueTypes:
        for (let left = reader.count("the number of types"); left > 0; left--) skipValueType(reader);
        return;
      case Immediates.catches:
        return this.#readCatches();
      case Immediates.cast:
        reader.u8("the flags of a cast");
        this.first = reader.u32("a label");
        skipHeapType(reader);
        return skipHeapType(reader);
      default:
        throw this.#unknown();
    }
  }

  /** Bit 6 of the alignment says that the index of a memory follows it. */
  #skipMemoryArgument(): void {
    const reader = this.#reader;
    if (reader.u32("an alignment") & 0x40) reader.u32("the index of a memory");
    reader.skipNumber(10, "an offset");
  }

  #readLabels(): void {
    const reader = this.#reader;
    const labels: number[] = [];
    for (let left = reader.count("the number of labels"); left >= 0; left--) {
      labels.push(reader.u32("a label"));
    }
    this.labels = labels;
  }

  #readCatches(): void {
    const reader = this.#reader;
    const labels: number[] = [];
    skipBlockType(reader);
    for (let left = reader.count("the number of catch clauses"); left > 0; left--) {
      const form = reader.u8("a catch clause");
      if (form > 3) throw new ModuleError(`Unknown catch clause ${form}`, reader.offset - 1);
      const withTag = form < 2;
      if (withTag) reader.u32("a tag");
      labels.push(reader.u32("a label"));
    }
    this.labels = labels;
  }

  #unknown(): ModuleError {
    const { bytes } = this.#reader;
    const opcode = [...bytes.subarray(this.start, this.immediates)].map((byte) =>
      byte.toString(16).padStart(2, "0")
    );
    return new ModuleError(`Unknown instruction 0x${opcode.join("")}`, this.start);
  }
}

const BLOCK = 0x02;
const TRY_TABLE = 0x1f;
const END = 0x0b;

/**
 * Reads a constant expression up to its end.
 * @param reader at the expression; afterwards behind it
 * @param visit called with each instruction but the final `end`
 * @throws {ModuleError} when it is cut, or holds what no constant expression may
 */
export function readConstantExpression(reader: ByteReader, visit?: (code: InstructionReader) => void): void {
  const code = new InstructionReader(reader);
  for (;;) {
    code.next();
    if (code.opcode === END) return;
    // A block would have an end of its own.
    if (code.opcode >= BLOCK && code.opcode <= TRY_TABLE) {
      throw new ModuleError(
        `Not a constant expression: instruction 0x${code.opcode.toString(16)}`,
        code.start,
      );
    }
    visit?.(code);
  }
}
