import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault, type File, memoryDirectory, Open } from "../../../mod.ts";
import { Box } from "../../../wasi/box.ts";
import { bytesCodec, MessageError } from "../../../wasi/box/codec.ts";
import { BoxError } from "../../../wasi/box/error.ts";
import { JournalError, readJournal } from "../../../wasi/box/journal.ts";
import { readAll } from "../../../wasi/box/files.ts";
import type { BoxLimits } from "../../../wasi/box/module.ts";
import type { BoxOptions } from "../../../wasi/box/options.ts";
import { captureOutput } from "../../../caps/streams/capture.ts";
import { wat } from "../binary/wat.ts";
import { guest, guestBytes, moduleOf, open } from "./guests.ts";

/** An empty file, or one that holds some bytes. */
function file(contents: Uint8Array = new Uint8Array(0)): File {
  const opened = memoryDirectory().open("journal", Open.read | Open.write | Open.create);
  if (opened.kind !== "file") throw new Error("not a file");
  opened.write(contents, 0, contents.length, 0);
  return opened;
}

/** A life with everything in it: the journal, and the hash after each of its entries. */
async function livedThrough(journal: File): Promise<string[]> {
  const { box } = await open("sleep", { journal, time: 3 });
  const hashes = [await box.hash()];
  const step = async (done: Promise<unknown>): Promise<void> => {
    await done;
    hashes.push(await box.hash());
  };
  await step(box.send("wall"));
  await step(box.setTime(1_700_000_000_000));
  await step(box.send("sleep 5000"));
  const snapshot = await box.snapshot();
  await step(box.send("monotonic"));
  await step(box.restore(snapshot));
  await step(box.restore(snapshot, { random: "reseed" }));
  await step(box.send("wall"));
  return hashes;
}

Deno.test("a box is replayed to any point of its journal, with the same hash each time", async () => {
  const journal = file();
  const hashes = await livedThrough(journal);
  const bytes = readAll(journal);
  const module = await moduleOf("sleep");
  assertEquals(readJournal(bytes).entries.length, hashes.length - 1);
  for (let entries = 0; entries < hashes.length; entries++) {
    assertEquals(await (await Box.replay(module, bytes, { entries })).hash(), hashes[entries]);
  }
  const metered = await Box.replay(guestBytes("sleep"), bytes, { limits: { fuel: 1_000_000_000 } });
  assertEquals(await metered.hash(), hashes.at(-1));
});

Deno.test("the messages of the guest are received again", async () => {
  const journal = file();
  const { say, messages, box } = await open("counter", { journal });
  await say("up", "up");
  const snapshot = await box.snapshot();
  await box.send("up");
  await box.restore(snapshot);
  await box.send("down");
  const heard: string[] = [];
  await Box.replay(guestBytes("counter"), readAll(journal), { onMessage: (message) => heard.push(message) });
  assertEquals(heard, messages);
});

Deno.test("a journal that was cut at any byte is good up to its last whole entry, and is gone on with", async () => {
  const whole = file();
  const hashes = await livedThrough(whole);
  const bytes = readAll(whole);
  const module = await moduleOf("sleep");
  const seen = new Set<string>();
  for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 97) {
    const { opening, entries } = readJournal(bytes.subarray(0, length));
    if (opening === undefined) continue;
    const box = await Box.replay(module, bytes.subarray(0, length));
    const hash = await box.hash();
    assertEquals(hash, hashes[entries.length]);
    seen.add(hash);
  }
  assertEquals(seen.size >= 2, true);

  const cut = file(bytes.subarray(0, bytes.length - 1));
  const { box, say } = await open(module, { journal: cut });
  assertEquals(await box.hash(), hashes.at(-2));
  await say("wall");
  assertEquals(await box.hash(), hashes.at(-1));
  assertEquals(readAll(cut), bytes);
});

