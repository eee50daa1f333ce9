/**
 * Guests that wait for input, all in this thread, for tests and benchmarks.
 *
 * @module
 */
import { loadProgram, run } from "../../mod.ts";

/** One guest: where to write, and who waits for its answer. */
interface Member {
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  readonly ended: Promise<number>;
  readonly listener: { answered: (text: string) => void };
}

/** Guests that echo what they are told, each with an asynchronous input of its own. */
export class Crowd {
  readonly #members: Member[] = [];

  /**
   * Starts guests and waits until all of them wait for input.
   *
   * @param size How many
   * @returns The guests
   */
  static async gather(size: number): Promise<Crowd> {
    const program = await loadProgram(
      await Deno.readFile(new URL("../guests/calls.wasm", import.meta.url)),
    );
    const crowd = new Crowd();
    const ready: Promise<string>[] = [];
    for (let i = 0; i < size; i++) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const { promise, resolve } = Promise.withResolvers<string>();
      const listener = { answered: resolve };
      ready.push(promise);
      // It says that it is there, and begins to wait right after that.
      const result = run(program, {
        args: ["print:here", "cat"],
        stdin: readable,
        stdout: (bytes) => listener.answered(new TextDecoder().decode(bytes)),
      });
      crowd.#members.push({ input: writable.getWriter(), ended: result.then(({ code }) => code), listener });
    }
    await Promise.all(ready);
    return crowd;
  }

  /**
   * Tells one guest something.
   *
   * @param index Which guest
   * @param text What it is told
   * @returns What it says then
   */
  async ask(index: number, text: string): Promise<string> {
    const { input, listener } = this.#members[index]!;
    const answer = new Promise<string>((resolve) => listener.answered = resolve);
    await input.write(new TextEncoder().encode(text));
    return await answer;
  }

  /**
   * Ends the input of all.
   *
   * @returns Their exit codes
   */
  async dismiss(): Promise<number[]> {
    for (const { input } of this.#members) void input.close();
    return await Promise.all(this.#members.map(({ ended }) => ended));
  }
}
