import { ModuleError } from "../binary/module_error.ts";
import type { FunctionEdits } from "./edits.ts";

/** The number of no charge: code that is never reached. */
export const DEAD: number = -1;

/** A structured instruction that was entered and not ended yet. */
interface Frame {
  readonly kind: "block" | "loop" | "if" | "try";
  /** The charge that its first instruction belongs to. */
  readonly entry: number;
  /** In a loop: the charge at its head. */
  readonly head: number;
  /** How many barriers there were when it was entered. */
  readonly barriers: number;
  /** Whether its end is reached by a branch, or from an arm before the last one. */
  joined: boolean;
  /** Whether its label is reached by an exception. */
  caught: boolean;
  /** The outermost frame that a branch inside leaves for. */
  outermost: number;
}

/**
 * Follows the control flow of a function and tells to which charge the next instruction belongs.
 *
 * A charge covers what is certain to run, once, when its place is passed. So it goes on behind a block that can be left
 * only by its end; where code may be skipped, repeated, or ended by something that a host can see (a call), a new one
 * starts. Traps are the one exception: what follows one in the same charge was paid for.
 */
export class ControlFlow {
  /** The charge that the next instruction belongs to, or {@linkcode DEAD}. */
  current: number;
  readonly #edits: FunctionEdits;
  readonly #frames: Frame[] = [];
  #barriers = 0;

  /**
   * Enters a function.
   * @param edits where charges are made
   * @param at where its code starts
   */
  constructor(edits: FunctionEdits, at: number) {
    this.#edits = edits;
    this.current = edits.charge(at, true);
    this.#push("block");
  }

  /** Whether the function was ended. */
  get ended(): boolean {
    return this.#frames.length === 0;
  }

  /**
   * Adds to the price of the current charge.
   * @param units how much
   */
  spend(units: number): void {
    if (this.current !== DEAD) this.#edits.amounts[this.current] += units;
  }

  /**
   * Passes a place where others may see what was spent, or where the guest may end: nothing behind it is certain.
   * @param at the byte behind it, or undefined when the code behind it is never reached from here
   */
  barrier(at?: number): void {
    if (this.current === DEAD) return;
    this.#barriers++;
    if (at === undefined) this.current = DEAD;
    else this.#open(at, true);
  }

  /** Enters a block. */
  block(): void {
    this.#push("block");
  }

  /**
   * Enters a loop.
   * @param at where its code starts
   */
  loop(at: number): void {
    this.#barriers++;
    if (this.current !== DEAD) this.#open(at, false);
    this.#push("loop");
  }

  /**
   * Enters one arm of an `if`.
   * @param at where its code starts
   */
  if(at: number): void {
    this.#push("if");
    if (this.current !== DEAD) this.#open(at, false);
  }

  /** Enters a `try` or `try_table`: any call inside may leave it. */
  try(): void {
    this.#barriers++;
    this.#push("try");
  }

  /**
   * Goes on to the other arm of an `if`, or to a handler.
   * @param at where its code starts
   * @param caught whether an exception leads there
   */
  arm(at: number, caught: boolean): void {
    const frame = this.#frame(0, at);
    if (this.current !== DEAD) frame.joined = true;
    this.current = frame.entry;
    if (this.current !== DEAD) this.#open(at, caught);
    // From here on it is like a block: an `if` with an `else` ends only through its arms.
    if (frame.kind === "if") this.#frames[this.#frames.length - 1] = { ...frame, kind: "block" };
  }

  /**
   * Notes a branch.
   * @param label how many frames it leaves
   * @param at where the instruction is
   * @param caught whether it is taken by an exception
   */
  branch(label: number, at: number, caught = false): void {
    const target = this.#frame(label, at);
    if (this.current === DEAD) return;
    if (target.kind === "loop") {
      if (caught) this.#edits.stale[target.head] = true;
    } else {
      target.joined = true;
      target.caught ||= caught;
    }
    const top = this.#frames[this.#frames.length - 1];
    top.outermost = Math.min(top.outermost, this.#frames.length - 1 - label);
  }

  /**
   * Goes on behind a branch that was not taken.
   * @param at the byte behind it
   */
  notTaken(at: number): void {
    if (this.current !== DEAD) this.#open(at, false);
  }

  /**
   * Ends a frame.
   * @param at the byte behind its end
   */
  end(at: number): void {
    const frame = this.#frame(0, at);
    this.#frames.pop();
    const depth = this.#frames.length;
    if (depth === 0) return this.#endFunction();
    const parent = this.#frames[depth - 1];
    parent.outermost = Math.min(parent.outermost, frame.outermost);
    const skipped = frame.kind === "if" && frame.entry !== DEAD;
    const joined = frame.joined || skipped;
    if (frame.kind === "loop" || (this.current === DEAD && !joined)) return;
    // An exception that ends the guest for want of fuel may be caught by it: nothing behind a `try` is paid for ahead.
    const closed = frame.kind !== "try" && frame.barriers === this.#barriers && frame.outermost >= depth;
    if (closed) this.current = frame.entry;
    else if (joined) this.#open(at, frame.caught);
  }

  /** A charge at the very end that costs nothing need not look at the fuel either. */
  #endFunction(): void {
    if (this.current !== DEAD && this.#edits.amounts[this.current] === 0) {
      this.#edits.stale[this.current] = false;
    }
  }

  #open(at: number, stale: boolean): void {
    this.current = this.#edits.charge(at, stale);
  }

  #push(kind: Frame["kind"]): void {
    this.#frames.push({
      kind,
      entry: this.current,
      head: this.current,
      barriers: this.#barriers,
      joined: false,
      caught: false,
      outermost: this.#frames.length,
    });
  }

  #frame(label: number, at: number): Frame {
    const frame = this.#frames[this.#frames.length - 1 - label];
    if (frame === undefined) throw new ModuleError(`Unknown label ${label}`, at);
    return frame;
  }
}
