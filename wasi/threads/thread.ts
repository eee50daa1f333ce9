/**
 * One thread of a guest, as the thread sees it that answers its calls.
 *
 * @module
 */
import { type Said, threadBody, type ThreadStart } from "./body.ts";

/** A thread of a guest. */
export class Thread {
  readonly #worker: Worker;
  readonly #state: Int32Array<SharedArrayBuffer>;

  /**
   * Starts the thread.
   *
   * @param start What it runs
   * @param said Hears what it says
   * @param failed Hears when the engine has no room for it
   */
  constructor(
    start: Omit<ThreadStart, "answer">,
    said: (thread: Thread, what: Said) => void,
    failed: (message: string) => void,
  ) {
    const answer = new SharedArrayBuffer(8);
    this.#state = new Int32Array(answer);
    this.#worker = new Worker(source(), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Said>) => said(this, data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      failed(event.message);
    };
    this.#worker.postMessage({ ...start, answer } satisfies ThreadStart);
  }

  /**
   * Answers its call: it goes on.
   *
   * @param result What the call returned
   */
  answer(result: number): void {
    this.#state[1] = result;
    Atomics.store(this.#state, 0, 1);
    Atomics.notify(this.#state, 0);
  }

  /** Ends it; if it computes, then at its next call. */
  end(): void {
    this.#worker.terminate();
  }
}

let text: string | undefined;

/** As a text it is found wherever this file lies: in a checkout, a bundle, a binary, behind a URL. */
function source(): string {
  return text ??= `data:text/javascript,${encodeURIComponent(`(${threadBody})()`)}`;
}
