/**
 * Between the state of a box and the raw form of snapshots.
 *
 * @module
 */
import { SnapshotError } from "../snapshot/error.ts";
import type { GuestState } from "../snapshot/guest_state.ts";
import { applyImage, imageOf } from "../snapshot/memory_image.ts";
import type { RawState } from "../snapshot/raw.ts";

const MILLISECOND = 1_000_000n;

/**
 * What the raw form can tell of a state; globals, tables and what is open are left out.
 *
 * @param state The state
 * @returns What can be told of it
 * @throws {SnapshotError} `"unsupported"` for a module with more than one memory
 */
export function rawOfState({ instance, clock, random }: GuestState): RawState {
  const [image, ...others] = instance.memories;
  if (image === undefined || others.length > 0) {
    throw new SnapshotError("unsupported", "The raw form of snapshots has room for one memory only");
  }
  const memory = new Uint8Array(image.length);
  applyImage(image, memory.buffer, []);
  return { memory, milliseconds: clock.wall / MILLISECOND, random };
}

/**
 * The state of a guest that the raw form tells about.
 *
 * @param raw What it tells
 * @param fresh The state of a new instance, for what it does not tell
 * @returns The state; the monotonic clock shows what the wall clock does, so that it does not go back
 * @throws {SnapshotError} `"unsupported"` for a module with more than one memory
 */
export function stateOfRaw({ memory, milliseconds, random }: RawState, fresh: GuestState): GuestState {
  if (fresh.instance.memories.length !== 1) {
    throw new SnapshotError("unsupported", "The raw form of snapshots has room for one memory only");
  }
  const image = imageOf(memory.slice().buffer);
  const wall = milliseconds * MILLISECOND;
  return {
    ...fresh,
    instance: { ...fresh.instance, memories: [image] },
    clock: { wall, monotonic: wall },
    random,
  };
}
