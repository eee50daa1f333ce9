/**
 * The types of the functions that a module imports, which the engine does not tell.
 *
 * Read on every start, so this reads two sections and nothing else, in a module that the engine has compiled: what is
 * damaged has been refused already.
 *
 * @module
 */

/** A function that a module imports. */
export interface FunctionImport {
  /** The first of its two names. */
  readonly module: string;
  /** The second of its two names. */
  readonly name: string;
  /**
   * Its type: a letter for each parameter, `>`, a letter for each result. `i` and `l` are `i32` and `i64`, `f` and `d`
   * are `f32` and `f64`, `v` is a vector and `r` any reference.
   */
  readonly type: string;
}

const TYPES = 1;
const IMPORTS = 2;
const LETTERS: Readonly<Record<number, string>> = { 0x7f: "i", 0x7e: "l", 0x7d: "f", 0x7c: "d", 0x7b: "v" };
/** References whose kind of object follows. */
const REF = 0x64;
const REF_NULL = 0x63;
const decoder = new TextDecoder();

/**
 * Reads the types of imported functions.
 *
 * @param bytes A module that compiles
 * @returns The functions in their order; `undefined` when the module is written in a way that is not known here
 *
 * @example
 * ```ts
 * import { functionImports } from "./function_imports.ts";
 * import { parseText } from "../text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = '(module (import "a" "b" (func (param i32 f64) (result i64))))';
 * const bytes = await parseText(new TextEncoder().encode(text));
 * assertEquals(functionImports(bytes), [{ module: "a", name: "b", type: "id>l" }]);
 * ```
 */
export function functionImports(bytes: Uint8Array<ArrayBufferLike>): FunctionImport[] | undefined {
  try {
    return new Scanner(bytes).scan();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** Something that is written in no way known here. */
class Unknown extends Error {}

class Scanner {
  readonly #bytes: Uint8Array<ArrayBufferLike>;
  readonly #types: string[] = [];
  readonly #found: FunctionImport[] = [];
  #at = 8;

  constructor(bytes: Uint8Array<ArrayBufferLike>) {
    this.#bytes = bytes;
  }

  scan(): FunctionImport[] {
    while (this.#at < this.#bytes.length) {
      const id = this.#byte();
      const size = this.#number();
      const end = this.#at + size;
      if (id === TYPES) this.#times(() => this.#recursionGroup());
      else if (id === IMPORTS) this.#times(() => this.#import());
      // Imports come before everything that is long.
      else if (id > IMPORTS) break;
      this.#at = end;
    }
    return this.#found;
  }

  #times(one: () => void): void {
    for (let left = this.#number(); left > 0; left--) one();
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Unknown();
    return byte;
  }

  /** A number of up to 64 bits; the large ones are only skipped. */
  #number(): number {
    let value = 0;
    for (let unit = 1;; unit *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  }

  #name(): string {
    const length = this.#number();
    this.#at += length;
    return decoder.decode(this.#bytes.slice(this.#at - length, this.#at));
  }

  #recursionGroup(): void {
    if (this.#bytes[this.#at] !== 0x4e) return this.#type();
    this.#at++;
    this.#times(() => this.#type());
  }

  #type(): void {
    let form = this.#byte();
    if (form === 0x4f || form === 0x50) {
      this.#times(() => this.#number());
      form = this.#byte();
    }
    let type = "";
    if (form === 0x60) type = `${this.#values()}>${this.#values()}`;
    else if (form === 0x5f) this.#times(() => this.#field());
    else if (form === 0x5e) this.#field();
    else throw new Unknown();
    this.#types.push(type);
  }

  #values(): string {
    let letters = "";
    this.#times(() => letters += this.#value());
    return letters;
  }

  #value(): string {
    const byte = this.#byte();
    if (byte === REF || byte === REF_NULL) this.#number();
    // Every other reference is a single byte between the numbers and the forms of types.
    else if (byte < 0x65 || byte > 0x7f) throw new Unknown();
    return LETTERS[byte] ?? "r";
  }

  #field(): void {
    this.#value();
    this.#byte();
  }

  #import(): void {
    const module = this.#name();
    const name = this.#name();
    const kind = this.#byte();
    switch (kind) {
      case 0: {
        const type = this.#types[this.#number()];
        if (type === undefined) throw new Unknown();
        return void this.#found.push({ module, name, type });
      }
      case 1:
        this.#value();
        return this.#limits();
      case 2:
        return this.#limits();
      case 3:
        this.#value();
        return void this.#byte();
      case 4:
        this.#byte();
        return void this.#number();
      default:
        throw new Unknown();
    }
  }

  #limits(): void {
    const flags = this.#byte();
    // Whether there is a maximum, whether memory is shared, whether addresses have 64 bits.
    if (flags > 7) throw new Unknown();
    this.#number();
    if ((flags & 1) !== 0) this.#number();
  }
}
