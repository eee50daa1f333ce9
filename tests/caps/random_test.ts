import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ChaCha12 } from "../../caps/chacha.ts";
import { type Random, type Seed, seededRandom, systemRandom } from "../../mod.ts";

const BOX_SEED = "e459e7dce014a21b859d58d62d668418460048fc668684cdf4a882c67a64111d";
const BOX_FIRST = "6cd1561cf07ca7ce4be82fb1cb90a4bbbe3587be5fab9d2e4b559a1a751fcbc0";

function take(random: Random, count: number): string {
  const bytes = new Uint8Array(count);
  random.fill(bytes, 0, count);
  return bytes.toHex();
}

Deno.test("the box's seed gives the box's bytes", () => {
  assertEquals(take(seededRandom(BOX_SEED), 32), BOX_FIRST);
  assertEquals(take(seededRandom(Uint8Array.fromHex(BOX_SEED)), 32), BOX_FIRST);
});

Deno.test("each fill uses up whole words", () => {
  const random = seededRandom(BOX_SEED);
  assertEquals([take(random, 3), take(random, 5), random.state.position], ["6cd156", "f07ca7ce4b", 3n]);
  assertEquals([take(random, 0), take(random, 1), take(random, 4)], ["", "cb", "be3587be"]);
});

// The first two blocks of the all-zero key and nonce, as published with ChaCha's test vectors.
Deno.test("the key stream is ChaCha12's", () => {
  const expected = "9bf49a6a0755f953811fce125f2683d50429c3bb49e074147e0089a52eae155f" +
    "0564f879d27ae3c02ce82834acfa8c793a629f2ca0de6919610be82f411326be" +
    "0bd58841203e74fe86fc71338ce0173dc628ebb719bdcbcc151585214cc089b4" +
    "42258dcda14cf111c602b8971b8cc843e91e46ca905151c02744a6b017e69316";
  assertEquals(take(new ChaCha12(new Uint8Array(32)), 128), expected);
  assertEquals(take(seededRandom(0), 128), expected);
});

Deno.test("only the range asked for is filled, also in shared memory and across blocks", () => {
  for (const random of [() => seededRandom(BOX_SEED), systemRandom]) {
    for (const buffer of [new ArrayBuffer(200_000), new SharedArrayBuffer(200_000)]) {
      const bytes = new Uint8Array(buffer);
      random().fill(bytes, 10, 199_990);
      assertEquals([bytes.subarray(0, 10), bytes.subarray(199_990)], [
        new Uint8Array(10),
        new Uint8Array(10),
      ]);
      for (let i = 10; i < 199_990 - 32; i += 4096) {
        assert(bytes.subarray(i, i + 32).some((byte) => byte !== 0), `nothing at ${i}`);
      }
      assert(bytes.subarray(199_958, 199_990).some((byte) => byte !== 0));
    }
  }
});

Deno.test("how a stream is cut does not change its words", () => {
  const whole = take(seededRandom(7), 4096);
  const random = seededRandom(7);
  let pieces = "";
  for (const count of [4, 8, 64, 60, 128, 1024, 4]) pieces += take(random, count);
  assertEquals(pieces, whole.slice(0, pieces.length));
});

Deno.test("a position can be read and gone back to, within a block and between blocks", () => {
  const whole = take(seededRandom(1), 400);
  for (const position of [0, 1, 15, 16, 17, 31, 32, 50]) {
    const numbers = new ChaCha12(Uint8Array.fromHex("01".padEnd(64, "0")));
    take(numbers, 123);
    numbers.position = BigInt(position);
    assertEquals(numbers.position, BigInt(position));
    assertEquals(take(numbers, 200), whole.slice(position * 8, position * 8 + 400));
  }
});

Deno.test("the block counter has 64 bits and wraps", () => {
  const numbers = new ChaCha12(new Uint8Array(32));
  const first = take(numbers, 64);
  const high = (1n << 32n) * 16n;
  numbers.position = high;
  assertNotEquals(take(numbers, 64), first);
  assertEquals(numbers.position, high + 16n);
  numbers.position = (1n << 68n) - 1n;
  take(numbers, 4);
  assertEquals(numbers.position, 0n);
  assertEquals(take(numbers, 64), first);
  for (const position of [-1n, 1n << 68n]) {
    assertThrows(() => numbers.position = position, RangeError, String(position));
  }
});

Deno.test("streams of one seed differ", () => {
  const seed = Uint8Array.fromHex(BOX_SEED);
  const all = [0n, 1n, 1n << 32n, (1n << 64n) - 1n].map((stream) => take(new ChaCha12(seed, stream), 16));
  assertEquals(new Set(all).size, 4);
  for (const stream of [-1n, 1n << 64n]) assertThrows(() => new ChaCha12(seed, stream), RangeError, "stream");
});

Deno.test("a state is plain data from which the stream goes on", () => {
  const random = seededRandom(BOX_SEED);
  take(random, 6);
  const state = structuredClone(random.state);
  assertEquals([state.seed.toHex(), state.stream, state.position], [BOX_SEED, 0n, 2n]);
  const went = take(random, 100);
  const other = seededRandom(1);
  other.restore(state);
  assertEquals(take(other, 100), went);
  const before = other.state;
  assertThrows(() => other.restore({ ...state, position: -1n }), RangeError);
  assertThrows(() => other.restore({ ...state, seed: new Uint8Array(31) }), RangeError);
  assertEquals(other.state, before);
});

Deno.test("seeds: numbers and texts that say the same are the same, and what says nothing is refused", () => {
  const same = [258, 258n, "258", "0258", Uint8Array.fromHex("0201".padEnd(64, "0")), "0201".padEnd(64, "0")];
  assertEquals(new Set(same.map((seed: Seed) => take(seededRandom(seed), 32))).size, 1);
  assertEquals(new Set([0, 1, 2, 256, 2n ** 255n].map((seed) => take(seededRandom(seed), 32))).size, 5);
  const bad = [
    -1,
    1.5,
    NaN,
    Infinity,
    2 ** 53,
    -1n,
    2n ** 256n,
    "",
    "-1",
    "abc",
    "0x1",
    "1e3",
    " 1",
    "9".repeat(80),
  ];
  for (const seed of [...bad, new Uint8Array(31), new Uint8Array(33)]) {
    assertThrows(() => seededRandom(seed), RangeError);
  }
});

Deno.test("a caller that changes its seed afterwards changes nothing", () => {
  const seed = Uint8Array.fromHex(BOX_SEED);
  const random = seededRandom(seed);
  seed.fill(0);
  random.state.seed.fill(0);
  assertEquals(random.state.seed.toHex(), BOX_SEED);
  assertEquals(take(random, 32), BOX_FIRST);
});

Deno.test("the system's bytes differ each time", () => {
  assertNotEquals(take(systemRandom(), 32), take(systemRandom(), 32));
});
