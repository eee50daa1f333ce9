import { assertEquals, assertThrows } from "@std/assert";
import {
  bytesCodec,
  type Codec,
  codecOf,
  jsonCodec,
  MessageError,
  type Shape,
  stringCodec,
} from "../../../wasi/box/codec.ts";
import { shapes } from "../../../wasi/box/shapes.ts";

function bytes<Value>(shape: Shape<Value>, value: Value): number[] {
  const codec = codecOf(shape);
  const encoded = codec.encode(value);
  assertEquals(codec.decode(encoded), value);
  return [...encoded];
}

function refused<Value>(codec: Codec<Value>, ...encoded: number[]): string {
  return (assertThrows(() => codec.decode(new Uint8Array(encoded)), MessageError) as Error).message;
}

Deno.test("a text is its length in 64 bits and UTF-8", () => {
  assertEquals([...stringCodec.encode("up")], [2, 0, 0, 0, 0, 0, 0, 0, 0x75, 0x70]);
  assertEquals(stringCodec.decode(stringCodec.encode("größer\0\u{1f511}\ufeff")), "größer\0\u{1f511}\ufeff");
});

Deno.test("numbers have a fixed width and their lowest byte first", () => {
  assertEquals(bytes(shapes.u8, 255), [255]);
  assertEquals(bytes(shapes.u16, 258), [2, 1]);
  assertEquals(bytes(shapes.i16, -2), [254, 255]);
  assertEquals(bytes(shapes.u32, 2 ** 32 - 1), [255, 255, 255, 255]);
  assertEquals(bytes(shapes.i32, -(2 ** 31)), [0, 0, 0, 128]);
  assertEquals(bytes(shapes.u64, 1n << 63n), [0, 0, 0, 0, 0, 0, 0, 128]);
  assertEquals(bytes(shapes.i64, -1n), Array(8).fill(255));
  assertEquals(bytes(shapes.i128, -(1n << 127n)), [...Array(15).fill(0), 128]);
  assertEquals(bytes(shapes.f32, 1.5), [0, 0, 0xc0, 0x3f]);
  assertEquals(bytes(shapes.f64, -0), [0, 0, 0, 0, 0, 0, 0, 128]);
});

Deno.test("options, lists, structs and variants as bincode 1.3 writes them", () => {
  assertEquals(bytes(shapes.option(shapes.u8), undefined), [0]);
  assertEquals(bytes(shapes.option(shapes.u8), 7), [1, 7]);
  assertEquals(bytes(shapes.list(shapes.bool), [true, false]), [2, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  assertEquals(bytes(shapes.bytes, new Uint8Array([9])), [1, 0, 0, 0, 0, 0, 0, 0, 9]);
  assertEquals(bytes(shapes.struct({ b: shapes.u8, a: shapes.u8 }), { a: 1, b: 2 }), [2, 1]);
  const command = shapes.variant({ stop: shapes.struct({}), go: shapes.u8 });
  assertEquals(bytes(command, { kind: "stop", value: {} }), [0, 0, 0, 0]);
  assertEquals(bytes(command, { kind: "go", value: 3 }), [1, 0, 0, 0, 3]);
});

Deno.test("messages of any length are written, whatever they are made of", () => {
  const one = shapes.struct({ a: shapes.u8, b: shapes.u16, c: shapes.u32, d: shapes.u64, e: shapes.u128 });
  const more = shapes.struct({
    f: shapes.f32,
    g: shapes.f64,
    h: shapes.string,
    i: shapes.bytes,
    j: shapes.bool,
  });
  const codec = codecOf(shapes.list(shapes.struct({ one, more })));
  const entry = (at: number): unknown => ({
    one: { a: at % 256, b: at, c: at, d: BigInt(at), e: BigInt(at) },
    more: { f: at, g: at, h: "x".repeat(at % 7), i: new Uint8Array(at % 5), j: at % 2 === 0 },
  });
  for (let count = 0; count < 60; count++) {
    const message = Array.from({ length: count }, (_, at) => entry(at)) as Parameters<typeof codec.encode>[0];
    assertEquals(codec.decode(codec.encode(message)), message);
  }
});

Deno.test("what has no room is refused, not cut", () => {
  const refuses = <Value>(shape: Shape<Value>, value: Value): unknown =>
    assertThrows(() => codecOf(shape).encode(value), MessageError);
  refuses(shapes.u8, 256);
  refuses(shapes.u8, -1);
  refuses(shapes.i8, 128);
  refuses(shapes.u32, 1.5);
  refuses(shapes.u32, NaN);
  refuses(shapes.u64, 1n << 64n);
  refuses(shapes.i64, 1n << 63n);
  assertThrows(() => jsonCodec.encode(undefined), MessageError, "JSON cannot say");
});

Deno.test("a guest's bytes that say nothing are refused", () => {
  refused(stringCodec);
  refused(stringCodec, 3, 0, 0, 0, 0, 0, 0, 0, 65);
  refused(stringCodec, ...Array(8).fill(255));
  refused(stringCodec, 1, 0, 0, 0, 0, 0, 0, 0, 0xff);
  refused(stringCodec, 1, 0, 0, 0, 0, 0, 0, 0, 65, 65);
  refused(jsonCodec, 1, 0, 0, 0, 0, 0, 0, 0, 0x7b);
  refused(codecOf(shapes.bool), 2);
  refused(codecOf(shapes.variant({ a: shapes.u8 })), 1, 0, 0, 0, 0);
  refused(codecOf(shapes.list(shapes.u8)), ...Array(8).fill(127));
  assertEquals(
    refused(codecOf(shapes.list(shapes.struct({}))), 0, 0, 0, 0, 1, 0, 0, 0),
    "Not such a message: a list of 4294967296 entries",
  );
});

Deno.test("decoded bytes are a copy: the guest's memory changes", () => {
  const memory = new Uint8Array([1, 2]);
  const message = bytesCodec.decode(memory);
  memory[0] = 9;
  assertEquals([...message], [1, 2]);
});
