/**
 * Numbers for what is like a device of its own.
 *
 * @module
 */

/** Devices of Linux are 32-bit numbers, so these are none of them. */
let lastDevice = 2n ** 32n;

/**
 * A number for something that is like a device of its own: a tree in memory, say.
 *
 * @returns A number that no other call gave and no device of the host has
 */
export function newDevice(): bigint {
  return ++lastDevice;
}
