/**
 * Collecting what a report tells while a guest runs.
 *
 * @module
 */
import type { Directory } from "../directory.ts";
import { observe } from "../observe.ts";
import type { Used } from "../report.ts";
import type { InputStream, OutputStream } from "../stream.ts";
import { MountRecorder } from "./mount_recorder.ts";
import { countedInput, countedOutput, StreamRecorder } from "./streams.ts";
import { TimelineRecorder } from "./timeline.ts";

/** The standard streams of a guest. */
export interface Streams {
  /** Descriptor 0. */
  readonly stdin: InputStream;
  /** Descriptor 1. */
  readonly stdout: OutputStream;
  /** Descriptor 2. */
  readonly stderr: OutputStream;
}

/**
 * Watches what one guest uses. What it keeps is bounded.
 *
 * @example
 * ```ts
 * import { Collector } from "./collector.ts";
 * import { memoryDirectory } from "../memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const collector = new Collector();
 * collector.mount("/in", memoryDirectory({ "a.txt": "" })).lookup("a.txt");
 * assertEquals(collector.used.mounts.map(({ name, touched }) => [name, touched[0]?.path]), [["/in", "a.txt"]]);
 * ```
 */
export class Collector {
  readonly #mounts: MountRecorder[] = [];
  readonly #stdin = new StreamRecorder();
  readonly #stdout = new StreamRecorder();
  readonly #stderr = new StreamRecorder();
  #timeline = new TimelineRecorder();
  #started = performance.now();

  /** Says that time begins now: it was made some time before the guest starts, whose mounts were then opened for it. */
  start(): void {
    for (const mount of this.#mounts) mount.forget();
    this.#timeline = new TimelineRecorder();
    this.#started = performance.now();
  }

  /**
   * Watches a mount.
   *
   * @param name The program's name for it
   * @param directory The directory; closed with the one returned
   * @returns The same directory
   */
  mount(name: string, directory: Directory): Directory {
    const recorder = new MountRecorder(name, (read, written) => this.#passed(read, written));
    this.#mounts.push(recorder);
    return observe(directory, recorder);
  }

  /**
   * Watches the standard streams.
   *
   * @param streams The streams; closed with those returned
   * @returns The same streams
   */
  streams({ stdin, stdout, stderr }: Streams): Streams {
    const written = (recorder: StreamRecorder) => (bytes: number): void => {
      recorder.passed(bytes);
      this.#passed(0, bytes);
    };
    return {
      stdin: countedInput(stdin, (bytes) => {
        this.#stdin.passed(bytes);
        this.#passed(bytes, 0);
      }),
      stdout: countedOutput(stdout, written(this.#stdout)),
      stderr: countedOutput(stderr, written(this.#stderr)),
    };
  }

  /** What was used so far. */
  get used(): Used {
    return {
      mounts: this.#mounts.map(({ use }) => use),
      stdin: this.#stdin.use,
      stdout: this.#stdout.use,
      stderr: this.#stderr.use,
      timeline: this.#timeline.timeline,
    };
  }

  #passed(read: number, written: number): void {
    this.#timeline.add(performance.now() - this.#started, read, written);
  }
}
