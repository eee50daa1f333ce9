/**
 * The bytes of a module, from wherever its user says that it is.
 *
 * @module
 */
import { joined } from "../bytes.ts";

/** The longest module, in bytes, which is the longest that the engine compiles. What is read may have no end. */
const LONGEST = 2 ** 30;

/** How much is read at first, in bytes. To ask how long a file is takes longer than to read a short one. */
const FIRST = 65536;

/** What is said of a module that is longer than any that the engine compiles. */
export class ModuleTooLongError extends Error {
  /** The name of the class, `"ModuleTooLongError"`. */
  override readonly name = "ModuleTooLongError";

  /** Makes the error. */
  constructor() {
    super("it is longer than 1 GiB, and the engine compiles nothing longer");
  }
}

/**
 * Reads a module from where it is.
 *
 * @param source A path of this machine, or a URL (`file:`, `http:`, `https:`, `data:`)
 * @returns All its bytes
 * @throws {Deno.errors.NotFound} And other errors of Deno, when it cannot be read
 * @throws {ModuleTooLongError} For one that no engine would compile
 * @throws {TypeError} When it cannot be fetched
 */
export async function readModuleBytes(source: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const url = source instanceof URL
    ? source
    : /^(https?|data|file):/i.test(source)
    ? new URL(source)
    : undefined;
  if (url === undefined || url.protocol === "file:") {
    const path = url ?? source;
    const info = await Deno.stat(path);
    if (isWhole(info)) return await Deno.readFile(path);
    return await readStream((await Deno.open(path)).readable);
  }
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Deno.errors.NotFound(`Module "${url}" was not found: the server answers ${response.status}`);
  }
  return await readResponse(response);
}

/**
 * Reads a module from a file, without waiting.
 *
 * @param source A path of this machine, or a `file:` URL
 * @returns All its bytes
 * @throws {Deno.errors.NotFound} And other errors of Deno, when it cannot be read
 * @throws {ModuleTooLongError} For one that no engine would compile
 */
export function readModuleBytesSync(source: string | URL): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(source);
  return readToEnd(file, () => {
    const info = file.statSync();
    return isWhole(info) ? info.size : 0;
  });
}

/**
 * Reads a module from what may have no end, without waiting for anything else.
 *
 * @param input A file that is open, or standard input
 * @param expected Answers how many bytes there are, when there are many; 0 when nobody knows
 * @returns All its bytes
 * @throws {ModuleTooLongError} For one that no engine would compile
 */
export function readToEnd(
  input: Pick<Deno.FsFile, "readSync">,
  expected: () => number = () => 0,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(FIRST);
  let size = 0;
  for (;;) {
    const isFull = size === bytes.length;
    // Most often there is no more, and then nothing is copied.
    const room = isFull ? new Uint8Array(FIRST) : bytes.subarray(size);
    const read = input.readSync(room);
    if (read === null) return isFull ? bytes : bytes.slice(0, size);
    if (size + read > LONGEST) throw new ModuleTooLongError();
    if (isFull) {
      const longer = new Uint8Array(Math.max(size === FIRST ? expected() : 0, 2 * size));
      longer.set(bytes);
      longer.set(room.subarray(0, read), size);
      bytes = longer;
    }
    size += read;
  }
}

/**
 * Reads a module from the body of a response.
 *
 * @param response The response
 * @param received Hears how many bytes have come, after each piece
 * @returns All its bytes
 * @throws {ModuleTooLongError} For one that no engine would compile; the rest is not waited for
 * @throws {TypeError} When the body breaks off
 */
export async function readResponse(
  response: Response,
  received?: (size: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  return response.body === null ? new Uint8Array() : await readStream(response.body, received);
}

/** Whether a file's size is known, and is one that a module can have. */
function isWhole({ isFile, size }: Deno.FileInfo): boolean {
  if (isFile && size > LONGEST) throw new ModuleTooLongError();
  return isFile;
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  received: (size: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces();
  for await (const piece of stream) {
    pieces.add(piece);
    received(pieces.size);
  }
  return pieces.whole();
}

/** What has been read of a module. */
class Pieces {
  /** Bytes in all. */
  size = 0;
  readonly #pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    this.size += piece.length;
    if (this.size > LONGEST) throw new ModuleTooLongError();
    this.#pieces.push(piece);
  }

  whole(): Uint8Array<ArrayBuffer> {
    return joined(this.#pieces);
  }
}
