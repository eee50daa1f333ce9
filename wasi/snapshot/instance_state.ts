/**
 * The state of an instance as plain data: captured from one instance, given to a fresh one.
 *
 * Not in it: whether segments were dropped. A fresh instance has all of them again, which a program can notice only
 * where it would have trapped.
 *
 * @module
 */
import { GUEST_PAGE } from "../binary/module_types.ts";
import { SnapshotError } from "./error.ts";
import { CONVERSIONS, wordsOf } from "./global_words.ts";
import { applyImage, imageOf, type MemoryImage } from "./memory_image.ts";
import type { StateShape } from "./shape.ts";

/** The state of an instance. */
export interface InstanceState {
  /** The contents of the memories, by index. */
  readonly memories: readonly MemoryImage[];
  /**
   * The bits of the mutable globals, in the order of their indexes and in words of 64 bits: two for a vector, the lowest
   * first; for a reference as in {@linkcode tables}.
   */
  readonly globals: readonly bigint[];
  /** The entries of the tables, by index: 0 for none, else a function's index and 1. */
  readonly tables: readonly Uint32Array[];
}

/**
 * Captures the state of an instance.
 *
 * @param shape The state of its module
 * @param exports What the instance exports
 * @returns The state, which does not change any more
 * @throws {SnapshotError} `"unsupported"` for shared memory, for a reference to anything but a function of the module, and
 * for structs and arrays that are always there
 */
export function captureInstance(shape: StateShape, exports: WebAssembly.Exports): InstanceState {
  if (shape.keepsObjects) throw unsupported("The module keeps structs or arrays, which a host cannot read");
  const references = new Map<unknown, number>([[null, 0]]);
  for (const { name, index } of shape.functions) references.set(exports[name], index + 1);
  return {
    memories: shape.memories.map(({ name, type }, index) => {
      if (type.shared) throw unsupported(`Memory ${index} is shared between threads`);
      return imageOf((exports[name] as WebAssembly.Memory).buffer);
    }),
    globals: shape.globals.flatMap(({ name, index, type }) => {
      const global = exports[name] as WebAssembly.Global;
      const conversion = CONVERSIONS[type.value];
      if (conversion !== undefined) return conversion.read(global);
      const reference = references.get(referenceIn(global, index, type.value));
      if (reference !== undefined) return BigInt(reference);
      throw unsupported(`Global ${index} refers to something that is not a function of the module`);
    }),
    tables: shape.tables.map(({ name, type }, index) => {
      const table = exports[name] as WebAssembly.Table;
      const entries = new Uint32Array(Number(table.length));
      for (let at = 0; at < entries.length; at++) {
        const reference = references.get(entryOf(table, addressed(at, type), index));
        if (reference === undefined) {
          throw unsupported(
            `Entry ${at} of table ${index} refers to something that is not a function of the module`,
          );
        }
        entries[at] = reference;
      }
      return entries;
    }),
  };
}

/**
 * Checks that a state fits a module, before anything is made for it.
 *
 * @param shape The state of the module
 * @param state The state, from anywhere
 * @throws {SnapshotError} `"damaged"` when it does not fit, `"too-large"` when a memory or table may not have that size
 */
export function checkState(shape: StateShape, state: InstanceState): void {
  const words = shape.globals.reduce((count, { type }) => count + wordsOf(type.value), 0);
  const same = shape.memories.length === state.memories.length &&
    words === state.globals.length && shape.tables.length === state.tables.length;
  if (!same) throw damaged("it has other memories, globals or tables than the module");
  shape.memories.forEach(({ index, type }) => {
    const pages = state.memories[index]!.length / GUEST_PAGE;
    if (type.shared) throw unsupported(`Memory ${index} is shared between threads`);
    if (pages < type.minimum) throw damaged(`memory ${index} is smaller than the module makes it`);
    if (pages > (type.maximum ?? Infinity)) throw tooLarge(`memory ${index}`, `${pages} pages`);
  });
  const functions = new Set(shape.functions.map(({ index }) => index + 1)).add(0);
  shape.tables.forEach(({ index, type }) => {
    const entries = state.tables[index]!;
    if (entries.length < type.minimum) throw damaged(`table ${index} is smaller than the module makes it`);
    if (entries.length > (type.maximum ?? Infinity)) {
      throw tooLarge(`table ${index}`, `${entries.length} entries`);
    }
    if (!entries.every((entry) => functions.has(entry))) {
      throw damaged(`table ${index} refers to a function that the module does not name`);
    }
  });
  eachGlobal(shape, state, ({ index, type }, words) => {
    const fits = CONVERSIONS[type.value]?.fits(words) ?? functions.has(Number(words[0]));
    if (!fits) throw damaged(`global ${index} has a value that its type has not`);
  });
}

