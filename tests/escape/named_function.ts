/** Puts names into modules that no assembler would write. */
import { leb } from "../wasi/binary/wat.ts";

/**
 * Calls a function of a module by any name.
 *
 * @param module A module in binary form
 * @param name The name
 * @param index The number of the function
 * @returns The module with the name
 */
export function withName(module: Uint8Array, name: string, index = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(name);
  const assigned = [1, ...leb(index), ...leb(text.length)];
  const size = assigned.length + text.length;
  const inner = [4, ...new TextEncoder().encode("name"), 1, ...leb(size)];
  const head = [0, ...leb(inner.length + size), ...inner, ...assigned];
  const result = new Uint8Array(module.length + head.length + text.length);
  result.set(module);
  result.set(head, module.length);
  result.set(text, module.length + head.length);
  return result;
}
