import { assert, assertEquals } from "@std/assert";
import { memoryDirectory } from "../../../mod.ts";
import type { InputStream } from "../../../mod.ts";
import { Errno } from "../../../wasi/abi/errno.ts";
import { abis, inputOf, Kit, realClocks, testClocks } from "./kit.ts";

const CLOCK = 0, FD_READ = 1, FD_WRITE = 2;
const REALTIME = 0, MONOTONIC = 1;
const ABSTIME = 1, HANGUP = 1;
const SUBSCRIPTIONS = 1024, EVENTS = 8192, RESULT = 0;

type Wanted =
  | { clock: number; timeout: bigint; flags?: number }
  | { read: number }
  | { write: number }
  | { type: number };

/** Puts subscriptions into the memory, marked 100, 101 and so on. */
function subscribe(kit: Kit, wanted: Wanted[], size = 48): void {
  kit.bytes.fill(0, SUBSCRIPTIONS, SUBSCRIPTIONS + wanted.length * size);
  wanted.forEach((one, i) => {
    const at = SUBSCRIPTIONS + i * size;
    const { view } = kit;
    view.setBigUint64(at, BigInt(100 + i), true);
    if ("clock" in one) {
      const clock = at + size - 32;
      view.setUint8(at + 8, CLOCK);
      view.setUint32(clock, one.clock, true);
      view.setBigUint64(clock + 8, one.timeout, true);
      view.setUint16(clock + 24, one.flags ?? 0, true);
    } else if ("type" in one) {
      view.setUint8(at + 8, one.type);
    } else {
      view.setUint8(at + 8, "read" in one ? FD_READ : FD_WRITE);
      view.setInt32(at + 16, "read" in one ? one.read : one.write, true);
    }
  });
}

interface Told {
  userdata: bigint;
  error: number;
  type: number;
  bytes: bigint;
  flags: number;
}

function events(kit: Kit): Told[] {
  return Array.from({ length: kit.u32(RESULT) }, (_, i) => {
    const at = EVENTS + i * 32;
    return {
      userdata: kit.u64(at),
      error: kit.view.getUint16(at + 8, true),
      type: kit.view.getUint8(at + 10),
      bytes: kit.u64(at + 16),
      flags: kit.view.getUint16(at + 24, true),
    };
  });
}

function poll(kit: Kit, wanted: Wanted[]): Told[] {
  subscribe(kit, wanted);
  kit.must("poll_oneoff", SUBSCRIPTIONS, EVENTS, wanted.length, RESULT);
  return events(kit);
}

/** A blocking input that gets ready when it is waited for the n-th time. */
function slowInput(readyAt: number): InputStream & { waits: number[] } {
  const waits: number[] = [];
  return {
    ...inputOf("abc"),
    waits,
    ready: () => waits.length >= readyAt ? 3 : undefined,
    wait: (milliseconds) => void waits.push(milliseconds),
  };
}

Deno.test("nothing to wait for is refused, and so is too much, at once", () => {
  const kit = new Kit();
  assertEquals(kit.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 0, RESULT), Errno.EINVAL);
  for (const count of [-1, 0x7fff_ffff, 0x0555_5556, 2048]) {
    assertEquals(kit.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, count, RESULT), Errno.EFAULT);
  }
  kit.memory.grow(100);
  assertEquals(kit.call("poll_oneoff", 0, 0, 16385, RESULT), Errno.EINVAL);
});

Deno.test("an answer that cannot be stored is not waited for", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks });
  subscribe(kit, [{ clock: MONOTONIC, timeout: 1000n }]);
  for (
    const [from, to, result] of [[65536 - 47, EVENTS, RESULT], [SUBSCRIPTIONS, 65536 - 31, RESULT], [
      SUBSCRIPTIONS,
      EVENTS,
      65533,
    ]]
  ) {
    assertEquals(kit.call("poll_oneoff", from!, to!, 1, result!), Errno.EFAULT);
  }
  assertEquals(clocks.slept, []);
});

Deno.test("a poll with only a clock sleeps, relative or absolute, on either clock", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks });
  const told = { userdata: 100n, error: 0, type: CLOCK, bytes: 0n, flags: 0 };
  assertEquals(poll(kit, [{ clock: MONOTONIC, timeout: 5n }]), [told]);
  assertEquals(poll(kit, [{ clock: REALTIME, timeout: 7n }]), [told]);
  const now = clocks.monotonic.now();
  assertEquals(poll(kit, [{ clock: MONOTONIC, timeout: now + 11n, flags: ABSTIME }]), [told]);
  assertEquals(poll(kit, [{ clock: REALTIME, timeout: clocks.wall.now() + 13n, flags: ABSTIME }]), [told]);
  assertEquals(clocks.slept, [5n, 7n, 11n, 13n]);
  // What lies in the past is due at once.
  poll(kit, [{ clock: MONOTONIC, timeout: 0n }]);
  poll(kit, [{ clock: MONOTONIC, timeout: 1n, flags: ABSTIME }]);
  assertEquals(clocks.slept.length, 4);
});

