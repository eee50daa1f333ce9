/**
 * The streams of a session: the client's connection, counted, in turns, and over when the session is.
 *
 * @module
 */
import { Fault } from "../../caps/fault.ts";
import type { InputStream, OutputStream } from "../../caps/stream.ts";

/** What watches over the streams of a session. */
export interface StreamWatch {
  /** Whether the guest has had its turn, so that it has to wait even if the stream is ready. */
  readonly turnIsOver: () => boolean;

  /**
   * Waits for the guest's next turn.
   *
   * @returns When it is
   */
  readonly nextTurn: () => Promise<void>;

  /** Called when the guest goes on after having waited for its client. */
  readonly resumed: () => void;

  /**
   * Called when bytes were moved.
   *
   * @param bytes How many; 0 for a read at the end
   */
  readonly moved: (bytes: number) => void;

  /** How many bytes may be moved still; at 0 the session is ended by `moved` when it is told of one more. */
  readonly left: () => number;

  /**
   * Called when the guest has answered something.
   *
   * @param last The last byte of it
   */
  readonly wrote: (last: number) => void;

  /** Whether the session is over. */
  readonly ended: () => boolean;
}

/**
 * What the client says, for the guest.
 *
 * @param input What the client says
 * @param watch What watches over it
 * @returns The guest's standard input
 */
export function sessionInput(input: InputStream, watch: StreamWatch): InputStream {
  return {
    ...waiting(input, watch),
    streamKind: input.streamKind,
    asynchronous: true,
    read(into, start, end): number {
      const left = watch.left();
      // One byte more than may come is asked for, so that whoever sends it is noticed.
      const count = input.read(into, start, Math.min(end, start + Math.max(1, left)));
      watch.moved(count);
      if (count > left) throw Fault.of("EIO");
      // One piece ahead: a client that breaks off is noticed while its guest is busy.
      input.ready();
      return count;
    },
    close: () => input.close(),
  };
}

/**
 * What the guest answers, for the client.
 *
 * @param output What the client hears
 * @param watch What watches over it
 * @returns The guest's standard output
 */
export function sessionOutput(output: OutputStream, watch: StreamWatch): OutputStream {
  return {
    ...waiting(output, watch),
    streamKind: output.streamKind,
    asynchronous: true,
    write(from, start, end): number {
      const left = watch.left();
      if (left === 0) {
        watch.moved(1);
        throw Fault.of("EIO");
      }
      const count = output.write(from, start, Math.min(end, start + left));
      watch.moved(count);
      watch.wrote(from[start + count - 1]!);
      return count;
    },
    close: () => output.close(),
  };
}

function waiting(
  stream: InputStream | OutputStream,
  watch: StreamWatch,
): Pick<InputStream, "ready" | "wait"> {
  return {
    ready: () => watch.ended() ? 0 : watch.turnIsOver() ? undefined : stream.ready(),
    wait: async (milliseconds) => {
      if (watch.turnIsOver()) await watch.nextTurn();
      if (stream.ready() !== undefined || watch.ended()) return;
      await stream.wait(milliseconds);
      watch.resumed();
    },
  };
}
