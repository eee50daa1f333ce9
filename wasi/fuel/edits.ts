/** How the code of a function is changed at a place. */
export const Edit = {
  /** Insert: take a charge, whose number is the argument, from the fuel. */
  charge: 0,
  /** Replace: a function index, which is the argument. */
  functionIndex: 1,
  /** Insert: pay for the topmost operand, an `i32` number of bytes. */
  bytes32: 2,
  /** Insert: the same for an `i64`. */
  bytes64: 3,
  /** Insert: pay for the topmost operand, an `i32` number of elements. */
  elements32: 4,
  /** Insert: the same for an `i64`. */
  elements64: 5,
  /** Wrap: `memory.grow` or `table.grow` of 32 bits; the argument is the price of one page or entry. */
  grow32: 6,
  /** Wrap: the same for 64 bits. */
  grow64: 7,
  /** Insert before a loop that may be tight: the argument is the charge at its head. */
  loopStart: 8,
  /** Insert behind a loop that is tight: the argument is the charge at its head. */
  loopEnd: 9,
} as const;

/**
 * What has to change in the code of one function: edits in the order of their places, and charges whose amounts are
 * known only when the whole function was read. One object serves all functions, one after the other.
 */
export class FunctionEdits {
  /** One of {@linkcode Edit} for each edit. */
  readonly kinds: number[] = [];
  /** For each edit the byte where it starts. */
  readonly starts: number[] = [];
  /** For each edit the byte where the code goes on. */
  readonly ends: number[] = [];
  /** For each edit its argument. */
  readonly values: number[] = [];
  /** For each charge how many units. */
  readonly amounts: number[] = [];
  /** For each charge whether somebody else may have changed the fuel since it was last looked at. */
  readonly stale: boolean[] = [];
  /** The charges at the heads of tight loops: those whose body is one stretch, and nothing else. */
  readonly tight: Set<number> = new Set();
  /** Whether two locals of type `i32` are needed. */
  uses32 = false;
  /** Whether two locals of type `i64` are needed. */
  uses64 = false;

  /** Forgets everything. */
  clear(): void {
    this.kinds.length =
      this.starts.length =
      this.ends.length =
      this.values.length =
        0;
    this.amounts.length = this.stale.length = 0;
    this.tight.clear();
    this.uses32 = this.uses64 = false;
  }

  /**
   * Appends an edit.
   * @param kind one of {@linkcode Edit}
   * @param start where it starts, not before the last one
   * @param end where the code goes on
   * @param value its argument
   */
  add(kind: number, start: number, end: number, value = 0): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
    this.values.push(value);
    if (kind === Edit.bytes32 || kind === Edit.elements32 || kind === Edit.grow32) this.uses32 = true;
    if (kind === Edit.bytes64 || kind === Edit.elements64 || kind === Edit.grow64) this.uses64 = true;
  }

  /**
   * Starts a basic block that has to be paid for.
   * @param at where its code starts
   * @param stale whether the fuel may have been changed by others
   * @returns its number
   */
  charge(at: number, stale: boolean): number {
    this.add(Edit.charge, at, at, this.amounts.length);
    this.stale.push(stale);
    return this.amounts.push(0) - 1;
  }
}
