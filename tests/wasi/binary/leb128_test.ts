import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../wasi/binary/byte_reader.ts";
import { ByteWriter } from "../../../wasi/binary/byte_writer.ts";
import { ModuleError } from "../../../wasi/binary/module_error.ts";
import { moduleOf } from "./wat.ts";

function reader(...bytes: number[]): ByteReader {
  return new ByteReader(new Uint8Array(bytes));
}

/** Whether the engine takes these bytes for the number of types, given that there are none behind them. */
function engineAccepts(bytes: readonly number[]): boolean {
  return WebAssembly.validate(moduleOf([1, bytes.length, ...bytes]));
}

Deno.test("u32 reads every length, padded ones too", () => {
  for (const value of [0, 1, 127, 128, 16383, 16384, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1]) {
    const writer = new ByteWriter();
    writer.u32(value);
    assertEquals(reader(...writer.finish()).u32("x"), value);
    const padded = new ByteWriter();
    padded.fill(padded.hole(), value);
    assertEquals(reader(...padded.finish()).u32("x"), value);
  }
});

Deno.test("u32 refuses what the engine refuses: six bytes, bits above 32, a missing last byte", () => {
  const numbers = [
    [0],
    [0x80, 0],
    [0x80, 0x80, 0x80, 0x80, 0],
    [0x80, 0x80, 0x80, 0x80, 0x80, 0],
    [0x80, 0x80, 0x80, 0x80, 0x10],
    [0x80, 0x80, 0x80, 0x80, 0x70],
    [0x80],
    [0x80, 0x80, 0x80, 0x80, 0x80],
  ];
  for (const bytes of numbers) {
    let accepted = true;
    try {
      reader(...bytes).u32("x");
    } catch (error) {
      if (!(error instanceof ModuleError)) throw error;
      accepted = false;
    }
    assertEquals(accepted, engineAccepts(bytes), String(bytes));
  }
});

Deno.test("u64 reads to 2**64 - 1 and not further", () => {
  const full = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  assertEquals(reader(...full, 1).u64("x"), 2 ** 64);
  assertEquals(reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0).u64("x"), 0);
  assertThrows(
    () => reader(...full, 2).u64("x"),
    ModuleError,
    "Number out of range: x has more than 64 bits at byte 0x9",
  );
  for (const value of [0, 127, 128, 2 ** 32, 2 ** 48, 2 ** 53 - 1]) {
    const writer = new ByteWriter();
    writer.u64(value);
    assertEquals(reader(...writer.finish()).u64("x"), value);
  }
});

Deno.test("s33 reads signs, and refuses a fifth byte that does not repeat them", () => {
  assertEquals(reader(0x40).s33("x"), -64);
  assertEquals(reader(0x7f).s33("x"), -1);
  assertEquals(reader(0xff, 0x7f).s33("x"), -1);
  assertEquals(reader(0xff, 0xff, 0xff, 0xff, 0x7f).s33("x"), -1);
  assertEquals(reader(0xff, 0xff, 0xff, 0xff, 0x0f).s33("x"), 2 ** 32 - 1);
  assertEquals(reader(0x80, 0x80, 0x80, 0x80, 0x70).s33("x"), -(2 ** 32));
  assertThrows(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).s33("x"), ModuleError, "more than 33 bits");
  assertThrows(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0).s33("x"), ModuleError, "more than 33 bits");
});

Deno.test("s64 is written in its shortest form", () => {
  const written = (value: number): number[] => {
    const writer = new ByteWriter();
    writer.s64(value);
    return [...writer.finish()];
  };
  assertEquals(written(63), [0x3f]);
  assertEquals(written(64), [0xc0, 0]);
  assertEquals(written(-64), [0x40]);
  assertEquals(written(-65), [0xbf, 0x7f]);
  assertEquals(written(2 ** 33), [0x80, 0x80, 0x80, 0x80, 0x20]);
});

Deno.test("a vector cannot be longer than what is left", () => {
  assertEquals(reader(2, 0, 0).count("a list"), 2);
  assertThrows(
    () => reader(0, 200, 1, 0).count("a list") + reader(200, 1, 0).count("a list"),
    ModuleError,
    "Truncated module: a list says 200 at byte 0x0, 1 bytes are left",
  );
});

Deno.test("names keep a byte order mark and have to be UTF-8", () => {
  assertEquals(reader(4, 0xef, 0xbb, 0xbf, 0x61).name("x"), "\ufeffa");
  assertThrows(() => reader(1, 0xff).name("x"), ModuleError, "Invalid name: x is not UTF-8 at byte 0x0");
  assertEquals(reader(1, 0xff).looseName("x"), "\ufffd");
});
