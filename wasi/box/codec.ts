/**
 * Messages of a box: between what an application has and the bytes that a guest gets.
 *
 * Existing guests speak the defaults of bincode 1.3: numbers of fixed width with the lowest byte first, lengths of 64
 * bits, the number of an enum's variant in 32 bits, one byte that says whether an option is there.
 *
 * @module
 */
import { LittleReader } from "../snapshot/little_reader.ts";
import { LittleWriter } from "../snapshot/little_writer.ts";

/** Between messages and bytes. */
export interface Codec<Message> {
  /**
   * Turns a message into bytes.
   *
   * @param message A message
   * @returns Its bytes
   * @throws {MessageError} For what cannot be said
   */
  encode(message: Message): Uint8Array<ArrayBufferLike>;

  /**
   * Turns bytes into a message.
   *
   * @param bytes Bytes that came from a guest
   * @returns The message, which does not change when the bytes do
   * @throws {MessageError} When they say nothing
   */
  decode(bytes: Uint8Array<ArrayBufferLike>): Message;
}

/**
 * A message that cannot be said in a codec, or bytes that say nothing in it.
 *
 * @example
 * ```ts
 * import { MessageError, stringCodec } from "keyhole";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => stringCodec.decode(new Uint8Array([0xff])), MessageError);
 * ```
 */
export class MessageError extends Error {
  /** The name of the class, `"MessageError"`. */
  override readonly name = "MessageError";
}

/** A part of a message: something that knows where it ends. */
export interface Shape<Value> {
  /**
   * Writes a value.
   *
   * @param writer Gets the value
   * @param value The value
   */
  write(writer: LittleWriter, value: Value): void;

  /**
   * Reads a value.
   *
   * @param reader At a value
   * @returns The value
   */
  read(reader: LittleReader): Value;
}

/**
 * The codec of messages that have a shape. Bytes that are left over are refused.
 *
 * @param shape The shape, made of those in {@linkcode shapes}
 * @returns The codec
 *
 * @example
 * ```ts
 * import { codecOf, shapes } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const position = codecOf(shapes.struct({ x: shapes.i32, y: shapes.i32, name: shapes.option(shapes.string) }));
 * const bytes = position.encode({ x: 1, y: -1, name: undefined });
 * assertEquals([...bytes], [1, 0, 0, 0, 255, 255, 255, 255, 0]);
 * assertEquals(position.decode(bytes), { x: 1, y: -1, name: undefined });
 * ```
 */
export function codecOf<Value>(shape: Shape<Value>): Codec<Value> {
  return {
    encode: (message) => {
      const writer = new LittleWriter();
      shape.write(writer, message);
      return writer.finish();
    },
    decode: (bytes) => {
      const reader = new LittleReader(bytes, (message) => new MessageError(`Not such a message: ${message}`));
      const message = shape.read(reader);
      reader.end();
      return message;
    },
  };
}

/** Bytes as they are. */
export const bytesCodec: Codec<Uint8Array<ArrayBufferLike>> = {
  encode: (message) => {
    if (message instanceof Uint8Array) return message.slice();
    throw new MessageError(`A message of type ${typeof message} is no bytes`);
  },
  decode: (bytes) => bytes.slice(),
};

/**
 * Texts, the common case: a length of 64 bits and UTF-8.
 *
 * @example
 * ```ts
 * import { stringCodec } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...stringCodec.encode("up")], [2, 0, 0, 0, 0, 0, 0, 0, 0x75, 0x70]);
 * ```
 */
export const stringCodec: Codec<string> = codecOf({
  write: (writer: LittleWriter, text: string) => writeText(writer, text),
  read: (reader) => reader.text(),
});

/**
 * Writes a text.
 *
 * @param writer Gets the text
 * @param text The text
 * @throws {MessageError} For what is no text, and for halves of surrogate pairs, which UTF-8 cannot say
 */
export function writeText(writer: LittleWriter, text: string): void {
  if (typeof text !== "string") throw new MessageError(`A message of type ${typeof text} is no text`);
  if (!text.isWellFormed()) throw new MessageError("UTF-8 cannot say half of a surrogate pair");
  writer.text(text);
}

/**
 * Anything that JSON can say, as a text.
 *
 * @example
 * ```ts
 * import { jsonCodec, stringCodec } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jsonCodec.encode({ add: 1 }), stringCodec.encode('{"add":1}'));
 * ```
 */
export const jsonCodec: Codec<unknown> = {
  encode: (message) => {
    const text = JSON.stringify(message);
    if (text === undefined) throw new MessageError(`JSON cannot say a message of type ${typeof message}`);
    return stringCodec.encode(text);
  },
  decode: (bytes) => {
    try {
      return JSON.parse(stringCodec.decode(bytes));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new MessageError(`Not such a message: ${error.message}`, { cause: error });
    }
  },
};
