import type { InstructionReader } from "../binary/instruction_reader.ts";
import { DEAD } from "./control.ts";
import { Action } from "./costs.ts";
import { Edit, type FunctionEdits } from "./edits.ts";

const BR_IF = 0x0d;
const NO_VALUES = 0x40;

/**
 * Finds the loops whose body is plain instructions and `br_if 0`. Compilers make those of the loops that matter most, and
 * there even a call that is never made costs registers, so that they are written in another way.
 */
export class TightLoops {
  readonly #bytes: Uint8Array;
  readonly #edits: FunctionEdits;
  /** The charge at the head of the loop that is tight so far, or {@linkcode DEAD}. */
  #head: number = DEAD;

  /**
   * Knows no loop yet.
   * @param bytes the module
   * @param edits of the function
   */
  constructor(bytes: Uint8Array, edits: FunctionEdits) {
    this.#bytes = bytes;
    this.#edits = edits;
  }

  /**
   * Looks at an instruction that is not plain, before the control flow does.
   * @param action what the instruction is
   * @param code at the instruction
   * @param dead whether it is never reached
   */
  follow(action: number, code: InstructionReader, dead: boolean): void {
    const edits = this.#edits;
    if (action === Action.loop && !dead && this.#bytes[code.immediates] === NO_VALUES) {
      this.#head = edits.amounts.length;
      edits.add(Edit.loopStart, code.start, code.start, this.#head);
    } else if (action !== Action.free && (code.opcode !== BR_IF || code.first !== 0)) {
      if (this.#head !== DEAD && action === Action.end) {
        edits.tight.add(this.#head);
        edits.add(Edit.loopEnd, code.end, code.end, this.#head);
      }
      this.#head = DEAD;
    }
  }
}
