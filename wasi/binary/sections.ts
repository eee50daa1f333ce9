import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { ModuleError } from "./module_error.ts";

/** The section ids of the binary format (core specification, 5.5.2). */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

const NAMES = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];

/** The order in which sections have to come, which is not the order of their ids; 0 for custom ones: anywhere. */
const ORDER = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];

/** One section of a module: where it lies. */
export interface Section {
  /** One of {@linkcode SectionId}. */
  readonly id: number;
  /** Its name for a message: `type`, `code`; for a custom section the name that it carries. */
  readonly name: string;
  /** The byte of its id. */
  readonly start: number;
  /** The first byte of its contents (behind the name, in a custom section). */
  readonly contents: number;
  /** The first byte behind it. */
  readonly end: number;
}

/**
 * Walks the section headers of a module; contents are not looked at.
 *
 * @param bytes a core module
 * @returns its sections in their order
 * @throws {ModuleError} when the header is not that of a core module of version 1, a section is cut, unknown, given twice or out of order
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ModuleError } from "./module_error.ts";
 * import { readSections } from "./sections.ts";
 *
 * const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
 * assertEquals(readSections(new Uint8Array([...header, 1, 1, 0])).map((section) => section.name), ["type"]);
 * assertThrows(
 *   () => readSections(new Uint8Array([...header, 10, 100, 0])),
 *   ModuleError,
 *   `Truncated module: section 10 "code" says 100 bytes at byte 0xa, 1 are left`,
 * );
 * ```
 */
export function readSections(bytes: Uint8Array): Section[] {
  const reader = new ByteReader(bytes);
  readHeader(reader);
  const sections: Section[] = [];
  let rank = 0;
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.u8("a section");
    if (id >= NAMES.length) throw new ModuleError(`Unknown section ${id}`, start);
    const label = `section ${id} "${NAMES[id]}"`;
    const size = reader.u32(`the size of ${label}`);
    let contents = reader.offset;
    reader.skip(size, label);
    let name = NAMES[id];
    if (id === SectionId.custom) {
      const inside = new ByteReader(bytes, contents, reader.offset);
      name = inside.looseName("the name of a custom section");
      contents = inside.offset;
    } else if (ORDER[id] <= rank) {
      throw new ModuleError(`Unexpected ${label}: given twice or out of order`, start);
    } else {
      rank = ORDER[id];
    }
    sections.push({ id, name, start, contents, end: reader.offset });
  }
  return sections;
}

function readHeader(reader: ByteReader): void {
  const magic = reader.take(4, "the magic number");
  if (magic[0] !== 0 || magic[1] !== 0x61 || magic[2] !== 0x73 || magic[3] !== 0x6d) {
    throw new ModuleError(`Not a WebAssembly module: no magic number "\\0asm"`, 0);
  }
  const version = reader.take(4, "the version");
  if (version[2] !== 0 || version[3] !== 0) throw new ModuleError("Not a core module but a component", 6);
  if (version[0] !== 1 || version[1] !== 0) {
    throw new ModuleError(`Unknown version ${version[0] | version[1] << 8} of the binary format`, 4);
  }
}

/**
 * Finds the section with an id.
 * @param sections what {@linkcode readSections} returned
 * @param id one of {@linkcode SectionId}, not that of custom sections
 * @returns the section, or undefined when the module has none
 */
export function findSection(sections: readonly Section[], id: number): Section | undefined {
  return sections.find((section) => section.id === id);
}

/**
 * Writes a module anew with some sections replaced, dropped or added; all others are copied as they are. An added one
 * comes where its id belongs; the custom sections at the end of the module stay there, since the names have to.
 *
 * @param bytes the module
 * @param sections its sections
 * @param replaced by section id: new contents
 * @param custom for each custom section: new contents, `null` to drop it, or `undefined` to keep it
 * @param hints contents of a custom section to put right before the code, by its name
 * @returns a new module
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSections, replaceSections, SectionId } from "./sections.ts";
 *
 * const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, SectionId.memory, 3, 1, 0, 1]);
 * const types = new Map([[SectionId.type as number, new Uint8Array([0])]]);
 * const grown = replaceSections(bytes, readSections(bytes), types);
 * assertEquals(readSections(grown).map((section) => section.name), ["type", "memory"]);
 * ```
 */
export function replaceSections(
  bytes: Uint8Array,
  sections: readonly Section[],
  replaced: ReadonlyMap<number, Uint8Array>,
  custom: (section: Section) => Uint8Array | null | undefined = (): undefined => undefined,
  hints?: { readonly name: string; readonly contents: Uint8Array },
): Uint8Array<ArrayBuffer> {
  let size = 8 + bytes.length + (hints === undefined ? 0 : hints.contents.length + hints.name.length + 12);
  for (const contents of replaced.values()) size += contents.length + 6;
  const writer = new ByteWriter(size);
  writer.copy(bytes, 0, 8);
  const write = (id: number, contents: Uint8Array): void => {
    if (id === SectionId.code && hints !== undefined) {
      writeSection(writer, SectionId.custom, hints.contents, hints.name);
    }
    writeSection(writer, id, contents);
  };
  const added = [...replaced.keys()].filter((id) => !findSection(sections, id)).sort((a, b) =>
    ORDER[a] - ORDER[b]
  );
  const lastKnown = sections.findLastIndex(({ id }) => id !== SectionId.custom);
  for (const [index, section] of sections.entries()) {
    const isPlaceOf = (id: number): boolean =>
      index > lastKnown || section.id !== SectionId.custom && ORDER[id] < ORDER[section.id];
    while (added.length > 0 && isPlaceOf(added[0])) {
      const id = added.shift()!;
      write(id, replaced.get(id)!);
    }
    const contents = section.id === SectionId.custom ? custom(section) : replaced.get(section.id);
    if (contents === undefined) writer.copy(bytes, section.start, section.end);
    else if (section.id !== SectionId.custom) write(section.id, contents!);
    else if (contents !== null) writeSection(writer, section.id, contents, section.name);
  }
  for (const id of added) write(id, replaced.get(id)!);
  return writer.finish();
}

function writeSection(writer: ByteWriter, id: number, contents: Uint8Array, name = ""): void {
  writer.u8(id);
  if (id !== SectionId.custom) return writer.sized(contents);
  const named = new ByteWriter(contents.length + name.length * 3 + 5);
  named.name(name);
  named.raw(contents);
  writer.sized(named.finish());
}
