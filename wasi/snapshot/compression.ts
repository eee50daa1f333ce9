/**
 * Compression by the platform, with an end to what may come out.
 *
 * @module
 */
import { joined } from "../../caps/bytes.ts";

/**
 * Compresses bytes (DEFLATE, RFC 1951).
 *
 * @param bytes The bytes
 * @returns The compressed bytes; they can differ from one version of the platform to the next
 */
export async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = await through(new CompressionStream("deflate-raw"), bytes, Infinity);
  return joined(compressed!);
}

/**
 * Undoes {@linkcode compress}, for bytes that nobody vouches for.
 *
 * @param bytes The compressed bytes
 * @param length How many bytes have to come out; no more than that are ever held
 * @returns The bytes, or `undefined` when these are not compressed bytes, or another number comes out
 */
export async function decompress(
  bytes: Uint8Array<ArrayBufferLike>,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces = await through(new DecompressionStream("deflate-raw"), bytes.slice(), length);
  if (pieces === undefined) return undefined;
  const all = joined(pieces);
  return all.length === length ? all : undefined;
}

async function through(
  stream: GenericTransformStream,
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array[] | undefined> {
  const writer = stream.writable.getWriter();
  // What goes wrong while writing comes out of the reading side too, and is caught there.
  const written = writer.write(bytes).then(() => writer.close()).catch(() => {});
  const pieces: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const piece of stream.readable as ReadableStream<Uint8Array>) {
      total += piece.length;
      if (total > most) return undefined;
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  } finally {
    await written;
  }
  return pieces;
}
