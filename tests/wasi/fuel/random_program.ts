import { leb, moduleOf, section } from "../binary/wat.ts";

/** A small generator of random numbers, so that a failing case can be made again from its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2654435761) >>> 0 || 1;
  }

  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}

/** Which exception instructions a program uses: engines refuse to mix both kinds. */
export type Exceptions = "legacy" | "new";

const FUNCTIONS = 4;
const VOID = 0x40;
const [BLOCK, LOOP, IF, ELSE, END] = [0x02, 0x03, 0x04, 0x05, 0x0b];
const [BR, BR_IF, BR_TABLE, RETURN, DROP] = [0x0c, 0x0d, 0x0e, 0x0f, 0x1a];
const [GET, SET, TEE, CONST] = [0x20, 0x21, 0x22, 0x41];
/** Locals: the parameter, the result, and how many rounds all loops of the function may still make. */
const [PARAMETER, SUM, ROUNDS] = [0, 1, 2];

/**
 * A module of random control flow: `run(i32) -> i32` branches, loops, calls, throws, catches and traps, and always ends.
 */
export function randomProgram(random: Random, exceptions: Exceptions): Uint8Array<ArrayBuffer> {
  const bodies = Array.from({ length: FUNCTIONS }, (_, index) => new Body(random, exceptions, index).bytes());
  return moduleOf(
    section(1, [2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0]),
    section(3, [FUNCTIONS, ...bodies.map(() => 0)]),
    section(4, [1, 0x70, 0, FUNCTIONS]),
    section(13, [1, 0, 1]),
    section(7, [1, 3, 0x72, 0x75, 0x6e, 0, FUNCTIONS - 1]),
    section(9, [1, 0, CONST, 0, END, FUNCTIONS, ...bodies.keys()]),
    section(10, [FUNCTIONS, ...bodies.flatMap((body) => [...leb(body.length), ...body])]),
  );
}

/** One function. Its statements leave the stack as they found it. */
class Body {
  readonly #random: Random;
  readonly #exceptions: Exceptions;
  readonly #index: number;
  /** Whether it only branches forward: most stretches are merged in such a function. */
  readonly #calm: boolean;
  #labels = 0;
  #budget = 30;

  constructor(random: Random, exceptions: Exceptions, index: number) {
    this.#random = random;
    this.#exceptions = exceptions;
    this.#index = index;
    this.#calm = random.below(3) === 0;
  }

  bytes(): number[] {
    const statements = this.#within(1, () => this.#statements(4));
    return [1, 2, 0x7f, CONST, 4, SET, ROUNDS, BLOCK, VOID, ...statements, END, GET, SUM, END];
  }

