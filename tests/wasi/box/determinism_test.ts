import { assertEquals, assertNotEquals } from "@std/assert";
import { open } from "./guests.ts";

Deno.test("the first random bytes are those of the spec", async () => {
  const { say } = await open("random");
  assertEquals(await say("random 32"), ["6cd1561cf07ca7ce4be82fb1cb90a4bbbe3587be5fab9d2e4b559a1a751fcbc0"]);
});

Deno.test("every fill takes whole words of the stream", async () => {
  const { say } = await open("random");
  assertEquals(await say("random 3", "random 5"), ["6cd156", "f07ca7ce4b"]);
});

Deno.test("the position in the stream is part of a snapshot", async () => {
  const { box, say } = await open("random");
  await say("random 3");
  const snapshot = await box.snapshot();
  const first = await say("random 5");
  await box.restore(snapshot);
  assertEquals(await say("random 5"), first);
  const other = await open("random", { seed: 1 });
  await other.box.restore(snapshot);
  assertEquals(await other.say("random 5"), first);
});

Deno.test("randomness goes on after a restore and a fork, or begins anew, as asked", async () => {
  const { box, say } = await open("random");
  const snapshot = await box.snapshot();
  const forked: string[] = [];
  const onMessage = (message: string): void => void forked.push(message);
  const same = await box.fork({ onMessage });
  const different = await box.fork({ onMessage, random: "reseed" });
  const chosen = await box.fork({ onMessage, random: "reseed", seed: 7 });
  const again = await box.fork({ onMessage, random: "reseed", seed: 7 });
  for (const fork of [same, different, chosen, again]) await fork.send("random 16");
  const [own] = await say("random 16");
  assertEquals(forked[0], own);
  assertEquals(new Set(forked).size, 3);
  assertEquals(forked[2], forked[3]);
  await box.restore(snapshot, { random: "reseed" });
  assertNotEquals(await say("random 16"), [own]);
});

Deno.test("a clock that is set shows what it was set to and moves by nothing else", async () => {
  const { box, say } = await open("sleep", { time: 5 });
  assertEquals(await say("resolution", "wall", "wall"), [
    "resolution=1000000",
    "wall=5000000",
    "wall=5000000",
  ]);
  await box.setTime(1_700_000_000_123);
  assertEquals(await say("wall", "sleep 60000", "wall"), [
    "wall=1700000000123000000",
    "slept=60000000000",
    "wall=1700000000123000000",
  ]);
});

Deno.test("a clock that steps starts at 0 and moves by a second at each reading", async () => {
  const { say } = await open("sleep", { clock: "step" });
  assertEquals(await say("wall", "wall", "resolution"), [
    "wall=0",
    "wall=1000000000",
    "resolution=1000000000",
  ]);
});

Deno.test("the monotonic clock is virtual, is in the snapshot, and sleeping costs no time", async () => {
  const { box, say } = await open("sleep");
  const before = performance.now();
  assertEquals(await say("monotonic", "sleep 86400000"), ["monotonic=0", "slept=86400000000000"]);
  assertEquals(performance.now() - before < 60_000, true);
  const snapshot = await box.snapshot();
  await say("sleep 1000");
  await box.restore(snapshot);
  assertEquals(await say("monotonic"), ["monotonic=86400000000000"]);
});

Deno.test("two boxes that hear the same are in the same state, with either clock", async () => {
  for (const clock of ["step", "set"] as const) {
    const hashes = await Promise.all([1, 2].map(async () => {
      const { box, say } = await open("sleep", { clock });
      await say("wall", "sleep 5", "monotonic");
      return await box.hash();
    }));
    assertEquals(hashes[0], hashes[1]);
  }
});
