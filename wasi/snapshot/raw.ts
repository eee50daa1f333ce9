/**
 * The raw form of snapshots that other runners of the same guests write: a memory, a clock, a position in random bytes.
 * It does not say which module it belongs to, and knows neither globals nor tables nor checksums.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | length of the memory |
 * | … | the memory |
 * | 8 | the clock, milliseconds since 1970 began |
 * | 32 | the seed |
 * | 8 | the stream |
 * | 16 | how many 32-bit words of it were taken |
 *
 * All numbers have their lowest byte first.
 *
 * @module
 */
import { GUEST_PAGE } from "../binary/module_types.ts";
import type { RandomState } from "../../caps/seeded_random.ts";
import { SnapshotError } from "./error.ts";
import { LittleReader } from "./little_reader.ts";
import { LittleWriter } from "./little_writer.ts";

/** What the raw form tells about a guest. */
export interface RawState {
  /** The contents of its only memory, a multiple of {@linkcode GUEST_PAGE} bytes. */
  readonly memory: Uint8Array<ArrayBufferLike>;
  /** Its clock, in milliseconds since 1970 began, 0 to 2^64 - 1. */
  readonly milliseconds: bigint;
  /** Its randomness. */
  readonly random: RandomState;
}

/** Bytes besides the memory and its length. */
const TRAILER = 8 + 32 + 8 + 16;

/**
 * Writes the raw form.
 *
 * @param state What it tells
 * @returns Its bytes, 72 more than the memory has
 *
 * @example
 * ```ts
 * import { packRaw } from "./raw.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const random = { seed: new Uint8Array(32), stream: 0n, position: 1n };
 * const raw = packRaw({ memory: new Uint8Array(65536), milliseconds: 1500n, random });
 * assertEquals([raw.length, raw[2], raw.at(-16)], [65536 + 72, 1, 1]);
 * ```
 */
export function packRaw({ memory, milliseconds, random }: RawState): Uint8Array<ArrayBuffer> {
  const writer = new LittleWriter(8 + memory.length + TRAILER);
  writer.u64(BigInt(memory.length));
  writer.raw(memory);
  writer.u64(milliseconds);
  writer.raw(random.seed);
  writer.u64(random.stream);
  writer.u128(random.position);
  return writer.finish();
}

/**
 * Refuses what does not begin as the raw form does.
 *
 * @param head The first bytes, 8 or more unless there are no more
 * @param size How many bytes there are
 * @throws {SnapshotError} `"not-a-snapshot"` when the length of the memory does not go with the size
 */
export function mustBeRaw(head: Uint8Array<ArrayBufferLike>, size: number): void {
  const length = new LittleReader(head, wrong).u64();
  if (length + BigInt(8 + TRAILER) === BigInt(size)) return;
  throw wrong(`a memory of ${length} bytes does not make a file of ${size}`);
}

function wrong(message: string): SnapshotError {
  return new SnapshotError("not-a-snapshot", `This is not a snapshot in the raw form: ${message}`);
}

/**
 * Reads the raw form, from bytes that nobody vouches for.
 *
 * @param bytes The bytes
 * @returns What it tells; its memory is a view of the bytes
 * @throws {SnapshotError} `"not-a-snapshot"` when the length of the memory does not go with that of the bytes
 */
export function unpackRaw(bytes: Uint8Array<ArrayBufferLike>): RawState {
  const reader = new LittleReader(bytes, wrong);
  const length = reader.longCount(1);
  if (length % GUEST_PAGE !== 0) throw wrong(`no memory has ${length} bytes`);
  const memory = reader.raw(length);
  const milliseconds = reader.u64();
  const random = { seed: new Uint8Array(reader.raw(32)), stream: reader.u64(), position: reader.u128() };
  reader.end();
  return { memory, milliseconds, random };
}
