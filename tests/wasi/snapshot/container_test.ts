import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  isSnapshot,
  packSnapshot,
  SNAPSHOT_VERSION,
  unpackSnapshot,
} from "../../../wasi/snapshot/container.ts";
import { SnapshotError, type SnapshotRefusal } from "../../../wasi/snapshot/error.ts";
import { decodeState, encodeState, type GuestState, hashState } from "../../../wasi/snapshot/guest_state.ts";
import { imageOf } from "../../../wasi/snapshot/memory_image.ts";
import { packRaw, unpackRaw } from "../../../wasi/snapshot/raw.ts";
import { joined } from "../../../caps/bytes.ts";
import { sha256 } from "../../../wasi/sha256.ts";

const MODULE = new Uint8Array(32).fill(7);
const PLENTY = 1 << 30;

function someState(): GuestState {
  const memory = new Uint8Array(4 * 65536);
  memory.set([1, 2, 3], 10);
  memory.set([4], 3 * 65536);
  return {
    module: MODULE,
    instance: {
      memories: [imageOf(memory.buffer)],
      globals: [5n, 1n << 63n],
      tables: [new Uint32Array([0, 3])],
    },
    clock: { wall: 1_500_000_000n, monotonic: 2n ** 64n - 1n },
    random: { seed: new Uint8Array(32).fill(9), stream: 3n, position: (1n << 67n) + 1n },
    descriptors: [
      { fd: 0, granted: 0, path: undefined, how: 0, base: 1, inheriting: 0, flags: 0, position: 0 },
      { fd: 9, granted: 3, path: "a/ü", how: 3, base: 2, inheriting: 1, flags: 4, position: -1 },
    ],
  };
}

/** What a snapshot would be whose checksum somebody with bad intentions has put right. */
async function sealed(contents: Uint8Array): Promise<Uint8Array> {
  return joined([contents, await sha256(contents)]);
}

async function refusal(bytes: Uint8Array, most = PLENTY, module = MODULE): Promise<SnapshotRefusal> {
  const error: SnapshotError = await assertRejects(() => unpackSnapshot(bytes, module, most), SnapshotError);
  return error.code;
}

Deno.test("a state comes back as it was, in far fewer bytes than the memory has", async () => {
  const state = someState();
  const packed = await packSnapshot(state);
  assertEquals(await unpackSnapshot(packed, MODULE, PLENTY), state);
  assertEquals(isSnapshot(packed), true);
  assertEquals(packed.length < 400, true);
});

Deno.test("the canonical form says everything once: encoding what was decoded gives the same bytes", () => {
  const encoded = encodeState(someState());
  assertEquals(encodeState(decodeState(encoded, MODULE)), encoded);
});

Deno.test("the hash tells any two states apart", async () => {
  const state = someState();
  const others: GuestState[] = [
    state,
    { ...state, module: new Uint8Array(32) },
    { ...state, clock: { ...state.clock, wall: 0n } },
    { ...state, random: { ...state.random, position: 0n } },
    { ...state, instance: { ...state.instance, globals: [5n, 0n] } },
    { ...state, descriptors: state.descriptors.slice(1) },
  ];
  const hashes = await Promise.all(others.map(hashState));
  assertEquals(new Set(hashes).size, others.length);
  assertEquals(await hashState(someState()), hashes[0]);
});

Deno.test("a snapshot with any one bit flipped is refused", async () => {
  const packed = await packSnapshot(someState());
  for (let bit = 0; bit < packed.length * 8; bit++) {
    const damaged = packed.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const code = await refusal(damaged);
    const expected = bit < 64 ? "not-a-snapshot" : bit < 96 ? /newer|damaged/ : "damaged";
    assertEquals(
      expected instanceof RegExp ? expected.test(code) : code === expected,
      true,
      `bit ${bit}: ${code}`,
    );
  }
});

Deno.test("a snapshot that ends at any byte but its last, or goes on behind it, is refused", async () => {
  const packed = await packSnapshot(someState());
  for (let length = 0; length < packed.length; length++) {
    assertEquals(await refusal(packed.slice(0, length)), length < 8 ? "not-a-snapshot" : "damaged");
  }
  assertEquals(await refusal(joined([packed, new Uint8Array(1)])), "damaged");
});

