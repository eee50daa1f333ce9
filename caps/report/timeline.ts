/**
 * What happened when, in a bounded number of stretches.
 *
 * @module
 */
import type { Timeline } from "../report.ts";

/** The most stretches; when they are used up, each two become one that is twice as long. */
const MOST = 120;

/**
 * Sums over time. It is as exact as its length allows: a run of a second is told by tens of milliseconds.
 *
 * @example
 * ```ts
 * import { TimelineRecorder } from "./timeline.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const recorder = new TimelineRecorder();
 * recorder.add(0, 10, 0);
 * recorder.add(3, 0, 5);
 * assertEquals(recorder.timeline, { step: 1, calls: [1, 0, 0, 1], bytesRead: [10, 0, 0, 0], bytesWritten: [0, 0, 0, 5] });
 * ```
 */
export class TimelineRecorder {
  #step = 1;
  #length = 0;
  #calls = new Float64Array(MOST);
  #read = new Float64Array(MOST);
  #written = new Float64Array(MOST);

  /**
   * Counts one call.
   *
   * @param at When it was made, in milliseconds since the start, 0 or more
   * @param read Bytes that it read
   * @param written Bytes that it wrote
   */
  add(at: number, read: number, written: number): void {
    while (at >= this.#step * MOST) this.#double();
    const index = Math.floor(at / this.#step);
    this.#calls[index]!++;
    this.#read[index]! += read;
    this.#written[index]! += written;
    this.#length = Math.max(this.#length, index + 1);
  }

  /** The sums so far. */
  get timeline(): Timeline {
    const used = (sums: Float64Array): number[] => Array.from(sums.subarray(0, this.#length));
    return {
      step: this.#step,
      calls: used(this.#calls),
      bytesRead: used(this.#read),
      bytesWritten: used(this.#written),
    };
  }

  #double(): void {
    this.#step *= 2;
    this.#length = Math.ceil(this.#length / 2);
    [this.#calls, this.#read, this.#written] = [
      halved(this.#calls),
      halved(this.#read),
      halved(this.#written),
    ];
  }
}

function halved(sums: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const result = new Float64Array(MOST);
  for (let i = 0; i < MOST; i += 2) result[i / 2] = sums[i]! + sums[i + 1]!;
  return result;
}