Deno.test("of several clocks the earliest is waited for, and all that are due are told", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks });
  const told = poll(kit, [
    { clock: MONOTONIC, timeout: 900n },
    { clock: MONOTONIC, timeout: 30n },
    { clock: REALTIME, timeout: 30n },
  ]);
  assertEquals(told.map(({ userdata }) => userdata), [101n, 102n]);
  assertEquals(clocks.slept, [30n]);
});

Deno.test("a time too far away to be reached does not overflow", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks });
  poll(kit, [{ clock: MONOTONIC, timeout: 2n ** 64n - 1n }, { clock: MONOTONIC, timeout: 4n }]);
  assertEquals(clocks.slept, [4n]);
});

Deno.test("time of day that stands still, or is at its end, keeps nobody waiting", () => {
  const still = { now: () => 5n, resolution: 1n };
  for (const flags of [0, ABSTIME]) {
    for (const clock of [REALTIME, MONOTONIC]) {
      const slept: bigint[] = [];
      const clocks = {
        virtual: true,
        wall: still,
        monotonic: still,
        sleep: (time: bigint) => void slept.push(time),
      };
      const told = poll(new Kit({ clocks }), [{ clock, timeout: 90n, flags }, {
        clock,
        timeout: 2n ** 64n - 1n,
      }]);
      assertEquals(told.map(({ userdata }) => userdata), [100n]);
      assertEquals(slept, [flags === 0 ? 90n : 85n]);
    }
  }
});

Deno.test("a duration does not depend on the time of day, which may be set meanwhile", () => {
  const clocks = testClocks();
  let wall = 1_000_000n;
  const kit = new Kit({
    clocks: { ...clocks, wall: { now: () => wall -= 1000n, resolution: 1n } },
  });
  poll(kit, [{ clock: REALTIME, timeout: 40n }]);
  assertEquals(clocks.slept, [40n]);
});

Deno.test("what is wrong with one subscription is its own event", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory() }] });
  const told = poll(kit, [
    { read: 99 },
    { read: -1 },
    { write: 3 },
    { read: 1 },
    { write: 0 },
    { clock: 2, timeout: 1n },
    { clock: 3, timeout: 1n },
    { clock: 77, timeout: 1n },
    { clock: MONOTONIC, timeout: 1n, flags: 2 },
    { type: 3 },
    { type: 255 },
  ]);
  assertEquals(told.map(({ error }) => error), [
    Errno.EBADF,
    Errno.EBADF,
    // A directory cannot be polled, and has no right to be.
    Errno.ENOTCAPABLE,
    Errno.EBADF,
    Errno.EBADF,
    Errno.ENOTSUP,
    Errno.ENOTSUP,
    Errno.EINVAL,
    Errno.EINVAL,
    Errno.EINVAL,
    Errno.EINVAL,
  ]);
  assertEquals(told.map(({ userdata }) => userdata), Array.from({ length: 11 }, (_, i) => BigInt(100 + i)));
});

Deno.test("events that are written over the subscriptions do not change them", () => {
  const kit = new Kit();
  subscribe(kit, [{ write: 1 }, { write: 2 }, { read: 0 }]);
  kit.must("poll_oneoff", SUBSCRIPTIONS, SUBSCRIPTIONS, 3, RESULT);
  assertEquals(kit.u32(RESULT), 3);
  assertEquals([0, 1, 2].map((i) => kit.u64(SUBSCRIPTIONS + i * 32)), [100n, 101n, 102n]);
});

Deno.test("a file is always ready, with what is left of it", () => {
  const kit = new Kit({ preopens: [{ name: "/", directory: memoryDirectory({ f: "0123456789" }) }] });
  const fd = kit.open("f");
  kit.must("fd_seek", fd, 4n, 0, 0);
  assertEquals(poll(kit, [{ read: fd }, { write: fd }]).map(({ bytes, error }) => [bytes, error]), [[6n, 0], [
    0n,
    0,
  ]]);
  kit.must("fd_seek", fd, 400n, 0, 0);
  assertEquals(poll(kit, [{ read: fd }])[0]!.bytes, 0n);
});

Deno.test("a stream is ready when it says so, and its end is a hang-up", () => {
  const kit = new Kit({ stdin: inputOf("abc") });
  kit.bytes.fill(0xff, EVENTS, EVENTS + 33);
  assertEquals(poll(kit, [{ read: 0 }]), [{ userdata: 100n, error: 0, type: FD_READ, bytes: 3n, flags: 0 }]);
  assertEquals([EVENTS + 11, EVENTS + 15, EVENTS + 26, EVENTS + 31, EVENTS + 32].map((at) => kit.bytes[at]), [
    0,
    0,
    0,
    0,
    0xff,
  ]);
  kit.readFrom(0, 10);
  assertEquals(poll(kit, [{ read: 0 }]), [{
    userdata: 100n,
    error: 0,
    type: FD_READ,
    bytes: 0n,
    flags: HANGUP,
  }]);
  assertEquals(poll(kit, [{ write: 1 }])[0]!.type, FD_WRITE);
});

