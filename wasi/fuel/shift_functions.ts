import { ByteReader } from "../binary/byte_reader.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { readConstantExpression } from "../binary/instruction_reader.ts";
import { EXTERN_KINDS, readTableType, startsFilledTable } from "../binary/module_types.ts";
import { ModuleError } from "../binary/module_error.ts";
import { skipValueType } from "../binary/value_type.ts";

const REF_FUNC = 0xd2;

/** One more imported function makes the indexes of all defined ones larger by one, wherever they are written. */
export class FunctionShift {
  readonly #from: number;

  /**
   * Says which indexes change.
   * @param from the index of the first defined function
   */
  constructor(from: number) {
    this.#from = from;
  }

  /**
   * Translates one index.
   * @param index in the old module
   * @returns its index in the new one
   */
  of(index: number): number {
    return index < this.#from ? index : index + 1;
  }

  /**
   * Copies a constant expression.
   * @param reader at the expression; afterwards behind it
   * @param writer gets it
   */
  expression(reader: ByteReader, writer: ByteWriter): void {
    let from = reader.offset;
    readConstantExpression(reader, (code) => {
      if (code.opcode !== REF_FUNC) return;
      writer.copy(reader.bytes, from, code.immediates);
      writer.u32(this.of(code.first));
      from = code.end;
    });
    writer.copy(reader.bytes, from, reader.offset);
  }

  /**
   * Copies a defined table.
   * @param reader at the table; afterwards behind it
   * @param writer gets it
   */
  table(reader: ByteReader, writer: ByteWriter): void {
    const start = reader.offset;
    const filled = startsFilledTable(reader);
    readTableType(reader);
    writer.copy(reader.bytes, start, reader.offset);
    if (filled) this.expression(reader, writer);
  }

  /**
   * Copies a defined global.
   * @param reader at the global; afterwards behind it
   * @param writer gets it
   */
  global(reader: ByteReader, writer: ByteWriter): void {
    const start = reader.offset;
    skipValueType(reader);
    reader.u8("the mutability of a global");
    writer.copy(reader.bytes, start, reader.offset);
    this.expression(reader, writer);
  }

  /**
   * Copies an export.
   * @param reader at the export; afterwards behind it
   * @param writer gets it
   */
  export(reader: ByteReader, writer: ByteWriter): void {
    const start = reader.offset;
    reader.skip(reader.u32("the name of an export"), "the name of an export");
    const kind = EXTERN_KINDS[reader.u8("the kind of an export")];
    writer.copy(reader.bytes, start, reader.offset);
    const index = reader.u32("the index of an export");
    writer.u32(kind === "function" ? this.of(index) : index);
  }

  /**
   * Copies an element segment: eight forms, told apart by three bits (core specification, 5.5.12).
   * @param reader at the segment; afterwards behind it
   * @param writer gets it
   * @throws {ModuleError} when its form is unknown
   */
  element(reader: ByteReader, writer: ByteWriter): void {
    const form = reader.u32("an element segment");
    if (form > 7) throw new ModuleError(`Unknown form ${form} of an element segment`, reader.offset - 1);
    const passive = (form & 1) !== 0;
    const explicit = (form & 2) !== 0;
    const expressions = (form & 4) !== 0;
    writer.u32(form);
    if (!passive) {
      if (explicit) writer.u32(reader.u32("the index of a table"));
      this.expression(reader, writer);
    }
    if (passive || explicit) {
      const start = reader.offset;
      if (expressions) skipValueType(reader);
      else reader.u8("the kind of an element segment");
      writer.copy(reader.bytes, start, reader.offset);
    }
    const count = reader.count("the number of elements");
    writer.u32(count);
    for (let left = count; left > 0; left--) {
      if (expressions) this.expression(reader, writer);
      else writer.u32(this.of(reader.u32("the index of a function")));
    }
  }

  /**
   * Copies the contents of a name section, whose names of functions, locals and labels go by function.
   * @param reader at the contents
   * @param writer gets them
   */
  names(reader: ByteReader, writer: ByteWriter): void {
    while (!reader.done) {
      const id = reader.u8("a part of the name section");
      const size = reader.u32("the size of a part of the name section");
      const start = reader.offset;
      reader.skip(size, "a part of the name section");
      const part = new ByteReader(reader.bytes, start, reader.offset);
      writer.u8(id);
      const byFunction = id >= 1 && id <= 3;
      writer.sized(
        byFunction ? this.#namesByFunction(part, id > 1) : part.take(size, "a part of the name section"),
      );
    }
  }

  #namesByFunction(reader: ByteReader, nested: boolean): Uint8Array {
    const writer = new ByteWriter(reader.end - reader.offset + 64);
    const count = reader.count("the number of names");
    writer.u32(count);
    const skipName = (): void => reader.skip(reader.u32("a name"), "a name");
    for (let left = count; left > 0; left--) {
      writer.u32(this.of(reader.u32("the index of a function")));
      const start = reader.offset;
      if (!nested) skipName();
      for (let inner = nested ? reader.count("the number of names") : 0; inner > 0; inner--) {
        reader.u32("an index");
        skipName();
      }
      writer.copy(reader.bytes, start, reader.offset);
    }
    return writer.finish();
  }
}
