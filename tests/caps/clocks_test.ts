import { assert, assertEquals, assertThrows } from "@std/assert";
import { fixedClocks, setClocks, steppingClocks, systemClocks, virtualClocks } from "../../mod.ts";
import { mustAgreeWithDate } from "./wall_clock.ts";

const SECOND = 1_000_000_000n;
const MOST = 2n ** 64n - 1n;

Deno.test("the system's wall clock agrees with the date", () => {
  mustAgreeWithDate(systemClocks().wall);
});

Deno.test("the system's wall clock follows when the date is set, forward and back", () => {
  const real = Date.now;
  const { wall } = systemClocks();
  try {
    for (const date of [4_000_000_000_000, 1_000_000_000_000, 1_000_000_000_500, 5]) {
      Date.now = () => date;
      const now = wall.now();
      assert(now >= BigInt(date) * 1_000_000n && now < BigInt(date + 1) * 1_000_000n, `${date} ${now}`);
    }
  } finally {
    Date.now = real;
  }
});

Deno.test("the system's monotonic clock never goes back, and sleep is never too short", () => {
  const clocks = systemClocks();
  let last = clocks.monotonic.now();
  for (let i = 0; i < 1000; i++) {
    const now = clocks.monotonic.now();
    assert(now >= last);
    last = now;
  }
  for (const nanoseconds of [0n, 1n, 300_000n, 3_000_000n]) {
    const before = performance.now();
    clocks.sleep(nanoseconds);
    assert(performance.now() - before >= Number(nanoseconds) / 1e6);
  }
  assertEquals(clocks.virtual, false);
});

Deno.test("the system's clocks hand out nothing finer than the resolution they tell", () => {
  const { wall, monotonic } = systemClocks();
  assertEquals([wall.resolution, monotonic.resolution], [1000n, 100n]);
  for (let i = 0; i < 1000; i++) assertEquals([wall.now() % 1000n, monotonic.now() % 100n], [0n, 0n]);
});

Deno.test("virtual clocks move together by sleeping, and by nothing else", () => {
  const clocks = virtualClocks(7n);
  assertEquals([clocks.wall.now(), clocks.wall.now(), clocks.monotonic.now()], [7n, 7n, 0n]);
  const before = performance.now();
  clocks.sleep(86_400n * SECOND);
  assert(performance.now() - before < 60_000);
  assertEquals([clocks.wall.now(), clocks.monotonic.now()], [86_400n * SECOND + 7n, 86_400n * SECOND]);
  clocks.sleep(0n);
  assertEquals(clocks.monotonic.now(), 86_400n * SECOND);
  assertEquals([clocks.virtual, clocks.wall.resolution], [true, 1n]);
});

Deno.test("virtual clocks stop at the end of time", () => {
  const clocks = virtualClocks(MOST - 1n);
  clocks.sleep(MOST);
  clocks.sleep(MOST);
  assertEquals([clocks.wall.now(), clocks.monotonic.now()], [MOST, MOST]);
});

Deno.test("stepping clocks start at 0 and advance a second at each read, as an old box does", () => {
  const clocks = steppingClocks();
  assertEquals([clocks.wall.now(), clocks.wall.now(), clocks.wall.now()], [0n, SECOND, 2n * SECOND]);
  assertEquals(clocks.wall.resolution, SECOND);
});

Deno.test("stepping clocks step at readings of either clock and by sleeping", () => {
  const clocks = steppingClocks(100n, 3n);
  assertEquals([clocks.wall.now(), clocks.monotonic.now(), clocks.wall.now()], [100n, 3n, 106n]);
  clocks.sleep(10n);
  assertEquals([clocks.monotonic.now(), clocks.wall.now()], [19n, 122n]);
  assertThrows(() => steppingClocks(0n, 0n), RangeError, "0 ns");
});

Deno.test("a fixed wall clock stands still while waits end", () => {
  const clocks = fixedClocks(9n * SECOND);
  clocks.sleep(SECOND);
  assertEquals([clocks.wall.now(), clocks.wall.now(), clocks.monotonic.now()], [
    9n * SECOND,
    9n * SECOND,
    SECOND,
  ]);
});

Deno.test("a set wall clock shows what it was last set to, and the monotonic one never goes back", () => {
  const clocks = setClocks();
  assertEquals([clocks.wall.now(), clocks.wall.resolution], [0n, 1_000_000n]);
  clocks.set(10n * SECOND);
  assertEquals([clocks.wall.now(), clocks.monotonic.now()], [10n * SECOND, 10n * SECOND]);
  clocks.set(4n * SECOND);
  assertEquals([clocks.wall.now(), clocks.monotonic.now()], [4n * SECOND, 10n * SECOND]);
  clocks.sleep(SECOND);
  assertEquals([clocks.wall.now(), clocks.monotonic.now()], [4n * SECOND, 11n * SECOND]);
});

Deno.test("times out of range are refused, and change nothing", () => {
  for (const time of [-1n, MOST + 1n]) {
    assertThrows(() => virtualClocks(time), RangeError, String(time));
    const clocks = setClocks(5n);
    assertThrows(() => clocks.set(time), RangeError, String(time));
    assertThrows(() => clocks.restore({ wall: time, monotonic: 1n }), RangeError);
    assertThrows(() => clocks.restore({ wall: 1n, monotonic: time }), RangeError);
    assertEquals(clocks.state, { wall: 5n, monotonic: 0n });
  }
});

Deno.test("a state is plain data from which time goes on, and looking at it does not move the clocks", () => {
  const clocks = steppingClocks(50n, 5n);
  clocks.wall.now();
  clocks.sleep(100n);
  const state = structuredClone(clocks.state);
  assertEquals(state, { wall: 155n, monotonic: 105n });
  assertEquals(clocks.state, state);
  const went = [clocks.wall.now(), clocks.monotonic.now(), clocks.wall.now()];
  const other = steppingClocks(0n, 5n);
  other.restore(state);
  assertEquals([other.wall.now(), other.monotonic.now(), other.wall.now()], went);
});