Deno.test("a journal that was made longer but not written is good up to its last whole entry", async () => {
  const sector = 512;
  for (let more = 0; more < 40; more++) {
    const journal = file();
    const { box } = await open("echo", { journal });
    const sizes = [journal.stat().size];
    for (const length of [340 + more, 900]) {
      await box.send("x".repeat(length));
      sizes.push(journal.stat().size);
    }
    const bytes = readAll(journal);
    for (const written of [sector, 2 * sector, ...sizes]) {
      for (const length of [bytes.length, bytes.length + 5000]) {
        const torn = new Uint8Array(length);
        torn.set(bytes.subarray(0, written));
        const whole = sizes.findLastIndex((size) => size <= written);
        const { entries, length: good } = readJournal(torn);
        assertEquals([entries.length, good], [whole, sizes[whole]]);
      }
    }
  }
  const torn = file();
  await open("counter", { journal: torn });
  const bytes = readAll(torn);
  torn.setSize(bytes.length + 5000);
  const again = await open("counter", { journal: torn });
  assertEquals([readAll(torn), await again.say("up")], [bytes, ["value=1"]]);
});

Deno.test("a box that is opened with its journal goes on where it was, silently", async () => {
  const journal = file();
  const first = await open("counter", { journal });
  await first.say("up", "up");
  const second = await open("counter", { journal });
  assertEquals(second.messages, []);
  assertEquals(await second.say("up"), ["value=3"]);
  assertEquals(readJournal(readAll(journal)).entries.length, 3);
});

