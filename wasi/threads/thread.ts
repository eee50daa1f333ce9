/**
 * One thread of a guest, as the thread sees it that answers its calls.
 *
 * @module
 */
import { CALL, type Said, threadBody, type ThreadStart } from "./body.ts";

/** Who hears of a thread. */
export interface Hearer {
  /**
   * Hears what it says.
   *
   * @param thread The thread
   * @param what What it says
   */
  said(thread: Thread, what: Said): void;

  /**
   * Hears when the engine has no room for it.
   *
   * @param message What the engine says
   */
  failed(message: string): void;
}

/** A thread of a guest. */
export class Thread {
  readonly #worker: RunningWorker;
  readonly #state: Int32Array<SharedArrayBuffer>;

  /**
   * Starts the thread.
   *
   * @param start What it runs
   * @param hearer Who hears of it
   * @param mayKeep Whether it may keep the process: it then starts sooner
   */
  constructor(start: Omit<ThreadStart, "answer">, { said, failed }: Hearer, mayKeep: boolean) {
    const answer = new SharedArrayBuffer(8);
    this.#state = new Int32Array(answer);
    this.#state[0] = CALL.answered;
    this.#worker = (mayKeep ? webWorker : nodeWorker)((what) => said(this, what), failed);
    this.#worker.post({ ...start, answer });
  }

  /**
   * Answers its call: it goes on.
   *
   * @param result What the call returned
   */
  answer(result: number): void {
    this.#state[1] = result;
    Atomics.compareExchange(this.#state, 0, CALL.waits, CALL.answered);
    Atomics.notify(this.#state, 0);
  }

  /** Ends it at its next call. Until then, or for good if it waits for another thread, it stays without a sign. */
  end(): void {
    this.#worker.end();
    // A Worker that waits is not ended before it is woken.
    Atomics.store(this.#state, 0, CALL.over);
    Atomics.notify(this.#state, 0);
  }
}

/** What there is to a Worker, of whichever kind. */
interface RunningWorker {
  post(start: ThreadStart): void;
  end(): void;
}

type MakeWorker = (said: (what: Said) => void, failed: (message: string) => void) => RunningWorker;

/** As a text the body is found wherever this file lies: in a checkout, a bundle, a binary, behind a URL. */
const webWorker: MakeWorker = (said, failed) => {
  const body = `(${threadBody})((told) => onmessage = ({ data }) => told(data), (said) => postMessage(said))`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(body)}`, { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Said>) => said(data);
  worker.onerror = (event) => {
    event.preventDefault();
    failed(event.message);
  };
  return { post: (start) => worker.postMessage(start), end: () => worker.terminate() };
};

/** What is needed of `node:worker_threads`, and where it is found without waiting for an import. */
interface BuiltIns {
  process: { getBuiltinModule(name: "node:worker_threads"): { Worker: NodeWorkerClass } };
}

type NodeWorkerClass = new (code: string, options: { eval: true }) => {
  on(event: "message", hear: (said: Said) => void): void;
  on(event: "error", hear: (error: Error) => void): void;
  postMessage(start: ThreadStart): void;
  unref(): void;
  terminate(): Promise<unknown>;
};

/** Takes longer to start, but a process need not wait for its end, as it does for a Worker that computes or waits. */
const nodeWorker: MakeWorker = (said, failed) => {
  const { Worker } = (globalThis as unknown as BuiltIns).process.getBuiltinModule("node:worker_threads");
  const body = `const { parentPort: port } = require("node:worker_threads");
    (${threadBody})((told) => port.once("message", told), (said) => port.postMessage(said));`;
  const worker = new Worker(body, { eval: true });
  worker.on("message", said);
  worker.on("error", (error) => failed(error.message));
  return {
    post: (start) => worker.postMessage(start),
    end(): void {
      worker.unref();
      void worker.terminate();
    },
  };
};
