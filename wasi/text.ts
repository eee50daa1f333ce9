/**
 * The text format of WebAssembly.
 *
 * @module
 */
import { UnusableModuleError } from "./unusable.ts";

/** The package is large, so it is loaded only for a module in text form. */
const WABT = "npm:wabt@1.0.39";

/** What little of the package is used. */
interface Wabt {
  parseWat(name: string, text: Uint8Array<ArrayBuffer>, features: Record<string, boolean>): {
    toBinary(options: { write_debug_names: boolean }): { buffer: Uint8Array<ArrayBuffer> };
    destroy(): void;
  };
}

/**
 * Translates a module from the text format to the binary format.
 *
 * @param text The text, in UTF-8
 * @returns The bytes of the module
 * @throws {UnusableModuleError} For a mistake in the text, with its line, for bytes that are not UTF-8, or when the
 * parser cannot be loaded
 *
 * @example
 * ```ts
 * import { parseText } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await parseText(new TextEncoder().encode("(module)"));
 * assertEquals([...bytes.subarray(0, 4)], [0x00, 0x61, 0x73, 0x6d]);
 * ```
 */
export async function parseText(text: Uint8Array<ArrayBufferLike>): Promise<Uint8Array<ArrayBuffer>> {
  const source = withoutMark(text);
  mustBeUtf8(source);
  let wabt: Wabt;
  try {
    wabt = await (await import(WABT)).default();
  } catch (error) {
    // What is behind it all comes last, each reason in a line with a number.
    const why = String(error).trimEnd().split("\n").at(-1)!.replace(/^\s*\d+: /, "");
    const message = "The parser of the text format (npm:wabt), which Deno fetches when it is first needed, " +
      `could not be loaded: ${why}`;
    throw new UnusableModuleError(message, { cause: error });
  }
  const features = Object.fromEntries(TEXT_FEATURES.map((name) => [name, true]));
  try {
    const parsed = wabt.parseWat("module.wat", source, features);
    try {
      return parsed.toBinary({ write_debug_names: true }).buffer;
    } finally {
      parsed.destroy();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The parser shows the line and points below it; the first line says it all.
    const line = message.replace(/^parseWat failed:\s*/, "").replace(/^module\.wat:/, "line ").split("\n")[0];
    throw new UnusableModuleError(`The text is not a module: ${line}`, { cause: error });
  }
}

/** The text in memory of its own, which is not shared, without the byte order mark that the parser does not know. */
function withoutMark(text: Uint8Array<ArrayBufferLike>): Uint8Array<ArrayBuffer> {
  const marked = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return new Uint8Array(text.subarray(marked ? 3 : 0));
}

/** The parser looks at names alone: in data and in comments it would take any byte. */
function mustBeUtf8(text: Uint8Array<ArrayBuffer>): void {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(text);
  } catch (error) {
    throw new UnusableModuleError("The text is not a module: it is not in UTF-8", { cause: error });
  }
}

/** What V8 accepts and the parser has to be asked for. */
const TEXT_FEATURES = [
  "exceptions",
  "mutable_globals",
  "sat_float_to_int",
  "sign_extension",
  "simd",
  "threads",
  "multi_value",
  "tail_call",
  "bulk_memory",
  "reference_types",
  "memory64",
  "multi_memory",
  "extended_const",
  "relaxed_simd",
] as const;
