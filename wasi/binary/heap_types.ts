import { readLayout } from "./layout.ts";

/**
 * Whether a module has structs or arrays, which live in the engine's own heap and not in a memory with limits.
 *
 * @param bytes a core module
 * @returns `true` when it defines a type of either
 * @throws {ModuleError} when the bytes are not a module that can be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { definesHeapTypes } from "./heap_types.ts";
 *
 * // (module (type (struct (field i32))))
 * const types = [1, 5, 1, 0x5f, 1, 0x7f, 0];
 * assertEquals(definesHeapTypes(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types])), true);
 * ```
 */
export function definesHeapTypes(bytes: Uint8Array<ArrayBuffer>): boolean {
  return readLayout(bytes).types.types.some((type) => type === undefined || "fields" in type);
}
