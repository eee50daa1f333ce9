/**
 * What a guest has open, as plain data.
 *
 * @module
 */
import type { LittleReader } from "./little_reader.ts";
import type { LittleWriter } from "./little_writer.ts";

/** One descriptor of a guest. */
export interface DescriptorState {
  /** Its number, 0 to 2^32 - 1. */
  readonly fd: number;
  /** Which of the descriptors it is that a guest starts with: 0 to 2 the streams, from 3 on what it was granted. */
  readonly granted: number;
  /** For what it opened itself: the path from the granted directory; `undefined` for what it started with. */
  readonly path: string | undefined;
  /** How it was opened: a sum of `Open` values; 0 for what it started with. */
  readonly how: number;
  /** What it may be used for: a sum of rights. */
  readonly base: number;
  /** What it hands on: a sum of rights. */
  readonly inheriting: number;
  /** A sum of flags. */
  readonly flags: number;
  /** Where its next read or write is, 0 to 2^53 - 1, or -1 for the end of the file. */
  readonly position: number;
}

/** The fewest bytes that one takes. */
const LEAST = 4 + 4 + 1 + 4 + 4 + 2 + 8;

/**
 * Writes descriptors.
 *
 * @param writer Gets them
 * @param descriptors What a guest has open, in the order of the numbers
 */
export function writeDescriptors(writer: LittleWriter, descriptors: readonly DescriptorState[]): void {
  writer.u32(descriptors.length);
  for (const { fd, granted, path, how, base, inheriting, flags, position } of descriptors) {
    writer.u32(fd);
    writer.u32(granted);
    writer.u8(path === undefined ? 0 : 1);
    if (path !== undefined) {
      writer.text(path);
      writer.u8(how);
    }
    writer.u32(base);
    writer.u32(inheriting);
    writer.u16(flags);
    writer.u64(BigInt.asUintN(64, BigInt(position)));
  }
}

/**
 * Reads descriptors, from bytes that nobody vouches for.
 *
 * @param reader At descriptors
 * @returns The descriptors; whether there is anything to restore them to is still to be checked
 */
export function readDescriptors(reader: LittleReader): DescriptorState[] {
  return Array.from({ length: reader.count(LEAST) }, () => {
    const fd = reader.u32();
    const granted = reader.u32();
    const opened = reader.u8() !== 0;
    const path = opened ? reader.text() : undefined;
    const how = opened ? reader.u8() : 0;
    const base = reader.u32();
    const inheriting = reader.u32();
    const flags = reader.u16();
    const position = Number(BigInt.asIntN(64, reader.u64()));
    return { fd, granted, path, how, base, inheriting, flags, position };
  });
}
