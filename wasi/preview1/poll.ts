/**
 * Waiting for clocks and descriptors.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#poll_oneoff}
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import { type Event, EVENT_SIZE, type Layout, writeEvent } from "../abi/layout.ts";
import type { Guest } from "../guest.ts";
import type { Calls, Outcome } from "./call.ts";
import { pause } from "./poll_pause.ts";
import { readSubscription, type Subscription } from "./subscription.ts";

/** How many subscriptions one call may have: two for each of some thousand descriptors. */
const MOST_SUBSCRIPTIONS = 16384;

/**
 * The call that waits.
 *
 * @param layout How a `subscription` is laid out
 * @returns The call
 */
export function pollCalls(layout: Layout): Calls {
  /** Waits until at least one of some things has happened, and tells which have. */
  function poll_oneoff(
    guest: Guest,
    subscriptionsPointer: number,
    eventsPointer: number,
    count: number,
    resultPointer: number,
  ): Outcome {
    const { memory } = guest;
    const named = count >>> 0;
    const { size } = layout.subscription;
    const first = memory.array(subscriptionsPointer, named, size);
    memory.array(eventsPointer, named, EVENT_SIZE);
    memory.range(resultPointer, 4);
    if (named === 0 || named > MOST_SUBSCRIPTIONS) throw Fault.of("EINVAL");
    const subscriptions = Array.from(
      { length: named },
      (_, i) => readSubscription(guest, first + i * size, layout),
    );
    return answer(guest, subscriptions, eventsPointer, resultPointer);
  }
  return { poll_oneoff };
}

/** Waits as often as it takes, then writes the events. */
function answer(
  guest: Guest,
  subscriptions: readonly Subscription[],
  eventsPointer: number,
  resultPointer: number,
): Outcome {
  for (;;) {
    const events = subscriptions.map((subscription) => subscription.happened()).filter(isEvent);
    if (events.length > 0) {
      const { memory } = guest;
      events.forEach((event, i) => writeEvent(memory, eventsPointer + i * EVENT_SIZE, event));
      return memory.writeU32(resultPointer, events.length);
    }
    const waiting = pause(guest, subscriptions);
    if (waiting !== undefined) {
      return waiting.then(() => answer(guest, subscriptions, eventsPointer, resultPointer));
    }
  }
}

function isEvent(event: Event | undefined): event is Event {
  return event !== undefined;
}