Deno.test("a later version is refused by its name, whatever else it holds", async () => {
  const packed = await packSnapshot(someState());
  const later = packed.slice(0, -32);
  new DataView(later.buffer).setUint32(8, SNAPSHOT_VERSION + 1, true);
  assertEquals(await refusal(await sealed(later)), "newer");
  assertEquals(await refusal(later.slice(0, 12)), "newer");
});

Deno.test("a snapshot of another module is refused", async () => {
  const packed = await packSnapshot(someState());
  assertEquals(await refusal(packed, PLENTY, new Uint8Array(32).fill(8)), "other-module");
});

Deno.test("a snapshot that would unfold to more than the guest may have is refused before it does", async () => {
  const packed = await packSnapshot(someState());
  assertEquals(await refusal(packed, 1000), "too-large");
  // One that lies about its length gives up as soon as more comes out.
  const lying = packed.slice(0, -32);
  new DataView(lying.buffer).setBigUint64(44, 100n, true);
  assertEquals(await refusal(await sealed(lying), 1000), "damaged");
  new DataView(lying.buffer).setBigUint64(44, 2n ** 64n - 1n, true);
  assertEquals(await refusal(await sealed(lying)), "damaged");
});

Deno.test("a state that contradicts itself is refused, however well it is sealed", () => {
  const encoded = encodeState(someState());
  const refused = (change: (bytes: Uint8Array) => Uint8Array): void => {
    const error = assertThrows(
      () => decodeState(new Uint8Array(change(encoded.slice())), MODULE),
      SnapshotError,
    );
    assertEquals((error as SnapshotError).code, "damaged");
  };
  for (let length = 0; length < encoded.length; length += 7) refused((bytes) => bytes.subarray(0, length));
  refused((bytes) => joined([bytes, new Uint8Array(1)]));
  const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer);
  const memory = encoded.length - 2 * 4096 - 2 * 8 - 12;
  const cases: [offset: number, value: number][] = [
    [memory, 65537], // no size of a memory
    [memory, 65536], // a run behind its end
    [memory + 8, 2 ** 32 - 1], // more runs than there are bytes
    [memory + 12, 2 ** 32 - 1], // a first page far away
    [memory + 16, 0], // a run of nothing
    [memory + 16, 2 ** 32 - 1], // a run of everything
    [memory + 20, 0], // a run that overlaps the one before
    [memory + 20, 1], // a run that belongs to the one before
  ];
  for (const [offset, value] of cases) {
    refused((bytes) => {
      view(bytes).setUint32(offset, value, true);
      return bytes;
    });
  }
});

Deno.test("the raw form is the memory and 72 bytes", () => {
  const memory = new Uint8Array(2 * 65536).fill(5, 100, 200);
  const seed = Uint8Array.from({ length: 32 }, (_, at) => at);
  const raw = packRaw({
    memory,
    milliseconds: 1_700_000_000_123n,
    random: { seed, stream: 6n, position: 1n << 64n },
  });
  assertEquals(raw.length, memory.length + 72);
  const view = new DataView(raw.buffer, raw.byteOffset);
  const end = 8 + memory.length;
  assertEquals(view.getBigUint64(0, true), 131072n);
  assertEquals(raw.slice(8, end), memory);
  assertEquals(view.getBigUint64(end, true), 1_700_000_000_123n);
  assertEquals(raw.slice(end + 8, end + 40), seed);
  assertEquals([48, 56, 64].map((at) => view.getBigUint64(end + at - 8, true)), [6n, 0n, 1n]);
  assertEquals(packRaw(unpackRaw(raw)), raw);
});

Deno.test("the raw form is refused when it was cut or its length is none", () => {
  const random = { seed: new Uint8Array(32), stream: 0n, position: 0n };
  const raw = packRaw({ memory: new Uint8Array(65536), milliseconds: 0n, random });
  const refused = (bytes: Uint8Array): void => {
    assertEquals(
      (assertThrows(() => unpackRaw(bytes), SnapshotError) as SnapshotError).code,
      "not-a-snapshot",
    );
  };
  for (const length of [0, 7, 8, 65535, 65544, raw.length - 1]) refused(raw.subarray(0, length));
  refused(joined([raw, new Uint8Array(1)]));
  for (const length of [1n, 65535n, 131072n, 2n ** 64n - 1n]) {
    const wrong = raw.slice();
    new DataView(wrong.buffer).setBigUint64(0, length, true);
    refused(wrong);
  }
});
