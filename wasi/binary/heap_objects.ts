import { readLayout } from "./layout.ts";
import type { FunctionType } from "./module_types.ts";
import type { ValueType } from "./value_type.ts";

/** Kinds of objects that live in the engine's own heap. */
export type HeapObjects = "structs and arrays" | "exceptions";

/** How many values an exception may carry: those that code holds on its stack are then no more than some stacks' worth. */
const MOST_VALUES = 16;

/**
 * Says of what a module can have so much that it fills the engine's own heap, which is no memory with limits.
 *
 * Structs and arrays are such; exceptions are when they can hold others, carry many values, or are kept anywhere else
 * than in the code that has caught them.
 *
 * @param bytes a core module
 * @returns what it can fill the heap with, or `undefined` when it cannot
 * @throws {ModuleError} when the bytes are not a module that can be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { heapObjects } from "./heap_objects.ts";
 *
 * // (module (type (struct (field i32))))
 * const types = [1, 5, 1, 0x5f, 1, 0x7f, 0];
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types]);
 * assertEquals(heapObjects(bytes), "structs and arrays");
 * ```
 */
export function heapObjects(bytes: Uint8Array<ArrayBuffer>): HeapObjects | undefined {
  const { types, tags, tables, globals } = readLayout(bytes);
  if (types.types.some((type) => type === undefined || "fields" in type)) return "structs and arrays";
  const kept = tags.some(isLarge) || tables.some(({ element }) => isException(element)) ||
    globals.some(({ value }) => isException(value));
  return kept ? "exceptions" : undefined;
}

function isLarge({ params }: FunctionType): boolean {
  return params.length > MOST_VALUES || params.some(isException);
}

function isException(type: ValueType): boolean {
  return type === "exnref" || type === "(ref exn)";
}
