/**
 * What all nodes of one tree in memory share.
 *
 * @module
 */
import { newDevice } from "../device.ts";
import { Fault } from "../fault.ts";

/** A `Map` of V8 cannot hold more than about 2^24 entries; past that it throws. */
export const MOST_IN_MAP: number = 2 ** 23;

/** The identity, clock and room of one tree. */
export class Tree {
  /** A number that no other tree and no host device has. */
  readonly device: bigint = newDevice();
  /** Tells the time, in nanoseconds since 1970 began. */
  readonly now: () => bigint;
  #room: number;
  #lastInode = 0n;

  /**
   * @param now Tells the time
   * @param capacity Bytes of memory that the tree may take
   */
  constructor(now: () => bigint, capacity: number) {
    this.now = now;
    this.#room = capacity;
  }

  /**
   * Numbers a new node. Numbers are never used twice.
   *
   * @returns The number
   */
  nextInode(): bigint {
    return ++this.#lastInode;
  }

  /**
   * Takes memory from what the tree may have.
   *
   * @param bytes How much
   * @throws {Fault} `ENOSPC`
   */
  take(bytes: number): void {
    if (bytes > this.#room) throw Fault.of("ENOSPC");
    this.#room -= bytes;
  }

  /**
   * Gives memory back.
   *
   * @param bytes How much
   */
  give(bytes: number): void {
    this.#room += bytes;
  }
}
