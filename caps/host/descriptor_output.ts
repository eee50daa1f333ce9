/**
 * Output to a descriptor of this process, through libc.
 *
 * @module
 */
import { Fault } from "../fault.ts";
import type { OutputStream, StreamKind } from "../stream.ts";
import { addressOf } from "./address_of.ts";
import { errno, faultOf, libc } from "./libc.ts";
import { ONE_WAIT, pollAside, pollDescriptor } from "./poll.ts";

const EINTR = 4;
const EAGAIN = 11;

/** The most that one write moves on Linux. */
const MOST = 0x7ffff000;

/** What a pipe that is ready has room for, in bytes. */
const PIPE_BUF = 4096;

/**
 * An output to a descriptor, blocking unless asked otherwise. {@linkcode loadLibC} must have succeeded.
 *
 * @param fd The descriptor, which stays open
 * @param streamKind What it is connected to, as a guest may see it
 * @param asynchronous Whether the thread goes on while a pipe is full. Files do not wait for anybody
 * @returns The stream; a write faults as `write(2)`, but for `EAGAIN` and `EINTR`, where it goes on
 *
 * @example
 * ```ts
 * import { descriptorOutput } from "./descriptor_output.ts";
 * import { loadLibC } from "./libc.ts";
 * import { assertThrows } from "@std/assert";
 *
 * if (loadLibC()) {
 *   assertThrows(() => descriptorOutput(12345, "pipe").write(new Uint8Array(1), 0, 1), Error, "EBADF");
 * }
 * ```
 */
export function descriptorOutput(fd: number, streamKind: StreamKind, asynchronous = false): OutputStream {
  // Files do not wait for anybody to read them.
  const isFile = streamKind === "file" || streamKind === "null";
  const room = isFile ? MOST : PIPE_BUF;
  const mayWait = asynchronous && !isFile;
  let closed = false;
  const ready = (): number | undefined => {
    const readiness = pollDescriptor(fd, "write", 0);
    return readiness === "ready" ? room : readiness === "over" ? 0 : undefined;
  };
  const waitAside = async (milliseconds: number): Promise<void> => {
    const end = performance.now() + milliseconds;
    for (
      let left = milliseconds;
      left > 0 && !closed && ready() === undefined;
      left = end - performance.now()
    ) {
      await pollAside(fd, "write", Math.ceil(Math.min(left, ONE_WAIT)));
    }
  };
  return {
    streamKind,
    asynchronous: mayWait,
    ready,
    wait: (milliseconds) =>
      mayWait ? waitAside(milliseconds) : void pollDescriptor(fd, "write", milliseconds),
    write(from, start, end): number {
      if (mayWait && ready() === undefined) throw Fault.of("EAGAIN");
      // More than a pipe that is ready has room for would wait.
      const to = Math.min(end, start + (mayWait ? room : MOST));
      const address = addressOf(from, start, to);
      for (;;) {
        const count = libc.write(fd, address, BigInt(to - start));
        if (count >= 0) return count;
        const number = errno[0]!;
        // Another program can make a shared pipe or terminal non-blocking; a guest was promised that writes wait.
        if (number === EAGAIN) pollDescriptor(fd, "write", Infinity);
        else if (number !== EINTR) throw faultOf(number);
      }
    },
    close: () => void (closed = true),
  };
}