Deno.test("what a guest has printed is not printed again when its journal is gone on with", async () => {
  const printing = wat(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\10\\00\\00\\00\\03\\00\\00\\00") (data (i32.const 16) "out")
    (func (export "wasmbox_initialize") (call $print (i32.const 2)))
    (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "wasmbox_free") (param i32 i32))
    (func (export "wasmbox_send") (param i32 i32) (call $print (i32.const 1)))
    (func $print (param i32)
      (if (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 100)) (then unreachable))
      (if (i32.ne (i32.load (i32.const 100)) (i32.const 3)) (then unreachable))))`);
  const journal = file();
  const printed = async (
    act: (options: BoxOptions<string> & { codec?: undefined }) => Promise<Box>,
  ): Promise<unknown> => {
    const [stdout, stderr] = [captureOutput(), captureOutput()];
    const box = await act({ stdout, stderr });
    return [stdout.text(), stderr.text(), await box.hash()];
  };
  const first = await printed(async (options) => {
    const { box, say } = await open(printing, { ...options, journal });
    await say("a", "b");
    return box;
  });
  const [, , hash] = first as [string, string, string];
  assertEquals(first, ["outout", "out", hash]);
  assertEquals(await printed((options) => Box.open(printing, { ...options, journal })), ["", "", hash]);
  assertEquals(await printed((options) => Box.replay(printing, readAll(journal), options)), first);
  const [output] = await printed(async (options) => {
    const { box, say } = await open(printing, { ...options, journal });
    await say("c");
    return box;
  }) as [string];
  assertEquals(output, "out");
});

Deno.test("a box whose journal was removed takes nothing more, in place of losing it", async () => {
  const directory = memoryDirectory();
  const journal = directory.open("journal", Open.read | Open.write | Open.create) as File;
  const { box, say } = await open("counter", { journal });
  await say("up");
  const hash = await box.hash();
  directory.removeFile("journal");
  await assertRejects(() => box.send("up"), JournalError, "removed or replaced");
  assertEquals(await box.hash(), hash);
});

Deno.test("a box whose journal another box has written to takes nothing more, and no message is lost", async () => {
  const journal = file();
  const first = await open("counter", { journal });
  await first.say("up");
  const second = await open("counter", { journal });
  await second.say("up");
  const hash = await first.box.hash();
  await assertRejects(() => first.box.send("up"), JournalError, "somebody else");
  await assertRejects(() => first.box.setTime(1), JournalError, "somebody else");
  assertEquals(await first.box.hash(), hash);
  assertEquals(await second.say("up"), ["value=3"]);
  const again = await Box.replay(guestBytes("counter"), readAll(journal));
  assertEquals(await again.hash(), await second.box.hash());
});

Deno.test("a flipped bit is told with its place, wherever it is", async () => {
  const journal = file();
  const { say } = await open("counter", { journal });
  await say("up", "down");
  const bytes = readAll(journal);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assertThrows(() => readJournal(damaged), JournalError);
  }
});

Deno.test("a journal of another module is refused", async () => {
  const journal = file();
  await open("counter", { journal });
  await assertRejects(() => open("echo", { journal }), JournalError, "another module");
  await assertRejects(() => Box.replay(guestBytes("echo"), readAll(journal)), JournalError, "another module");
});

Deno.test("a file that is no journal is refused and left as it is", async () => {
  const text = new TextEncoder().encode("dear diary, today I did nothing");
  const journal = file(text);
  await assertRejects(() => open("counter", { journal }), JournalError, "not the journal of a box");
  assertEquals(readAll(journal), text);
});

Deno.test("what cannot be written down does not happen", async () => {
  const journal = memoryDirectory({}, { capacity: 8192 }).open(
    "journal",
    Open.read | Open.write | Open.create,
  ) as File;
  const { box, say } = await open("counter", { journal });
  let sent = 0;
  await assertRejects(async () => {
    for (;; sent++) await box.send("up");
  });
  assertEquals(
    await Box.replay(guestBytes("counter"), readAll(journal)).then((again) => again.hash()),
    await box.hash(),
  );
  assertEquals(readJournal(readAll(journal)).entries.length, sent);
  await assertRejects(() => say("up"));
});

Deno.test("what a guest sent before a limit stopped it is received once, and the state is the same again", async () => {
  const talksAndSpins = guest({
    send: "(call $callback (i32.const 1024) (local.get $length)) (loop (br 0))",
  });
  for (const rollBack of [false, true]) {
    for (const limits of [{ fuel: 10_000 }, { timeout: 100 }]) {
      const journal = file();
      const heard: number[] = [];
      const onMessage = ({ length }: Uint8Array): void => void heard.push(length);
      const options = { codec: bytesCodec, onMessage };
      const box = await Box.open(talksAndSpins, { ...options, journal, rollBack, limits });
      await assertRejects(() => box.send(new Uint8Array(3)), BoxError);
      assertEquals(heard.splice(0), rollBack ? [] : [3]);
      const again = await Box.replay(talksAndSpins, readAll(journal), options);
      assertEquals([again.poisoned, box.poisoned, heard], [!rollBack, !rollBack, []]);
      if (rollBack) assertEquals(await again.hash(), await box.hash());
    }
  }
});

Deno.test("failures are lived through again: a trap, a stop, and what was undone", async () => {
  for (const rollBack of [false, true]) {
    const journal = file();
    const { box, say } = await open("trap", { journal, rollBack, limits: { timeout: 300 } });
    await say("a");
    const snapshot = await box.snapshot();
    for (const message of ["trap", "spin", "exit 1"]) {
      await assertRejects(() => box.send(message), BoxError);
      if (!rollBack) await box.restore(snapshot);
    }
    await say("a");
    const again = await Box.replay(guestBytes("trap"), readAll(journal));
    assertEquals(await again.hash(), await box.hash());
    const poisoned = await Box.replay(guestBytes("trap"), readAll(journal), { entries: 2 });
    assertEquals(poisoned.poisoned, !rollBack);
  }
});

/** Counts its messages, after as many thousand turns as the first byte says, and sends how many they were. */
const TURNING = guest({
  more: "(global $count (mut i32) (i32.const 0))",
  send: `(local $turns i32)
    (local.set $turns (i32.mul (i32.load8_u (local.get $at)) (i32.const 1000)))
    (block (loop
      (br_if 1 (i32.eqz (local.get $turns)))
      (local.set $turns (i32.sub (local.get $turns) (i32.const 1)))
      (br 0)))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store8 (i32.const 2048) (global.get $count))
    (call $callback (i32.const 2048) (i32.const 1))`,
});

/** Opens a box of it, and sends messages; what it sent itself is in `counts`. */
async function turning(
  journal: File,
  options: BoxOptions<Uint8Array>,
  ...messages: number[]
): Promise<{ box: Box<Uint8Array>; counts: (number | undefined)[] }> {
  const counts: (number | undefined)[] = [];
  const onMessage = (message: Uint8Array): void => void counts.push(message[0]);
  const box = await Box.open(TURNING, { ...options, journal, codec: bytesCodec, onMessage });
  for (const message of messages) await box.send(new Uint8Array([message]));
  return { box, counts };
}

const LITTLE = { limits: { fuel: 20_000 } };

Deno.test("a journal is not lived through under a limit that stops what none stopped", async () => {
  for (const rollBack of [false, true]) {
    const journal = file();
    const { box } = await turning(journal, { rollBack }, 1, 50, 1);
    const bytes = readAll(journal);
    const message = "A limit stops the guest over entry 2 of the journal, as none did then: give it more";
    await assertRejects(() => turning(journal, LITTLE), JournalError, message);
    for (const entries of [undefined, 2]) {
      const replayed = Box.replay(TURNING, bytes, { ...LITTLE, codec: bytesCodec, entries });
      await assertRejects(() => replayed, JournalError, message);
    }
    assertEquals(readAll(journal), bytes);
    assertEquals(await (await turning(journal, {})).box.hash(), await box.hash());
  }
});

Deno.test("a guest that fails over what it did not fail over then is not spoken to any more", async () => {
  const failing = (limits: BoxLimits): Promise<Box> =>
    Box.open(
      guest({
        memory: "1 9",
        send: "(if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))",
      }),
      {
        journal,
        limits,
      },
    );
  const journal = file();
  const box = await failing({});
  await box.send("a");
  await box.send("b");
  await assertRejects(
    () => failing({ memory: 1 << 16 }),
    JournalError,
    "The guest fails over entry 1 of the journal, as it did not then: grant it the same as then",
  );
  assertEquals(await (await failing({})).hash(), await box.hash());
});

Deno.test("a guest that is stopped over the message over which its process ended is so for good", async () => {
  for (const rollBack of [false, true]) {
    const journal = file();
    const { box } = await turning(journal, { ...LITTLE, rollBack }, 1);
    await assertRejects(() => box.send(new Uint8Array([50])), BoxError);
    const bytes = readAll(journal);
    const stopped = 13;
    const cut = file(bytes.subarray(0, -stopped));
    assertEquals((await turning(cut, LITTLE)).box.poisoned, !rollBack);
    assertEquals(readAll(cut), bytes);
    const again = await turning(cut, {});
    assertEquals([again.box.poisoned, again.counts], [!rollBack, []]);
    if (rollBack) assertEquals(await again.box.hash(), await box.hash());
  }
});

Deno.test("a stop that cannot be written down is, before anything else is", async () => {
  const whole = file();
  let full = Infinity;
  const journal = new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name === "write" && target.stat().size >= full) throw Fault.of("ENOSPC");
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { box } = await turning(journal, LITTLE, 1);
  const snapshot = await box.snapshot();
  full = whole.stat().size + 1;
  await assertRejects(() => box.send(new Uint8Array([50])), JournalError, "ENOSPC");
  assertEquals(box.poisoned, true);
  await assertRejects(() => box.restore(snapshot), JournalError, "ENOSPC");
  full = Infinity;
  await box.restore(snapshot);
  await box.send(new Uint8Array([1]));
  const again = await turning(file(readAll(whole)), LITTLE);
  assertEquals(await again.box.hash(), await box.hash());
});

Deno.test("a message of the guest that the codec cannot read does not end a replay", async () => {
  const journal = file();
  const echo = guest({
    send: "(call $callback (local.get $at) (i32.sub (local.get $length) (i32.const 1)))",
  });
  const { box, messages } = await open(echo, { journal });
  for (const message of ["a", "b"]) await assertRejects(() => box.send(message), MessageError);
  const heard: string[] = [];
  const again = await Box.replay(echo, readAll(journal), { onMessage: (message) => heard.push(message) });
  assertEquals([await again.hash(), heard], [await box.hash(), messages]);
});
