/**
 * The waiting in `poll_oneoff`, once none of what is waited for has happened yet.
 *
 * @module
 */
import type { Stream } from "../../caps/stream.ts";
import type { Guest } from "../guest.ts";
import { LONGEST_WAIT } from "../waiter.ts";
import type { Subscription } from "./subscription.ts";

/** Milliseconds after which several blocking streams are asked in turn. */
const TURN = 5;

const NANOSECONDS = 1_000_000;

/**
 * Waits until something may have happened: a clock is due, a stream is ready, the deadline has passed. It can be over
 * early.
 *
 * @param guest The guest
 * @param subscriptions What is waited for, all clocks and streams
 * @returns A promise when the guest has to be suspended; otherwise nothing, after waiting
 */
export function pause(guest: Guest, subscriptions: readonly Subscription[]): Promise<void> | undefined {
  const timers = subscriptions.flatMap(({ timer }) => timer ?? []);
  const lefts = timers.map((timer) => timer.left());
  const nanoseconds = lefts.length === 0
    ? undefined
    : lefts.reduce((least, left) => left < least ? left : least);
  // However often a guest names a stream, it is waited for once.
  const streams = [...new Set(subscriptions.flatMap(({ stream }) => stream ?? []))];
  if (guest.clocks.virtual && nanoseconds !== undefined) {
    // Virtual time stands still unless it is moved, so it must not wait for a stream that may never be ready.
    guest.clocks.sleep(nanoseconds);
    // And a clock may stand still for good, or be at its end.
    timers.forEach((timer, i) => lefts[i]! <= nanoseconds && timer.expire());
    return undefined;
  }
  const ours = nanoseconds === undefined ? Infinity : Number(nanoseconds) / NANOSECONDS;
  const milliseconds = Math.min(ours, guest.remaining, LONGEST_WAIT);
  if (guest.suspending) return suspend(guest, streams, milliseconds);
  if (streams.length === 0) guest.clocks.sleep(BigInt(Math.ceil(milliseconds * NANOSECONDS)));
  else block(streams, milliseconds);
  guest.mayGoOn();
  return undefined;
}

/** Waits in the event loop. A blocking stream cannot tell when it is ready, so it is asked again and again. */
function suspend(guest: Guest, streams: readonly Stream[], milliseconds: number): Promise<void> {
  const telling = streams.filter((stream) => stream.asynchronous);
  const most = telling.length === streams.length ? milliseconds : Math.min(milliseconds, TURN);
  return guest.waiter.wait(telling, Math.ceil(most)).then(() => guest.mayGoOn());
}

/** Waits in the thread: for one stream as long as it takes, for several in turns. */
function block(streams: readonly Stream[], milliseconds: number): void {
  const most = streams.length === 1 ? milliseconds : Math.min(milliseconds, TURN);
  for (const stream of streams) {
    if (stream.ready() !== undefined) return;
    stream.wait(Math.ceil(most));
  }
}
