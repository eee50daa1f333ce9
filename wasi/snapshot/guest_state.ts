/**
 * Everything that a guest's future depends on, as plain data, and its one canonical form as bytes.
 *
 * @module
 */
import type { ClockState } from "../../caps/clocks/virtual.ts";
import type { RandomState } from "../../caps/seeded_random.ts";
import { sha256 } from "../sha256.ts";
import { type DescriptorState, readDescriptors, writeDescriptors } from "./descriptor_state.ts";
import { SnapshotError } from "./error.ts";
import type { InstanceState } from "./instance_state.ts";
import { LittleReader } from "./little_reader.ts";
import { LittleWriter } from "./little_writer.ts";
import { readImage, writeImage } from "./memory_image.ts";

/** Everything that a guest's future depends on, besides what it is granted. */
export interface GuestState {
  /** The SHA-256 of its module, 32 bytes. */
  readonly module: Uint8Array<ArrayBufferLike>;
  /** Its memories, globals and tables. */
  readonly instance: InstanceState;
  /** Its clocks. */
  readonly clock: ClockState;
  /** Its randomness. */
  readonly random: RandomState;
  /** What it has open. */
  readonly descriptors: readonly DescriptorState[];
}

/**
 * Writes the canonical form of a state: two states are the same exactly when these bytes are.
 *
 * @param state The state; its module is not written
 * @returns The bytes
 */
export function encodeState({ instance, clock, random, descriptors }: GuestState): Uint8Array<ArrayBuffer> {
  const { memories, globals, tables } = instance;
  const data = memories.reduce((total, image) => total + image.data.length + image.runs.length * 8, 0);
  const writer = new LittleWriter(data + 4096);
  writer.u64(clock.wall);
  writer.u64(clock.monotonic);
  writer.raw(random.seed);
  writer.u64(random.stream);
  writer.u128(random.position);
  writeDescriptors(writer, descriptors);
  writer.u32(globals.length);
  for (const bits of globals) writer.u64(bits);
  writer.u32(tables.length);
  for (const entries of tables) {
    writer.u32(entries.length);
    for (const entry of entries) writer.u32(entry);
  }
  writer.u32(memories.length);
  for (const image of memories) writeImage(writer, image);
  return writer.finish();
}

/**
 * Reads a state, from bytes that nobody vouches for.
 *
 * @param bytes What {@linkcode encodeState} wrote
 * @param module The SHA-256 of the module that it belongs to
 * @returns The state; whether it fits the module is still to be checked
 * @throws {SnapshotError} `"damaged"` for anything else
 */
export function decodeState(bytes: Uint8Array<ArrayBuffer>, module: Uint8Array<ArrayBufferLike>): GuestState {
  const reader = new LittleReader(bytes, (message) => {
    return new SnapshotError("damaged", `The snapshot is damaged: ${message}`);
  });
  const clock = { wall: reader.u64(), monotonic: reader.u64() };
  const random = { seed: new Uint8Array(reader.raw(32)), stream: reader.u64(), position: reader.u128() };
  const descriptors = readDescriptors(reader);
  const globals = Array.from({ length: reader.count(8) }, () => reader.u64());
  const tables = Array.from({ length: reader.count(4) }, () => {
    const entries = new Uint32Array(reader.count(4));
    for (let at = 0; at < entries.length; at++) entries[at] = reader.u32();
    return entries;
  });
  const memories = Array.from({ length: reader.count(12) }, () => readImage(reader));
  reader.end();
  return { module, instance: { memories, globals, tables }, clock, random, descriptors };
}

/**
 * The hash of a state: two guests of one module have the same exactly when they are in the same state.
 *
 * @param state The state
 * @returns SHA-256 in 64 hexadecimal digits
 */
export async function hashState(state: GuestState): Promise<string> {
  const hash = await sha256(state.module, encodeState(state));
  return hash.toHex();
}
