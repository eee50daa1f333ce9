import { ByteReader } from "../../../wasi/binary/byte_reader.ts";
import { ByteWriter } from "../../../wasi/binary/byte_writer.ts";
import { InstructionReader } from "../../../wasi/binary/instruction_reader.ts";
import { readLayout } from "../../../wasi/binary/layout.ts";
import { findSection, replaceSections, SectionId } from "../../../wasi/binary/sections.ts";
import { Fuel, type FuelOptions, meter } from "../../../wasi/fuel.ts";
import { readLocals } from "../../../wasi/fuel/analyze.ts";

/** How a call of a guest's export ended. */
export type Outcome = { readonly value: unknown } | { readonly error: string };

/** An instance and what it has used. */
export interface Metered {
  /** Its fuel. */
  readonly fuel: Fuel;
  /** Its exports. */
  readonly exports: WebAssembly.Exports;
}

/** Meters, compiles and instantiates a module. */
export function metered(
  bytes: Uint8Array<ArrayBuffer>,
  options?: FuelOptions,
  imports?: WebAssembly.Imports,
): Metered {
  const fuel = new Fuel(options);
  const module = new WebAssembly.Module(meter(bytes));
  const instance = new WebAssembly.Instance(module, { ...imports, ...fuel.imports });
  fuel.attach(instance);
  return { fuel, exports: instance.exports };
}

/** Calls an export; errors are reduced to what has to be the same with and without a meter. */
export function outcome(exports: WebAssembly.Exports, name: string, ...args: readonly unknown[]): Outcome {
  try {
    return { value: (exports[name] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    // An exception of the guest's is not an Error, and is another object in each instance.
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : "exception" };
  }
}

const FREE = new Set([0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x0b, 0x18, 0x19, 0x1f]);

/**
 * The simplest counter there can be, to check the clever one against: before each instruction that costs something, add
 * one to a global, exported as `count`. It knows nothing of control flow, and nothing of prices above one.
 */
export function countEach(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  const global = layout.globals.length;
  const section = findSection(layout.sections, SectionId.code)!;
  const reader = new ByteReader(bytes, section.contents, section.end);
  const code = new ByteWriter();
  const count = reader.count("bodies");
  code.u32(count);
  for (let left = count; left > 0; left--) {
    const size = reader.u32("size");
    const end = reader.offset + size;
    const body = new ByteWriter();
    const start = reader.offset;
    readLocals(reader);
    body.copy(bytes, start, reader.offset);
    const instruction = new InstructionReader(reader);
    while (reader.offset < end) {
      instruction.next();
      if (!FREE.has(instruction.opcode)) addOne(body, global);
      body.copy(bytes, instruction.start, instruction.end);
    }
    code.sized(body.finish());
  }
  return replaceSections(
    bytes,
    layout.sections,
    new Map([
      [SectionId.code as number, code.finish()],
      [
        SectionId.global as number,
        append(bytes, layout.sections, SectionId.global, [0x7e, 1, 0x42, 0, 0x0b]),
      ],
      [
        SectionId.export as number,
        append(bytes, layout.sections, SectionId.export, exportOf("count", global)),
      ],
    ]),
  );
}

function addOne(writer: ByteWriter, global: number): void {
  writer.u8(0x23);
  writer.u32(global);
  writer.raw([0x42, 1, 0x7c, 0x24]);
  writer.u32(global);
}

function exportOf(name: string, global: number): number[] {
  const writer = new ByteWriter();
  writer.name(name);
  writer.u8(3);
  writer.u32(global);
  return [...writer.finish()];
}

function append(
  bytes: Uint8Array,
  sections: Parameters<typeof findSection>[0],
  id: number,
  entry: number[],
): Uint8Array {
  const section = findSection(sections, id);
  const writer = new ByteWriter();
  const reader = new ByteReader(bytes, section?.contents ?? 0, section?.end ?? 0);
  writer.u32((section === undefined ? 0 : reader.count("entries")) + 1);
  writer.copy(bytes, reader.offset, reader.end);
  writer.raw(entry);
  return writer.finish();
}
