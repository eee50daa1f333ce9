import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Fault, memoryDirectory } from "../../../mod.ts";
import { text } from "../../caps/outcome.ts";
import { Box } from "../../../wasi/box.ts";
import { SnapshotError, type SnapshotRefusal } from "../../../wasi/snapshot/error.ts";
import { sha256 } from "../../../wasi/sha256.ts";
import { guest, guestBytes, moduleOf, open } from "./guests.ts";
import { inRepository } from "../../repository.ts";

/** Why a snapshot is refused; the box has to be as before. */
async function refusal(box: Box, snapshot: Uint8Array, form?: "raw"): Promise<SnapshotRefusal> {
  const before = await box.hash();
  const error: SnapshotError = await assertRejects(() => box.restore(snapshot, { form }), SnapshotError);
  assertEquals(await box.hash(), before);
  return error.code;
}

Deno.test("message A, snapshot, message B, restore: B is undone", async () => {
  const { box, say } = await open("counter");
  await say("up", "up");
  const snapshot = await box.snapshot();
  const hash = await box.hash();
  await say("down");
  assertNotEquals(await box.hash(), hash);
  await box.restore(snapshot);
  assertEquals(await box.hash(), hash);
  assertEquals(await say("up"), ["value=3"]);
});

Deno.test("the same in another process", async () => {
  const { box, say } = await open("counter");
  await say("up", "up");
  const scratch = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${scratch}/snapshot`, await box.snapshot());
    const library = new URL("../../../wasi/box.ts", import.meta.url);
    const guestFile = new URL("../../../examples/box/counter.wasm", import.meta.url);
    const script = `import { Box } from "${library}";
      const box = await Box.open(await Deno.readFile(new URL("${guestFile}")), { onMessage: (m) => console.log(m) });
      await box.restore(await Deno.readFile("${scratch}/snapshot"));
      console.log(await box.hash());
      await box.send("up");`;
    await Deno.writeTextFile(`${scratch}/script.ts`, script);
    const config = inRepository("deno.json");
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, `${scratch}/script.ts`],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), `${await box.hash()}\nvalue=3\n`);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

Deno.test("the same when the memory grew between, in both directions", async () => {
  const { box, say } = await open("grow");
  const small = await box.snapshot();
  const [pages] = await say("pages");
  await say("hold 1000000", "hold 3000000");
  const large = await box.snapshot();
  const [check] = await say("check");
  const [grown] = await say("pages");
  assertNotEquals(grown, pages);

  await box.restore(small);
  assertEquals(await say("pages", "check"), [pages, "total=0 sum=cbf29ce484222325"]);
  await box.restore(large);
  assertEquals(await say("pages", "check"), [grown, check]);
  const other = await open("grow");
  await other.box.restore(large);
  assertEquals(await other.say("check"), [check]);
});

Deno.test("another module's snapshot is refused", async () => {
  const counter = await open("counter");
  const echo = await open("echo");
  assertEquals(await refusal(counter.box, await echo.box.snapshot()), "other-module");
});

Deno.test("a snapshot with a bit flipped or cut at any byte is refused, and the box goes on", async () => {
  const { box, say } = await open(
    guest({
      send: "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))",
    }),
    { codec: undefined, onMessage: () => {} },
  );
  await say("a");
  const snapshot = await box.snapshot();
  for (let length = 0; length < snapshot.length; length++) await refusal(box, snapshot.subarray(0, length));
  for (let bit = 0; bit < snapshot.length * 8; bit += 5) {
    const damaged = snapshot.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    await refusal(box, damaged);
  }
  await box.restore(snapshot);
});

Deno.test("a snapshot of a later version is refused", async () => {
  const { box } = await open("counter");
  const snapshot = await box.snapshot();
  snapshot[8]! += 1;
  snapshot.set(await sha256(snapshot.subarray(0, -32)), snapshot.length - 32);
  assertEquals(await refusal(box, snapshot), "newer");
});

Deno.test("a snapshot that needs more memory than the box may have is refused", async () => {
  const large = await open("grow");
  await large.say("hold 8000000");
  const snapshot = await large.box.snapshot();
  const small = await open("grow", { limits: { memory: 2 << 20 } });
  assertEquals(await refusal(small.box, snapshot), "too-large");
  assertEquals(await refusal(small.box, await large.box.snapshot({ form: "raw" }), "raw"), "too-large");
});

Deno.test("the raw form holds the memory and 72 bytes, and comes back", async () => {
  const { box, say } = await open("counter", { time: 1234 });
  await say("up", "up");
  const raw = await box.snapshot({ form: "raw" });
  const view = new DataView(raw.buffer, raw.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  assertEquals([raw.length, length % 65536], [length + 72, 0]);
  assertEquals(view.getBigUint64(8 + length, true), 1234n);
  const seed = raw.subarray(16 + length, 48 + length).toHex();
  assertEquals(seed, "e459e7dce014a21b859d58d62d668418460048fc668684cdf4a882c67a64111d");
  assertEquals([48, 56, 64].map((at) => view.getBigUint64(length + at, true)), [0n, 0n, 0n]);
  const other = await open("counter");
  await other.box.restore(raw, { form: "raw" });
  assertEquals(await other.say("down"), ["value=1"]);
  assertEquals(await refusal(box, raw), "not-a-snapshot");
  assertEquals(await refusal(box, raw.subarray(1), "raw"), "not-a-snapshot");
  assertEquals(await refusal(box, await box.snapshot(), "raw"), "not-a-snapshot");
});

Deno.test("the raw form tells the position in the random stream", async () => {
  const { box, say } = await open("random");
  await say("random 9");
  const raw = await box.snapshot({ form: "raw" });
  assertEquals(raw[raw.length - 16], 3);
  const next = await say("random 4");
  await box.restore(raw, { form: "raw" });
  assertEquals(await say("random 4"), next);
});

Deno.test("times and positions that cannot be are refused in the raw form", async () => {
  const { box } = await open("counter");
  const raw = await box.snapshot({ form: "raw" });
  const time = raw.slice();
  time.fill(255, raw.length - 64, raw.length - 56);
  assertEquals(await refusal(box, time, "raw"), "damaged");
  const position = raw.slice();
  position.fill(255, raw.length - 16);
  assertEquals(await refusal(box, position, "raw"), "damaged");
});

Deno.test("a fork goes its own way", async () => {
  const { box, say } = await open("counter");
  await say("up");
  const heard: string[] = [];
  const fork = await box.fork({ onMessage: (message) => heard.push(message) });
  await fork.send("up");
  assertEquals([heard, await say("down")], [["value=2"], ["value=0"]]);
});

Deno.test("globals, tables and memories of Rust and C guests are all there after a restore", async () => {
  for (const name of ["counter", "counter_rust", "echo", "echo_rust", "grow", "random", "sleep"]) {
    const module = await moduleOf(name);
    const { box } = await open(module);
    await box.send("up");
    const snapshot = await box.snapshot();
    const hash = await box.hash();
    const other = await Box.open(module);
    await other.restore(snapshot);
    assertEquals(await other.hash(), hash);
  }
});

Deno.test("a guest with large tables and little in its memory is captured and restored", async () => {
  for (const entries of [900, 1000, 1100, 5000, 100_000]) {
    const large = guest({
      more: `(table ${entries} funcref) (elem (i32.const ${entries - 1}) $f) (func $f)`,
    });
    const { box } = await open(large);
    const hash = await box.hash();
    await box.restore(await box.snapshot());
    assertEquals(await box.hash(), hash);
  }
});

Deno.test("counting fuel does not show in the state", async () => {
  const hashes = await Promise.all([undefined, 100_000_000].map(async (fuel) => {
    const box = await Box.open(guestBytes("counter_rust"), { limits: { fuel } });
    for (let i = 0; i < 5; i++) await box.send("up");
    const snapshot = await box.snapshot();
    const plain = await Box.open(guestBytes("counter_rust"));
    await plain.restore(snapshot);
    assertEquals(await plain.hash(), await box.hash());
    return await box.hash();
  }));
  assertEquals(hashes[0], hashes[1]);
});

Deno.test("snapshots in files are never written over", async () => {
  const { box, say } = await open("counter");
  const directory = memoryDirectory();
  await box.save(directory, "a");
  const before = text(directory, "a");
  await say("up");
  await assertRejects(() => box.save(directory, "a"), Fault, "EEXIST");
  assertEquals(text(directory, "a"), before);
  await box.save(directory, "raw", { form: "raw" });
  await box.load(directory, "a");
  assertEquals(await say("down"), ["value=-1"]);
  await box.load(directory, "raw", { form: "raw" });
  assertEquals(await say("down"), ["value=0"]);
  await assertRejects(() => box.load(directory, "missing"), Fault, "ENOENT");
  const small = memoryDirectory({}, { capacity: 4096 });
  await assertRejects(() => box.save(small, "a", { form: "raw" }), Fault);
  assertEquals(small.list(), []);
});
