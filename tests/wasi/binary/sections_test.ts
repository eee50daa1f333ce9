import { assertEquals, assertThrows } from "@std/assert";
import { ModuleError } from "../../../wasi/binary/module_error.ts";
import { readSections, replaceSections, SectionId } from "../../../wasi/binary/sections.ts";
import { moduleOf, section } from "./wat.ts";

function names(bytes: Uint8Array): string[] {
  return readSections(bytes).map(({ name }) => name);
}

Deno.test("headers of other things are refused by name", () => {
  assertThrows(
    () => readSections(new Uint8Array()),
    ModuleError,
    "Truncated module: the magic number says 4 bytes at byte 0x0, 0 are left",
  );
  assertThrows(() => readSections(new Uint8Array(8)), ModuleError, "Not a WebAssembly module");
  const component = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  assertThrows(() => readSections(component), ModuleError, "Not a core module but a component");
  const version = new Uint8Array([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]);
  assertThrows(
    () => readSections(version),
    ModuleError,
    "Unknown version 2 of the binary format at byte 0x4",
  );
});

Deno.test("sections are accepted in the order in which the engine accepts them", () => {
  const ids = Object.values(SectionId).filter((id) => id !== 0 && id !== SectionId.start);
  for (const first of ids) {
    for (const second of ids) {
      const bytes = moduleOf(section(first, [0]), section(second, [0]));
      let accepted = true;
      try {
        readSections(bytes);
      } catch (error) {
        if (!(error instanceof ModuleError)) throw error;
        accepted = false;
      }
      assertEquals(accepted, WebAssembly.validate(bytes), `${first} then ${second}`);
    }
  }
});

Deno.test("unknown and cut sections are refused with their position", () => {
  assertThrows(() => readSections(moduleOf([14, 0])), ModuleError, "Unknown section 14 at byte 0x8");
  assertThrows(
    () => readSections(moduleOf([10, 100, 0])),
    ModuleError,
    `Truncated module: section 10 "code" says 100 bytes at byte 0xa, 1 are left`,
  );
  assertThrows(
    () => readSections(moduleOf([0, 1, 5])),
    ModuleError,
    "the name of a custom section says 5 bytes",
  );
});

Deno.test("replacing keeps the rest byte for byte and puts new sections where they belong", () => {
  const bytes = moduleOf(
    section(0, [1, 0x61, 7]),
    section(1, [0]),
    section(13, [0]),
    section(11, [0]),
    section(0, [1, 0x62]),
  );
  const sections = readSections(bytes);
  assertEquals(replaceSections(bytes, sections, new Map()), bytes);
  const added = [SectionId.code, SectionId.export, SectionId.memory, SectionId.dataCount];
  const changed = replaceSections(bytes, sections, new Map(added.map((id) => [id, new Uint8Array([0])])));
  assertEquals(names(changed), ["a", "type", "memory", "tag", "export", "data count", "code", "data", "b"]);
  assertEquals(WebAssembly.validate(changed), true);
});

Deno.test("a new section that comes last lies before the custom sections at the end", () => {
  const bytes = moduleOf(
    section(0, [1, 0x61]),
    section(1, [0]),
    section(0, [1, 0x62]),
    section(5, [0]),
    section(0, [1, 0x63]),
    section(0, [1, 0x64]),
  );
  const added = [SectionId.data, SectionId.code, SectionId.function];
  const hints = { name: "hints", contents: new Uint8Array([1]) };
  const replaced = new Map(added.map((id) => [id, new Uint8Array([0])]));
  const changed = replaceSections(bytes, readSections(bytes), replaced, undefined, hints);
  assertEquals(
    names(changed),
    ["a", "type", "b", "function", "memory", "hints", "code", "data", "c", "d"],
  );
  assertEquals(WebAssembly.validate(changed), true);
});

Deno.test("custom sections can be dropped and rewritten", () => {
  const bytes = moduleOf(section(0, [1, 0x61, 7]), section(0, [1, 0x62]));
  const changed = replaceSections(
    bytes,
    readSections(bytes),
    new Map(),
    ({ name }) => name === "a" ? null : new Uint8Array([9]),
  );
  assertEquals(changed, moduleOf(section(0, [1, 0x62, 9])));
});
