/**
 * Data segments that fill memories with what they held.
 *
 * @module
 */
import { ByteWriter } from "../binary/byte_writer.ts";
import type { ModuleLayout } from "../binary/layout.ts";
import { addressConstant } from "./constants.ts";
import { SnapshotError } from "./error.ts";
import { IMAGE_PAGE, type MemoryImage } from "./memory_image.ts";
import { readDataSegments } from "./segments.ts";

/** A passive segment without contents: what is left of a segment that has done its work. */
const EMPTY = [1, 0];

/** The most data segments that engines take. */
const MOST_SEGMENTS = 100_000;

/**
 * Writes the data section of a module anew. Passive segments stay, since code may still use them.
 *
 * @param layout The module
 * @param images What its memories are to begin with
 * @returns The contents of the section, and the number of its segments
 * @throws {SnapshotError} `"unsupported"` when the memories hold more pieces than a module can
 */
export function frozenData(
  layout: ModuleLayout,
  images: readonly MemoryImage[],
): { contents: Uint8Array; count: number } {
  const segments = readDataSegments(layout);
  const count = images.reduce((total, { runs }) => total + runs.length, segments.length);
  if (count > MOST_SEGMENTS) {
    throw new SnapshotError(
      "unsupported",
      `The memory is in ${count} pieces, more than a module can begin with`,
    );
  }
  const writer = new ByteWriter(images.reduce((total, { data }) => total + data.length, 1024));
  writer.u32(count);
  for (const { active, start, end } of segments) {
    if (active) writer.raw(EMPTY);
    else writer.copy(layout.bytes, start, end);
  }
  images.forEach((image, index) => writeImageSegments(writer, layout, image, index));
  return { contents: writer.finish(), count };
}

function writeImageSegments(
  writer: ByteWriter,
  { memories }: ModuleLayout,
  { runs, data }: MemoryImage,
  index: number,
): void {
  let at = 0;
  for (const { first, count } of runs) {
    const contents = data.subarray(at, at + count * IMAGE_PAGE);
    at += contents.length;
    const start = contents.findIndex((byte) => byte !== 0);
    const end = contents.findLastIndex((byte) => byte !== 0) + 1;
    writer.u32(index === 0 ? 0 : 2);
    if (index > 0) writer.u32(index);
    writer.raw(addressConstant(memories[index]!.address, first * IMAGE_PAGE + start));
    writer.sized(contents.subarray(start, end));
  }
}
