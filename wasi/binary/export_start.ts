import { appendExports } from "./export_hidden.ts";
import { readLayout } from "./layout.ts";
import { ByteReader } from "./byte_reader.ts";
import { ModuleError } from "./module_error.ts";
import { findSection, readSections, replaceSections, SectionId } from "./sections.ts";

/** What {@linkcode exportStart} returns. */
export interface StartExported {
  /** The module without a start section; the same array when it had none. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The export that holds what was the start function. */
  readonly name: string | undefined;
}

/**
 * Turns the start function of a module into an export. The engine would run it before the instance, and so its
 * memory, is in anybody's hands; as an export it is called when calls of the host can answer, and limits hold.
 *
 * @param bytes a core module
 * @returns the changed module, and the name that the start function now has
 * @throws {ModuleError} when the bytes are not a module that can be read, or its start function cannot be one
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exportStart } from "./export_start.ts";
 *
 * // (module (func) (start 0))
 * const types = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 4, 1, 2, 0, 0x0b];
 * const { bytes, name } = exportStart(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types]));
 * const module = new WebAssembly.Module(new Uint8Array(bytes));
 * assertEquals(WebAssembly.Module.exports(module), [{ name: name!, kind: "function" }]);
 * ```
 */
export function exportStart(bytes: Uint8Array<ArrayBuffer>): StartExported {
  const start = findSection(readSections(bytes), SectionId.start);
  if (start === undefined) return { bytes, name: undefined };
  const layout = readLayout(bytes);
  const index = new ByteReader(bytes, start.contents, start.end).u32("the index of the start function");
  const type = layout.types.types[layout.functions[index]];
  // The engine does not look at what is only exported, and the host would call it without arguments.
  if (type === undefined || !("params" in type) || type.params.length + type.results.length > 0) {
    throw new ModuleError("The start function has to be one without parameters and results", start.start);
  }
  let name = "keyhole:start";
  while (layout.exports.some((entry) => entry.name === name)) name += "'";
  const contents = appendExports(layout, [{ name, kind: "function", index }]);
  const sections = layout.sections.filter((section) => section !== start && section.id !== SectionId.start);
  return { bytes: replaceSections(bytes, sections, new Map([[SectionId.export, contents]])), name };
}
