/**
 * Streams over open files.
 *
 * @module
 */
import { checkSettings, mustBeBoolean } from "../checks.ts";
import type { File } from "../file.ts";
import type { InputStream, OutputStream } from "../stream.ts";

/** What one write to a file may move at once, as {@linkcode OutputStream.ready} tells. */
const ROOM = 65536;

/**
 * An input that reads a file from its beginning.
 *
 * @param file The file, open for reading; closed with the stream
 * @returns The stream
 *
 * @example
 * ```ts
 * import { fileInput, memoryDirectory, Open } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const file = memoryDirectory({ "in.txt": "hello" }).open("in.txt", Open.read);
 * if (file.kind !== "file") throw new Error("a directory");
 * const input = fileInput(file);
 * assertEquals(input.ready(), 5);
 * assertEquals(input.read(new Uint8Array(4), 0, 4), 4);
 * ```
 */
export function fileInput(file: File): InputStream {
  let position = 0;
  return {
    streamKind: "file",
    asynchronous: false,
    ready: () => Math.max(file.stat().size - position, 0),
    wait: () => {},
    read(into, start, end): number {
      const count = file.read(into, start, end, position);
      position += count;
      return count;
    },
    close: () => file.close(),
  };
}

/**
 * An output that writes a file from its beginning, or at its end.
 *
 * @param file The file, open for writing; closed with the stream
 * @param options `append`: each write goes to where the file ends then
 * @returns The stream
 *
 * @example
 * ```ts
 * import { fileOutput, memoryDirectory, Open } from "keyhole";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = memoryDirectory();
 * const file = directory.open("out.txt", Open.write | Open.create);
 * if (file.kind !== "file") throw new Error("a directory");
 * const output = fileOutput(file);
 * output.write(new TextEncoder().encode("hello"), 0, 5);
 * assertEquals(directory.lookup("out.txt").size, 5);
 * ```
 */
export function fileOutput(file: File, options: { readonly append?: boolean } = {}): OutputStream {
  checkSettings(options, "options", { append: mustBeBoolean });
  let position = 0;
  return {
    streamKind: "file",
    asynchronous: false,
    ready: () => ROOM,
    wait: () => {},
    write(from, start, end): number {
      if (options.append) return file.append(from, start, end);
      const count = file.write(from, start, end, position);
      position += count;
      return count;
    },
    close: () => file.close(),
  };
}
