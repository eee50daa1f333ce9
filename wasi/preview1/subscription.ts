/**
 * What a guest waits for in `poll_oneoff`.
 *
 * @see {@link https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md#subscription}
 * @module
 */
import type { Clock } from "../../caps/clock.ts";
import { Fault, isFault } from "../../caps/fault.ts";
import type { Stream } from "../../caps/stream.ts";
import { Errno, errnoOf } from "../abi/errno.ts";
import { Eventrwflags, Eventtype, Subclockflags } from "../abi/flags.ts";
import type { Event, Layout } from "../abi/layout.ts";
import { Rights } from "../abi/rights.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Guest } from "../guest.ts";
import { clockOf } from "./clock.ts";

/** One thing that is waited for. */
export interface Subscription {
  /**
   * Looks whether it has happened.
   *
   * @returns What is to be told; `undefined` when it has not
   */
  happened(): Event | undefined;

  /** The clock that it waits for, when it is one. */
  readonly timer?: Timer;

  /** What it happens to, for a stream. */
  readonly stream?: Stream;
}

/** A clock that is waited for. */
export interface Timer {
  /**
   * Tells how long it takes still.
   *
   * @returns Nanoseconds, 0 or more
   */
  left(): bigint;

  /** Lets it be due: all the time there was to wait for it has passed. */
  expire(): void;
}

/**
 * Takes a subscription from a guest's memory. What is wrong with it becomes its event: the others go on.
 *
 * @param guest The guest
 * @param at Where it lies, checked already
 * @param layout How it is laid out
 * @returns The subscription
 */
export function readSubscription(guest: Guest, at: number, layout: Layout): Subscription {
  const { view } = guest.memory;
  const userdata = view.getBigUint64(at, true);
  const type = view.getUint8(at + 8);
  const event = (error: number, bytes = 0, flags = 0): Event => ({ userdata, error, type, bytes, flags });
  try {
    switch (type) {
      case Eventtype.CLOCK:
        return clockSubscription(guest, at + layout.subscription.clock, event);
      case Eventtype.FD_READ:
      case Eventtype.FD_WRITE:
        return fdSubscription(guest, view.getInt32(at + 16, true), type === Eventtype.FD_READ, event);
      default:
        throw Fault.of("EINVAL");
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    const number = errnoOf(error.code) ?? Errno.EIO;
    return { happened: () => event(number) };
  }
}

type EventMaker = (error: number, bytes?: number, flags?: number) => Event;

function clockSubscription(guest: Guest, at: number, event: EventMaker): Subscription {
  const { view } = guest.memory;
  const named: Clock = clockOf(guest, view.getInt32(at, true));
  const time = view.getBigUint64(at + 8, true);
  const flags = view.getUint16(at + 24, true);
  if ((flags & ~Subclockflags.ABSTIME) !== 0) throw Fault.of("EINVAL");
  const absolute = flags === Subclockflags.ABSTIME;
  // A duration passes at the same pace whoever sets the time of day, or stops it.
  const clock = absolute ? named : guest.clocks.monotonic;
  const end = absolute ? time : clock.now() + time;
  let expired = false;
  return {
    happened: () => expired || clock.now() >= end ? event(Errno.SUCCESS) : undefined,
    timer: {
      left: () => {
        const left = end - clock.now();
        return left > 0n ? left : 0n;
      },
      expire: () => {
        expired = true;
      },
    },
  };
}

function fdSubscription(guest: Guest, fd: number, reading: boolean, event: EventMaker): Subscription {
  const descriptor = guest.descriptors.get(fd);
  descriptor.require(Rights.POLL_FD_READWRITE);
  const { file } = descriptor;
  if (file !== undefined) {
    // A file never makes anybody wait.
    return {
      happened: () => {
        const rest = reading ? file.stat().size - descriptor.positionIn(file) : 0;
        return event(Errno.SUCCESS, Math.max(0, rest));
      },
    };
  }
  const stream = streamOf(descriptor, reading);
  // Nobody would ever tell when it is ready.
  if (stream.asynchronous && !guest.suspending && stream.ready() === undefined) throw Fault.of("ENOTSUP");
  return {
    stream,
    happened: () => {
      const bytes = stream.ready();
      if (bytes === undefined) return undefined;
      return event(Errno.SUCCESS, bytes, bytes === 0 ? Eventrwflags.HANGUP : 0);
    },
  };
}

/** The stream of a descriptor that goes the right way. A listener is read by accepting. */
function streamOf({ input, output, listener }: Descriptor, reading: boolean): Stream {
  const stream = reading ? input ?? listener : output;
  if (stream === undefined) throw Fault.of("EBADF");
  return stream;
}
