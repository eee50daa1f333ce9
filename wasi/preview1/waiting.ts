/**
 * Waiting for a stream.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import type { Stream } from "../../caps/stream.ts";
import { Fdflags } from "../abi/flags.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import { LONGEST_WAIT } from "../waiter.ts";

/**
 * Makes sure that the next read or write of a stream does what it should about waiting: a blocking stream may wait
 * by itself, but not beyond the deadline; an asynchronous one has to be waited for.
 *
 * @param guest The guest
 * @param descriptor The descriptor that names the stream
 * @param stream The stream
 * @returns A promise when the guest has to be suspended; what it wanted is to be tried again afterwards
 * @throws {Fault} `EAGAIN` when the stream is not ready and the descriptor says not to wait
 */
export function untilReady(guest: Guest, descriptor: Descriptor, stream: Stream): Promise<void> | undefined {
  const never = (descriptor.flags & Fdflags.NONBLOCK) !== 0;
  if (!stream.asynchronous && !never && guest.deadline === undefined) return undefined;
  while (stream.ready() === undefined) {
    if (never || (stream.asynchronous && !guest.suspending)) throw Fault.of("EAGAIN");
    const milliseconds = Math.min(guest.remaining, LONGEST_WAIT);
    if (stream.asynchronous) return guest.waiter.wait([stream], milliseconds).then(() => guest.mayGoOn());
    stream.wait(milliseconds);
    guest.mayGoOn();
  }
  return undefined;
}