  #statements(most: number): number[] {
    return Array.from({ length: 1 + this.#random.below(most) }, () => this.#statement()).flat();
  }

  #statement(): number[] {
    if (this.#budget-- <= 0 || this.#labels > 9) return this.#add();
    const calm = [
      (): number[] => this.#add(),
      (): number[] => [0x01],
      (): number[] => [...this.#condition(), BR_IF, this.#label()],
      (): number[] => [...this.#condition(), IF, VOID, BR, this.#within(1, () => [this.#label()])[0], END],
      (): number[] => [CONST, 9, ...this.#statement(), DROP],
      (): number[] => [BLOCK, VOID, ...this.#arm(), END],
      (): number[] => [BLOCK, VOID, ...this.#arm(), END],
      (): number[] => [...this.#condition(), IF, VOID, ...this.#arm(), END],
      (): number[] => [...this.#condition(), IF, VOID, ...this.#arm(), ELSE, ...this.#arm(), END],
    ];
    if (this.#calm) return calm[this.#random.below(calm.length)]();
    const wild = [
      ...calm,
      (): number[] => this.#call(),
      (): number[] => this.#call(),
      (): number[] => this.#leave(),
      (): number[] => this.#guarded(),
      (): number[] => this.#guarded(),
      (): number[] => this.#loop(),
      (): number[] => this.#tightLoop(),
      (): number[] => this.#exceptions === "legacy" ? this.#try() : this.#tryTable(),
      (): number[] => this.#exceptions === "legacy" ? this.#try() : this.#tryTable(),
    ];
    return wild[this.#random.below(wild.length)]();
  }

  /** Generates what stands inside of so many more labels. */
  #within(labels: number, inside: () => number[]): number[] {
    this.#labels += labels;
    const bytes = inside();
    this.#labels -= labels;
    return bytes;
  }

  #arm(): number[] {
    return this.#within(1, () => this.#statements(3));
  }

  #add(): number[] {
    const operation = this.#random.below(2) ? 0x6a : 0x6c;
    return [GET, SUM, CONST, this.#random.below(60), operation, GET, PARAMETER, 0x73, SET, SUM];
  }

  #condition(): number[] {
    return [GET, SUM, GET, PARAMETER, 0x6a, CONST, 1 + this.#random.below(7), 0x71];
  }

  #label(): number {
    return this.#random.below(this.#labels);
  }

  /** Functions call those before them only. */
  #call(): number[] {
    if (this.#index === 0) return this.#add();
    const callee = this.#random.below(this.#index);
    if (this.#random.below(2)) return [GET, SUM, 0x10, callee, SET, SUM];
    return [GET, SUM, CONST, callee, 0x11, 0, 0, SET, SUM];
  }

  #leave(): number[] {
    const labels = (): number[] => Array.from({ length: 3 }, () => this.#label());
    switch (this.#random.below(7)) {
      case 0:
        return [BR, this.#label()];
      case 1:
        return [...this.#condition(), BR_TABLE, 2, ...labels()];
      case 2:
        return [GET, SUM, RETURN];
      case 3:
        return [GET, SUM, BR, this.#labels];
      case 4:
        return [0x00];
      default:
        return [0x08, 0];
    }
  }

  #guarded(): number[] {
    return [...this.#condition(), IF, VOID, ...this.#within(1, () => this.#leave()), END];
  }

  /** The head counts, so that branches back to it come to an end. */
  #loop(): number[] {
    const head = [GET, ROUNDS, CONST, 1, 0x6b, TEE, ROUNDS, CONST, 0, 0x48, BR_IF, 1];
    const body = this.#within(2, () => this.#statements(3));
    const back = this.#random.below(2) ? [BR, 0] : [];
    return [BLOCK, VOID, LOOP, VOID, ...head, ...body, ...back, END, END];
  }

  /** As compilers write most loops; sometimes with more than one way back. */
  #tightLoop(): number[] {
    const back = [GET, ROUNDS, CONST, 1, 0x6b, TEE, ROUNDS, CONST, 0, 0x4a, BR_IF, 0];
    const again = this.#random.below(4) ? [] : [...this.#add(), ...back];
    return [LOOP, VOID, ...this.#add(), ...back, ...again, END];
  }

  #try(): number[] {
    const body = [0x06, VOID, ...this.#arm()];
    const handler = (): number[] => [...this.#arm(), ...(this.#random.below(4) ? [] : [0x09, 0])];
    switch (this.#random.below(4)) {
      case 0:
        return [...body, 0x18, this.#label()];
      case 1:
        return [...body, 0x07, 0, ...handler(), END];
      case 2:
        return [...body, 0x07, 0, ...handler(), 0x19, ...handler(), END];
      default:
        return [...body, 0x19, ...handler(), END];
    }
  }

  #tryTable(): number[] {
    const clause = this.#random.below(2) ? [0x00, 0, this.#label()] : [0x02, this.#label()];
    const body = [0x1f, VOID, 1, ...clause, ...this.#arm(), END];
    if (this.#random.below(3)) return body;
    // Catch the exception as a value, and throw it again; no branch inside may go where the value has to be brought.
    const thrower = [...this.#call(), ...this.#condition(), IF, VOID, 0x08, 0, END, ...this.#call()];
    return [BLOCK, VOID, BLOCK, 0x69, 0x1f, VOID, 1, 0x03, 0, ...thrower, END, BR, 1, END, 0x0a, END];
  }
}