function eachGlobal(
  shape: StateShape,
  state: InstanceState,
  visit: (global: StateShape["globals"][number], words: readonly bigint[]) => void,
): void {
  let at = 0;
  for (const global of shape.globals) {
    const start = at;
    at += wordsOf(global.type.value);
    visit(global, state.globals.slice(start, at));
  }
}

/**
 * Gives a fresh instance a state that fits its module.
 *
 * @param shape The state of the module
 * @param exports What the instance exports; nothing of it was called yet
 * @param state The state, checked by {@linkcode checkState}
 * @param fresh The state of any fresh instance
 * @throws {SnapshotError} `"too-large"` when a memory or table cannot be had, `"damaged"` for a reference of a type that
 * does not fit; the instance is not to be used then
 */
export function applyState(
  shape: StateShape,
  exports: WebAssembly.Exports,
  state: InstanceState,
  fresh: InstanceState,
): void {
  try {
    apply(shape, exports, state, fresh);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw damaged("it has a reference of another type than the module allows", error);
  }
}

/** What the types of the library let a table hold. */
type TableEntry = Parameters<WebAssembly.Table["set"]>[1];

function apply(
  shape: StateShape,
  exports: WebAssembly.Exports,
  state: InstanceState,
  fresh: InstanceState,
): void {
  const functions = new Map<number, unknown>([[0, null]]);
  for (const { name, index } of shape.functions) functions.set(index + 1, exports[name]);
  for (const { name, index, type } of shape.memories) {
    const memory = exports[name] as WebAssembly.Memory;
    const image = state.memories[index]!;
    grow(memory, (image.length - memory.buffer.byteLength) / GUEST_PAGE, type, `memory ${index}`);
    applyImage(image, memory.buffer, fresh.memories[index]!.runs);
  }
  for (const { name, index, type } of shape.tables) {
    const table = exports[name] as WebAssembly.Table;
    const entries = state.tables[index]!;
    grow(table, entries.length - Number(table.length), type, `table ${index}`);
    for (let at = 0; at < entries.length; at++) {
      table.set(addressed(at, type), functions.get(entries[at]!) as TableEntry);
    }
  }
  eachGlobal(shape, state, ({ name, type }, words) => {
    const global = exports[name] as WebAssembly.Global;
    const conversion = CONVERSIONS[type.value];
    if (conversion === undefined) global.value = functions.get(Number(words[0]));
    else conversion.write(global, words);
  });
}

/** A number as memories and tables with 64-bit addresses want it; the types of the library know only 32-bit ones. */
function addressed(number: number, { address }: { address: "i32" | "i64" }): number {
  return (address === "i64" ? BigInt(number) : number) as number;
}

function grow(
  storage: WebAssembly.Memory | WebAssembly.Table,
  by: number,
  type: { address: "i32" | "i64" },
  what: string,
): void {
  if (by === 0) return;
  try {
    storage.grow(addressed(by, type));
  } catch (error) {
    throw new SnapshotError("too-large", `The snapshot needs a larger ${what} than there can be`, {
      cause: error,
    });
  }
}

function referenceIn(global: WebAssembly.Global, index: number, type: string): unknown {
  try {
    return global.value;
  } catch {
    throw unsupported(`Global ${index} is of type ${type}, which a host cannot read`);
  }
}

function entryOf(table: WebAssembly.Table, at: number, index: number): unknown {
  try {
    return table.get(at);
  } catch {
    throw unsupported(`Entry ${at} of table ${index} is of a type which a host cannot read`);
  }
}

function unsupported(what: string): SnapshotError {
  return new SnapshotError("unsupported", `${what}: no snapshot can be taken`);
}

function damaged(what: string, cause?: unknown): SnapshotError {
  return new SnapshotError("damaged", `The snapshot does not fit the module: ${what}`, { cause });
}

function tooLarge(what: string, size: string): SnapshotError {
  return new SnapshotError("too-large", `The snapshot has ${size} in ${what}, more than it may have`);
}