Deno.test("what is ready is told at once, without waiting for what is not", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks, stdin: slowInput(1) });
  const told = poll(kit, [{ read: 0 }, { clock: MONOTONIC, timeout: 10n }, { write: 1 }]);
  assertEquals(told.map(({ userdata }) => userdata), [102n]);
  assertEquals(clocks.slept, []);
});

Deno.test("a blocking stream is waited for as long as it takes", () => {
  const stdin = slowInput(3);
  const kit = new Kit({ clocks: realClocks(), stdin });
  assertEquals(poll(kit, [{ read: 0 }])[0]!.bytes, 3n);
  assertEquals(stdin.waits, Array(3).fill(2 ** 31 - 1));
});

Deno.test("a blocking stream is not waited for longer than the clock that is due", () => {
  const stdin = slowInput(Infinity);
  stdin.wait = (milliseconds) => {
    stdin.waits.push(milliseconds);
    realClocks().sleep(BigInt(milliseconds) * 1_000_000n);
  };
  const kit = new Kit({ clocks: realClocks(), stdin });
  const told = poll(kit, [{ read: 0 }, { clock: MONOTONIC, timeout: 20_000_000n }]);
  assertEquals(told.map(({ userdata }) => userdata), [101n]);
  assert(stdin.waits.every((milliseconds) => milliseconds <= 20));
});

Deno.test("virtual time moves on to the clock that is due, whatever a stream may do later", () => {
  const clocks = testClocks();
  const stdin = slowInput(Infinity);
  const kit = new Kit({ clocks, stdin });
  const told = poll(kit, [{ read: 0 }, { clock: MONOTONIC, timeout: 20n }]);
  assertEquals([told[0]!.userdata, clocks.slept, stdin.waits], [101n, [20n], []]);
});

Deno.test("one stream named a hundred times is waited for once, so that no wait lasts a hundred times as long", () => {
  let waits = 0;
  const clocks = realClocks();
  const wait = (milliseconds: number): void => {
    waits++;
    clocks.sleep(BigInt(Math.ceil(milliseconds * 1e6)));
  };
  const kit = new Kit({ clocks, stdin: { ...slowInput(Infinity), wait } });
  const reads = Array.from({ length: 100 }, () => ({ read: 0 }));
  const told = poll(kit, [...reads, { clock: MONOTONIC, timeout: 1_000_000n }]);
  assertEquals(told.map(({ userdata }) => userdata), [200n]);
  assert(waits < 10, `${waits} waits`);
});

Deno.test("a wait ends at the deadline, and the guest with it", () => {
  const kit = new Kit({ clocks: realClocks() });
  kit.guest.deadline = performance.now() + 5;
  let thrown: unknown;
  try {
    poll(kit, [{ clock: MONOTONIC, timeout: 3_600_000_000_000n }]);
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof WebAssembly.RuntimeError);
  assertEquals([kit.guest.timedOut, kit.guest.exitCode], [true, undefined]);
});

Deno.test("an asynchronous stream cannot be waited for by a guest that blocks", () => {
  const kit = new Kit({ stdin: { ...inputOf(""), asynchronous: true, ready: () => undefined } });
  assertEquals(poll(kit, [{ read: 0 }])[0]!.error, Errno.ENOTSUP);
  assertEquals(kit.call("fd_read", 0, ...kit.buffers(16, [2000, 1]), 8), Errno.EAGAIN);
});

Deno.test("wasi_unstable's subscriptions have 56 bytes, with a second identifier in a clock's", () => {
  const clocks = testClocks();
  const kit = new Kit({ clocks, abi: abis.unstable });
  subscribe(kit, [{ clock: MONOTONIC, timeout: 9n }, { read: 99 }, { clock: MONOTONIC, timeout: 5n }], 56);
  kit.must("poll_oneoff", SUBSCRIPTIONS, EVENTS, 3, RESULT);
  assertEquals(events(kit).map(({ userdata, error }) => [userdata, error]), [[101n, Errno.EBADF]]);
  subscribe(kit, [{ clock: MONOTONIC, timeout: 9n }, { clock: MONOTONIC, timeout: 5n }], 56);
  kit.must("poll_oneoff", SUBSCRIPTIONS, EVENTS, 2, RESULT);
  assertEquals(events(kit).map(({ userdata, error }) => [userdata, error]), [[101n, 0]]);
  assertEquals(clocks.slept, [5n]);
});
