/**
 * Output to a descriptor of this process, through libc.
 *
 * @module
 */
import type { OutputStream, StreamKind } from "../stream.ts";
import { addressOf } from "./address_of.ts";
import { errno, faultOf, libc } from "./libc.ts";
import { pollDescriptor } from "./poll.ts";

const EINTR = 4;
const EAGAIN = 11;

/** The most that one write moves on Linux. */
const MOST = 0x7ffff000;

/** What a pipe that is ready has room for, in bytes. */
const PIPE_BUF = 4096;

/**
 * A blocking output to a descriptor. {@linkcode loadLibC} must have succeeded.
 *
 * @param fd The descriptor, which stays open
 * @param streamKind What it is connected to, as a guest may see it
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
export function descriptorOutput(fd: number, streamKind: StreamKind): OutputStream {
  // Files do not wait for anybody to read them.
  const room = streamKind === "file" || streamKind === "null" ? MOST : PIPE_BUF;
  return {
    streamKind,
    asynchronous: false,
    ready: () => {
      const readiness = pollDescriptor(fd, "write", 0);
      return readiness === "ready" ? room : readiness === "over" ? 0 : undefined;
    },
    wait: (milliseconds) => void pollDescriptor(fd, "write", milliseconds),
    write(from, start, end): number {
      const to = Math.min(end, start + MOST);
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
    close: () => {},
  };
}
