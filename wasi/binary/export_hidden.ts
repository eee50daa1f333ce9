import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { externType, type ModuleLayout, readLayout } from "./layout.ts";
import { EXTERN_KINDS, type ExternKind, type ExternType } from "./module_types.ts";
import { findSection, replaceSections, SectionId } from "./sections.ts";

/** What the names of added exports start with: `keyhole:global:3`, `keyhole:memory:0`, `keyhole:table:1`. */
export const HIDDEN_EXPORT_PREFIX = "keyhole:";

/** One piece of state that a host can reach only by the export that was added for it. */
export interface HiddenExport {
  /** The name it is exported by: the prefix, kind and index, and apostrophes where the module has that name already. */
  readonly name: string;
  /** Which one it is, in the index space of its kind. */
  readonly index: number;
  /** What it is. */
  readonly type: ExternType;
}

/** What {@linkcode exportHidden} returns. */
export interface ExposedModule {
  /** The module with all its state exported; the same array when it was already. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The exports that were added: mutable globals, memories, tables. */
  readonly added: readonly HiddenExport[];
}

/**
 * Exports every mutable global, memory and table that a module defines and keeps to itself, so that a host can save and
 * restore its state. Imported ones are in the hands of the host anyway, immutable globals never differ.
 *
 * @param bytes a core module
 * @returns the changed module and the names that were added
 * @throws {ModuleError} when the bytes are not a module that can be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exportHidden } from "./export_hidden.ts";
 *
 * // (module (global (mut i32) i32.const 7))
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, 6, 1, 0x7f, 1, 0x41, 7, 0x0b]);
 * const exposed = exportHidden(bytes);
 * const { exports } = new WebAssembly.Instance(new WebAssembly.Module(exposed.bytes));
 * const state = exports[exposed.added[0].name];
 * assertEquals(state instanceof WebAssembly.Global && state.value, 7);
 * ```
 */
export function exportHidden(bytes: Uint8Array<ArrayBuffer>): ExposedModule {
  const layout = readLayout(bytes);
  const names = new Set(layout.exports.map(({ name }) => name));
  const added: HiddenExport[] = [];
  for (const { kind, index } of hidden(layout)) {
    let name = `${HIDDEN_EXPORT_PREFIX}${kind}:${index}`;
    while (names.has(name)) name += "'";
    added.push({ name, index, type: externType(layout, kind, index) });
  }
  if (added.length === 0) return { bytes, added };
  const contents = appendExports(
    layout,
    added.map(({ name, index, type }) => ({ name, kind: type.kind, index })),
  );
  return { bytes: replaceSections(bytes, layout.sections, new Map([[SectionId.export, contents]])), added };
}

/**
 * Writes the export section with more exports behind those that are there.
 * @param layout the module
 * @param more what to export, by names that it does not use
 * @returns the contents of an export section
 */
export function appendExports(
  layout: ModuleLayout,
  more: readonly { name: string; kind: ExternKind; index: number }[],
): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(layout.exports.length + more.length);
  const section = findSection(layout.sections, SectionId.export);
  if (section !== undefined) {
    const reader = new ByteReader(layout.bytes, section.contents, section.end);
    reader.count("the number of exports");
    writer.copy(layout.bytes, reader.offset, section.end);
  }
  for (const { name, kind, index } of more) {
    writer.name(name);
    writer.u8(EXTERN_KINDS.indexOf(kind));
    writer.u32(index);
  }
  return writer.finish();
}

function hidden(
  { exports, imported, globals, memories, tables }: ModuleLayout,
): { kind: ExternKind; index: number }[] {
  const exported = new Set(exports.map(({ kind, index }) => `${kind}:${index}`));
  const found: { kind: ExternKind; index: number }[] = [];
  const collect = (kind: ExternKind, count: number): void => {
    for (let index = imported[kind]; index < count; index++) {
      if (kind === "global" && !globals[index].mutable) continue;
      if (!exported.has(`${kind}:${index}`)) found.push({ kind, index });
    }
  };
  collect("global", globals.length);
  collect("memory", memories.length);
  collect("table", tables.length);
  return found;
}
