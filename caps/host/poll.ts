/**
 * Whether a descriptor can be read or written without waiting, through libc.
 *
 * @module
 */
import { addressOf, NativeBuffer } from "./address_of.ts";
import { errno, faultOf, libc, SystemCall } from "./libc.ts";

const POLLIN = 0x01;
const POLLOUT = 0x04;
const POLLERR = 0x08;
const POLLHUP = 0x10;
const POLLNVAL = 0x20;
const POLLRDHUP = 0x2000;
const FIONREAD = 0x541bn;
const EINTR = 4;
const LONGEST = 2 ** 31 - 1;

const asked = new NativeBuffer(8);
const words = new Int32Array(asked.bytes.buffer);
const halves = new Int16Array(asked.bytes.buffer);

/** How long one wait aside lasts, and so a process that has nothing else to do, in milliseconds. */
export const ONE_WAIT = 100;

/** What {@linkcode pollDescriptor} found. */
export type Readiness = "ready" | "over" | undefined;

/**
 * Waits until a descriptor can be read or written, or until time is up. Blocks the thread. {@linkcode loadLibC} must
 * have succeeded.
 *
 * @param fd The descriptor
 * @param direction What is to be done with it
 * @param milliseconds How long at the most, `Infinity` for as long as it takes
 * @returns `"ready"`; `"over"` when the other side is gone and nothing is left to move; `undefined` when time is up,
 * or a signal came first
 * @throws {Fault} `ENOMEM`, `EINVAL`
 *
 * @example
 * ```ts
 * import { loadLibC } from "./libc.ts";
 * import { pollDescriptor } from "./poll.ts";
 * import { assertEquals } from "@std/assert";
 *
 * if (loadLibC()) assertEquals(pollDescriptor(12345, "read", 0), "over");
 * ```
 */
export function pollDescriptor(fd: number, direction: "read" | "write", milliseconds: number): Readiness {
  const wanted = direction === "read" ? POLLIN | POLLRDHUP : POLLOUT;
  words[0] = fd;
  halves[2] = wanted;
  halves[3] = 0;
  const timeout = milliseconds === Infinity ? -1 : Math.min(Math.ceil(milliseconds), LONGEST);
  if (libc.poll(asked.address, 1n, timeout) < 0) {
    const number = errno[0]!;
    if (number !== EINTR) throw faultOf(number);
    return undefined;
  }
  const found = halves[3]!;
  if ((found & (POLLERR | POLLNVAL)) !== 0) return "over";
  if (direction === "write" && (found & POLLOUT) !== 0) return "ready";
  // An end is something to read, too, so it takes more to tell that something comes before it.
  if ((found & (POLLHUP | POLLRDHUP)) !== 0) {
    return (found & POLLIN) !== 0 && holdsMore(fd) ? "ready" : "over";
  }
  return (found & wanted) !== 0 ? "ready" : undefined;
}

/** Whether anything is left to read; also what cannot tell is said to hold more. */
function holdsMore(fd: number): boolean {
  const count = new Int32Array(1);
  const address = addressOf(new Uint8Array(count.buffer), 0, 4);
  return libc.syscall(SystemCall.ioctl, BigInt(fd), FIONREAD, address, 0n, 0n) < 0 || count[0]! > 0;
}

/**
 * Waits until a descriptor can be read or written, is at its end or broken, or until time is up. Other than
 * {@linkcode pollDescriptor} it lets the thread go on. {@linkcode loadLibC} must have succeeded.
 *
 * @param fd The descriptor
 * @param direction What is to be done with it
 * @param milliseconds How long at the most, 0 to 2^31 - 1; so long a process stays that waits for nothing else
 * @returns Whether something happened in time
 */
export async function pollAside(
  fd: number,
  direction: "read" | "write",
  milliseconds: number,
): Promise<boolean> {
  const wanted = direction === "read" ? POLLIN : POLLOUT;
  const asked = new Int32Array([fd, wanted]);
  const ready = await libc.pollAside(new Uint8Array(asked.buffer), 1n, milliseconds);
  // The kernel writes into it until then: what is still needed is not taken away.
  return ready !== 0 && asked[1] !== wanted;
}
