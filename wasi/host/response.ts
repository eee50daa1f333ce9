/**
 * What a host function gives back through the guest's memory.
 *
 * @module
 */
import type { GuestMemory } from "../abi/memory.ts";

/** Room in the guest's memory that a host function may fill. It is wholly inside: that was checked before the call. */
export interface ResponseBuffer {
  /** How many bytes fit, 0 to 2^32 - 1. */
  readonly length: number;

  /**
   * Fills the room from its beginning, with what fits: a text is cut between two characters, bytes anywhere.
   *
   * @param value What to write
   * @returns How many bytes were written
   */
  write(value: string | Uint8Array): number;
}

/** A number in the guest's memory that a host function sets. It is wholly inside: that was checked before the call. */
export interface OutNumber {
  /**
   * Sets the number.
   *
   * @param value The number, taken modulo 2^32
   */
  set(value: number): void;
}

/**
 * A response buffer.
 *
 * @param memory The guest's memory
 * @param pointer Where it begins; a range that was checked
 * @param length How many bytes it has
 * @returns The buffer
 */
export function responseBuffer(memory: GuestMemory, pointer: number, length: number): ResponseBuffer {
  const room = length >>> 0;
  return {
    length: room,
    write(value): number {
      const bytes = typeof value === "string" ? encodeWhatFits(value, room) : value.subarray(0, room);
      // Checked anew: an asynchronous function comes back when the memory may have grown and its views are stale.
      memory.write(pointer, bytes);
      return bytes.length;
    },
  };
}

/**
 * A number to set.
 *
 * @param memory The guest's memory
 * @param pointer Where it lies; a range that was checked
 * @returns The number
 */
export function outNumber(memory: GuestMemory, pointer: number): OutNumber {
  return { set: (value) => memory.writeU32(pointer, value) };
}

function encodeWhatFits(text: string, room: number): Uint8Array {
  // No character of UTF-16 needs more than three bytes.
  const into = new Uint8Array(Math.min(room, text.length * 3));
  return into.subarray(0, new TextEncoder().encodeInto(text, into).written);
}
