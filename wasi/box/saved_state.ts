/**
 * States that come from snapshots.
 *
 * @module
 */
import { seededRandom } from "../../caps/seeded_random.ts";
import { systemRandom } from "../../caps/system_random.ts";
import { unpackSnapshot } from "../snapshot/container.ts";
import type { GuestState } from "../snapshot/guest_state.ts";
import { type BoxModule, mostBytesOf } from "./module.ts";
import type { RandomPolicy } from "./options.ts";

/**
 * Reads snapshots of boxes of a module.
 *
 * @param module The module
 * @returns A function that returns the state in a snapshot, or throws a `SnapshotError`
 */
export function readerOf(
  { hash, shape }: BoxModule,
): (snapshot: Uint8Array<ArrayBuffer>) => Promise<GuestState> {
  return (snapshot) => unpackSnapshot(snapshot, hash, mostBytesOf(shape));
}

/**
 * A state in which a box goes on: with the randomness that it had, or with another.
 *
 * @param state The state
 * @param policy What happens to its randomness
 * @returns The state, changed if asked for
 */
export function underPolicy(state: GuestState, { random, seed }: RandomPolicy): GuestState {
  if (random !== "reseed") return state;
  const fresh = new Uint8Array(32);
  if (seed === undefined) systemRandom().fill(fresh, 0, 32);
  return { ...state, random: seededRandom(seed ?? fresh).state };
}
