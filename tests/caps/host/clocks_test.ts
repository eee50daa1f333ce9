import { assert, assertEquals } from "@std/assert";
import { readSettings } from "../../../caps/cli/settings.ts";
import type { GivenFlag } from "../../../caps/cli/parse.ts";
import type { Clocks } from "../../../caps/clock.ts";
import { hostClocks } from "../../../caps/host/clocks.ts";
import { libc, loadLibC } from "../../../caps/host/libc.ts";
import { clocksOf } from "../../../wasi/cli/time_and_chance.ts";
import { mustAgreeWithDate } from "../wall_clock.ts";

const ignore = !loadLibC();
const SECOND = 1_000_000_000n;

/** Runs a body while libc shows other times. */
async function showing(
  times: { wall: [bigint, bigint]; monotonic: [bigint, bigint] },
  body: () => void | Promise<void>,
): Promise<void> {
  const real = libc.clock_gettime;
  const fake: typeof real = (clock, address) => {
    const pointer = Deno.UnsafePointer.create(BigInt(address))!;
    const words = new BigInt64Array(Deno.UnsafePointerView.getArrayBuffer(pointer, 16));
    [words[0], words[1]] = clock === 0 ? times.wall : times.monotonic;
    return 0;
  };
  Object.assign(libc, { clock_gettime: fake });
  try {
    await body();
  } finally {
    Object.assign(libc, { clock_gettime: real });
  }
}

Deno.test("libc's monotonic clock never goes back, and sleep is never too short", { ignore }, () => {
  const clocks = hostClocks();
  let last = clocks.monotonic.now();
  for (let i = 0; i < 10_000; i++) {
    const now = clocks.monotonic.now();
    assert(now >= last, `${now} after ${last}`);
    last = now;
  }
  for (const nanoseconds of [0n, 100n, 300_000n, 3_000_000n]) {
    const before = clocks.monotonic.now();
    clocks.sleep(nanoseconds);
    assert(clocks.monotonic.now() - before >= nanoseconds);
  }
  assertEquals(clocks.virtual, false);
});

Deno.test(
  "libc's monotonic clock counts from the start of this process, as the plain one does",
  { ignore },
  () => {
    const { monotonic } = hostClocks();
    const before = BigInt(Math.floor(performance.now() * 10_000)) * 100n;
    const now = monotonic.now();
    assert(now >= before, `${now} before ${before}`);
    assert(now < before + 60n * SECOND, `${now} long after ${before}`);
  },
);

Deno.test("nothing of how long the machine has been up is in the monotonic clock", { ignore }, async () => {
  const shown: bigint[] = [];
  for (const up of [0n, 1n, 1_000_000_000n]) {
    await showing({ wall: [0n, 0n], monotonic: [up, 999_999_999n] }, () => {
      const begun = performance.now();
      shown.push(hostClocks().monotonic.now() - BigInt(Math.floor(begun * 1_000_000)));
    });
  }
  for (const since of shown) assert(since > -1000n && since < 60n * SECOND, String(since));
});

Deno.test("libc's wall clock agrees with the date", { ignore }, () => {
  mustAgreeWithDate(hostClocks().wall);
});

Deno.test(
  "libc's wall clock follows when the date is set, past what 32 and 53 bits hold",
  { ignore },
  async () => {
    const { wall } = hostClocks();
    for (const seconds of [1_800_000_000n, 1n, 9_007_199n, 2n ** 32n + 5n, 18_446_744_072n]) {
      await showing({ wall: [seconds, 999_999_999n], monotonic: [0n, 0n] }, () => {
        assertEquals(wall.now(), seconds * SECOND + 999_999_000n);
      });
    }
  },
);

Deno.test("libc's clocks hand out nothing finer than the resolution they tell", { ignore }, async () => {
  const clocks = hostClocks();
  assertEquals([clocks.wall.resolution, clocks.monotonic.resolution], [1000n, 100n]);
  await showing({ wall: [5n, 1999n], monotonic: [7n, 0n] }, () => {
    assertEquals(clocks.wall.now(), 5n * SECOND + 1000n);
    clocks.monotonic.now();
  });
  const first = await reading(clocks, 7n, 0n);
  let last = first;
  for (const nanoseconds of [1n, 99n, 100n, 101n, 199n, 200n, 299n, 999_999_999n]) {
    const now = await reading(clocks, 7n, nanoseconds);
    assertEquals(now % 100n, 0n);
    assert(now >= last && now - first <= nanoseconds + 99n && now - first > nanoseconds - 100n);
    last = now;
  }
});

/** What the monotonic clock shows at some time of libc's. */
async function reading(clocks: Clocks, seconds: bigint, nanoseconds: bigint): Promise<bigint> {
  let now = 0n;
  await showing({ wall: [0n, 0n], monotonic: [seconds, nanoseconds] }, () => {
    now = clocks.monotonic.now();
  });
  return now;
}

Deno.test(
  "the command line reads libc's clocks only where directories have it loaded anyway",
  { ignore },
  async () => {
    const dir: GivenFlag = { name: "dir", value: "." };
    const asks = async (...flags: GivenFlag[]): Promise<boolean> => {
      const { wall } = await clocksOf(readSettings(flags, "posix"));
      return wall.now() === 123n * SECOND;
    };
    await showing({ wall: [123n, 0n], monotonic: [0n, 0n] }, async () => {
      assertEquals(await asks(dir), true);
      assertEquals(await asks(dir, { name: "backend", value: "kernel" }), true);
      assertEquals(await asks(dir, { name: "backend", value: "portable" }), false);
      assertEquals(await asks(dir, { name: "clock", value: "step:1s" }), false);
      assertEquals(await asks(), false);
    });
  },
);

Deno.test("where FFI is not permitted the clocks are the plain ones", async () => {
  const program = `
    import { hostClocks } from ${JSON.stringify(import.meta.resolve("../../../caps/host/clocks.ts"))};
    const { wall, monotonic } = hostClocks();
    const late = Date.now() - Number(wall.now() / 1_000_000n);
    console.log(late < 60_000, monotonic.now() <= BigInt(Math.ceil(performance.now() * 1_000_000)));
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout, code } = await child.output();
  assertEquals([new TextDecoder().decode(stdout), code], ["true true\n", 0]);
});
