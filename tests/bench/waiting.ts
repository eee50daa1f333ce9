/**
 * Guests that wait for an asynchronous input in one process: how much memory each takes, and how long an answer does.
 *
 * ```sh
 * deno run -A --v8-flags=--expose-gc tests/bench/waiting.ts [guests]
 * ```
 *
 * @module
 */
import { Crowd } from "../wasi/crowd.ts";

const size = Number(Deno.args[0] ?? 1000);

/** Bytes that this process has in memory, after what nobody needs has gone. */
function resident(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().rss;
}

function milliseconds(since: number): string {
  return (performance.now() - since).toFixed(1);
}

// The first ones pay for what all share.
await (await Crowd.gather(10)).dismiss();

const before = resident();
const start = performance.now();
const crowd = await Crowd.gather(size);
console.log(`${size} guests wait after ${milliseconds(start)} ms`);
const waiting = (resident() - before) / size;
console.log(`memory per waiting guest: ${(waiting / 1024).toFixed(1)} KiB`);

const asking = performance.now();
for (let i = 0; i < size; i++) await crowd.ask(i, "hello");
console.log(`an answer, one after the other: ${((performance.now() - asking) / size * 1000).toFixed(0)} us`);
const answered = (resident() - before) / size;
console.log(`memory per guest that was answered: ${(answered / 1024).toFixed(1)} KiB`);
const codes = await crowd.dismiss();
if (codes.some((code) => code !== 0)) throw new Error("A guest did not end as it should");
