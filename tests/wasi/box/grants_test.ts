import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  deterministic,
  type Directory,
  type File,
  hostDirectory,
  loadBoxModule,
  memoryDirectory,
  Open,
  quota,
  readOnly,
} from "../../../mod.ts";
import { Box } from "../../../wasi/box.ts";
import { bytesCodec } from "../../../wasi/box/codec.ts";
import { BoxError } from "../../../wasi/box/error.ts";
import { readAll } from "../../../wasi/box/files.ts";
import { JournalError } from "../../../wasi/box/journal.ts";
import type { BoxOptions } from "../../../wasi/box/options.ts";
import { packSnapshot, unpackSnapshot } from "../../../wasi/snapshot/container.ts";
import type { DescriptorState } from "../../../wasi/snapshot/descriptor_state.ts";
import { SnapshotError } from "../../../wasi/snapshot/error.ts";
import { text } from "../../caps/outcome.ts";
import { wat } from "../binary/wat.ts";
import { guest, guestBytes } from "./guests.ts";

/**
 * A guest of one-letter messages: `o` opens "d", a directory, and in it "in.txt" for reading and "out.txt" for writing;
 * `r` answers with two bytes of the one, `w` writes two to the other, `m` moves descriptor 6 to 5, `c` closes 1, `g` the
 * directory that was granted, `x` removes "d/in.txt" and crashes.
 */
const READER = wat(`(module
  (import "env" "wasmbox_callback" (func $say (param i32 i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "din.txtout.txt")
  (data (i32.const 32) "\\40\\00\\00\\00\\02\\00\\00\\00") ;; two bytes at 64
  (func (export "wasmbox_initialize"))
  (func (export "wasmbox_malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "wasmbox_free") (param i32 i32))
  (func $must (param i32) (if (local.get 0) (then unreachable)))
  (func (export "wasmbox_send") (param $at i32) (param i32) (local $letter i32)
    (local.set $letter (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $letter) (i32.const 111)) (then
      (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 2)
        (i64.const 24576) (i64.const -1) (i32.const 0) (i32.const 48)))
      (call $must (call $open (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 6) (i32.const 0)
        (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 48)))
      (call $must (call $open (i32.const 4) (i32.const 0) (i32.const 7) (i32.const 7) (i32.const 9)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 48)))))
    (if (i32.eq (local.get $letter) (i32.const 114)) (then
      (call $must (call $read (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)))
      (call $say (i32.const 64) (i32.load (i32.const 48)))))
    (if (i32.eq (local.get $letter) (i32.const 119)) (then
      (call $must (call $write (i32.const 6) (i32.const 32) (i32.const 1) (i32.const 48)))))
    (if (i32.eq (local.get $letter) (i32.const 109)) (then
      (call $must (call $renumber (i32.const 6) (i32.const 5)))))
    (if (i32.eq (local.get $letter) (i32.const 120)) (then
      (call $must (call $unlink (i32.const 4) (i32.const 1) (i32.const 6))) unreachable))
    (if (i32.eq (local.get $letter) (i32.const 103)) (then (call $must (call $close (i32.const 3)))))
    (if (i32.eq (local.get $letter) (i32.const 99)) (then (call $must (call $close (i32.const 1)))))))`);

const encoder = new TextEncoder();

async function reader(
  directory: Directory,
  options: BoxOptions<Uint8Array> = {},
): Promise<{ box: Box<Uint8Array>; say(letters: string): Promise<string> }> {
  let heard = "";
  const box = await Box.open(READER, {
    ...options,
    dirs: [{ name: "/", directory }],
    codec: bytesCodec,
    onMessage: (message) => heard += new TextDecoder().decode(message.slice()),
  });
  const say = async (letters: string): Promise<string> => {
    heard = "";
    for (const letter of letters) await box.send(encoder.encode(letter));
    return heard;
  };
  return { box, say };
}

function directory(): Directory {
  return memoryDirectory({ "d/in.txt": "abcdefgh" });
}

Deno.test("open files go on where they were, in the same box and in another", async () => {
  const files = directory();
  const { box, say } = await reader(files);
  assertEquals(await say("orw"), "ab");
  const snapshot = await box.snapshot();
  assertEquals(await say("rrw"), "cdef");
  await box.restore(snapshot);
  assertEquals(await say("rw"), "cd");
  const other = await reader(files);
  await other.box.restore(snapshot);
  assertEquals(await other.say("rw"), "cd");
  // Nothing was created or cut a second time: both went on behind the first two bytes.
  assertEquals(text(files.directory("d"), "out.txt"), "ababcd".slice(0, 2) + "cd");
});

Deno.test("the numbers of descriptors are kept", async () => {
  const { box, say } = await reader(directory());
  await say("omc");
  const snapshot = await box.snapshot();
  const other = await reader(await memoryDirectory({ "d/out.txt": "" }));
  await other.box.restore(snapshot);
  assertEquals(await other.box.hash(), await box.hash());
});

Deno.test("a snapshot whose files are not granted, or gone, is refused", async () => {
  const { box, say } = await reader(directory());
  await say("o");
  const snapshot = await box.snapshot();
  const refused = async (other: Box<Uint8Array>): Promise<string> => {
    const before = await other.hash();
    const error: SnapshotError = await assertRejects(() => other.restore(snapshot), SnapshotError);
    assertEquals(await other.hash(), before);
    return error.message;
  };
  assertEquals(
    await refused((await reader(memoryDirectory({ "d/in.txt": "" }))).box),
    'The snapshot has "d/out.txt" open as descriptor 6, which cannot be opened: ENOENT',
  );
  assertEquals(
    await refused(await Box.open(READER, { codec: bytesCodec })),
    "The snapshot has descriptor 3 in a directory that is not granted",
  );
  assertEquals(
    await refused((await reader(readOnly(memoryDirectory({ "d/in.txt": "", "d/out.txt": "" })))).box),
    'The snapshot has "d/out.txt" open as descriptor 6, which cannot be opened: EROFS',
  );
});

Deno.test("an open file that has lost its name cannot be captured", async () => {
  const files = directory();
  const { box, say } = await reader(files);
  await say("o");
  files.directory("d").removeFile("in.txt");
  const error: SnapshotError = await assertRejects(() => box.snapshot(), SnapshotError);
  assertEquals(
    [error.code, error.message],
    ["unsupported", 'Descriptor 5, opened as "d/in.txt", is not there any more: no snapshot can be taken'],
  );
});

Deno.test("what was opened in a granted directory is captured after the guest has closed that", async () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-box-" });
  try {
    Deno.mkdirSync(`${scratch}/d`);
    Deno.writeTextFileSync(`${scratch}/d/in.txt`, "abcdef");
    const files = hostDirectory(scratch);
    const first = await reader(files);
    assertEquals(await first.say("org"), "ab");
    const second = await reader(files);
    await second.box.restore(await first.box.snapshot());
    assertEquals(await second.box.hash(), await first.box.hash());
    assertEquals(await second.say("r"), "cd");
    await assertRejects(() => second.say("g"), BoxError, "crashed");
    await Promise.all([first.box.close(), second.box.close()]);
    files.close();
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a journal with a snapshot that does not fit what is granted is told by its entry", async () => {
  const journal = memoryDirectory().open("journal", Open.read | Open.write | Open.create) as File;
  const { box, say } = await reader(directory(), { journal });
  await say("o");
  await box.restore(await box.snapshot());
  const error: JournalError = await assertRejects(
    () => Box.open(READER, { codec: bytesCodec, journal }),
    JournalError,
  );
  assertEquals(
    error.message,
    "Entry 2 of the journal cannot be lived through: " +
      "The snapshot has descriptor 3 in a directory that is not granted",
  );
});

Deno.test("a message that could not be undone is refused before it is written down", async () => {
  const journal = memoryDirectory().open("journal", Open.read | Open.write | Open.create) as File;
  const files = directory();
  const { say } = await reader(files, { rollBack: true, journal });
  await say("o");
  files.directory("d").removeFile("in.txt");
  const before = readAll(journal);
  await assertRejects(() => say("r"), SnapshotError, "is not there any more");
  assertEquals(readAll(journal), before);
  assertEquals(await (await reader(directory(), { journal })).say("r"), "ab");
});

Deno.test("a message that cannot be undone any more poisons the box, and in its journal too", async () => {
  const journal = memoryDirectory().open("journal", Open.read | Open.write | Open.create) as File;
  const { say } = await reader(directory(), { rollBack: true, journal });
  await say("o");
  const snapshot = await (await reader(directory())).box.snapshot();
  await assertRejects(() => say("x"), BoxError, "crashed");
  await assertRejects(() => say("r"), BoxError, "poisoned");
  const again = await reader(directory(), { journal });
  assertEquals(again.box.poisoned, true);
  await again.box.restore(snapshot);
  assertEquals(again.box.poisoned, false);
});

Deno.test("a snapshot made with bad intentions opens nothing beside the grants, makes nothing and gives no rights", async () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-box-" });
  try {
    Deno.mkdirSync(`${scratch}/jail/d`, { recursive: true });
    Deno.writeTextFileSync(`${scratch}/secret`, "secret");
    Deno.writeTextFileSync(`${scratch}/jail/d/in.txt`, "abcdefgh");
    Deno.symlinkSync("../secret", `${scratch}/jail/link`);
    const outside = (): string =>
      JSON.stringify([Deno.readTextFileSync(`${scratch}/secret`), [...Deno.readDirSync(scratch)], [
        ...Deno.readDirSync(`${scratch}/jail`),
      ]]);
    const before = outside();
    const directory = readOnly(hostDirectory(`${scratch}/jail`));
    const { box } = await reader(directory);
    const module = await loadBoxModule(READER);
    const honest = await unpackSnapshot(await box.snapshot(), module.hash, 1 << 30);
    const plain = {
      fd: 4,
      granted: 3,
      path: "d/in.txt",
      how: 1,
      base: 2,
      inheriting: 0,
      flags: 0,
      position: 0,
    };
    const restoring = async (...opened: DescriptorState[]): Promise<void> => {
      const descriptors = [...honest.descriptors, ...opened];
      await box.restore(await packSnapshot({ ...honest, descriptors }));
    };
    const evil: Partial<DescriptorState>[] = [
      { path: "../secret" },
      { path: "/etc/passwd" },
      { path: "link" },
      { path: "d/../../secret" },
      { path: "" },
      { path: "a\0b" },
      { path: "x".repeat(5000) },
      { path: "new", how: 1 | 4 }, // to be made
      { how: 2 }, // for writing
      { how: 8 | 16 | 2 }, // to be cut
      { how: 255 },
      { granted: 0 },
      { granted: 99 },
      { granted: 2 ** 32 - 1 },
      { fd: 2 ** 32 - 1 },
      { fd: 0 }, // there already
      { path: undefined }, // the same directory twice
      { position: -2 },
      { position: 2 ** 60 },
    ];
    for (const change of evil) {
      const error: SnapshotError = await assertRejects(
        () => restoring({ ...plain, ...change }),
        SnapshotError,
        "",
        JSON.stringify(change),
      );
      assert(error.message.length < 400, error.message);
    }
    await restoring({ ...plain, base: 2 ** 31, inheriting: 2 ** 32 - 1, flags: 65535 });
    const revived = await unpackSnapshot(await box.snapshot(), module.hash, 1 << 30);
    const { base, inheriting } = revived.descriptors.find(({ fd }) => fd === 4)!;
    assertEquals([base & 2 ** 31, inheriting < 2 ** 31], [0, true]);
    assertEquals(outside(), before);
    await box.close();
    directory.close();
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a journal is lived through alike in directories of the kernel and of Deno", async () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-box-" });
  try {
    const hashes: string[] = [];
    for (
      const backend of Deno.build.os === "linux" ? ["kernel", "portable"] as const : ["portable"] as const
    ) {
      for (const fuel of [undefined, 1_000_000]) {
        const path = `${scratch}/${backend}-${fuel}`;
        Deno.mkdirSync(`${path}/d`, { recursive: true });
        Deno.writeTextFileSync(`${path}/d/in.txt`, "abcdefgh");
        const directory = hostDirectory(path, { backend });
        const dirs = [{ name: "/", directory: deterministic(directory) }];
        const box = await Box.open(READER, { dirs, codec: bytesCodec, limits: { fuel } });
        for (const letter of "orwrw") await box.send(encoder.encode(letter));
        hashes.push(await box.hash());
        await box.close();
        directory.close();
      }
    }
    assertEquals(new Set(hashes).size, 1);
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a call that is under way when time is up comes to its end, for the sake of the next life", async () => {
  const timeout = 20;
  const ends: boolean[] = [];
  // Another process may keep this one from running for longer than such a call is waited for: once in five tries is enough.
  for (let tries = 0; tries < 5 && !ends.includes(true); tries++) {
    const files = directory();
    let start = Infinity;
    let end = 0;
    const slow = new Proxy(files, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === "again") return () => slow;
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          const until = start + timeout + 1;
          while (performance.now() < until);
          end = performance.now();
          return value.apply(target, args);
        };
      },
    });
    const { say } = await reader(slow, { limits: { timeout } });
    start = performance.now();
    await assertRejects(() => say("o"), BoxError, "longer than 20 ms");
    ends.push(end > start + timeout);
  }
  assertEquals(ends.at(-1), true);
});

/** A directory that counts how many handles of it are open. */
function counted(directory: Directory, count: { open: number }): Directory {
  count.open++;
  return new Proxy(directory, {
    get: (target, name) => {
      if (name === "again") return () => counted(target.again!(), count);
      if (name === "close") return () => void count.open--;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("a box that does not come to be leaves nothing open", async () => {
  const journalIn = (directory: Directory): File => {
    const file = directory.open("journal", Open.read | Open.write | Open.create);
    if (file.kind !== "file") throw new Error("not a file");
    return file;
  };
  const journal = journalIn(memoryDirectory());
  const counter = guestBytes("counter");
  const first = await Box.open(counter, { journal, onMessage: () => {} });
  await first.send("up");
  const count = { open: 0 };
  const dirs = [{ name: "/", directory: counted(memoryDirectory(), count) }];
  const deaf = (): never => {
    throw new Error("nobody listens");
  };
  const crashing = guest({ initialize: "unreachable" });
  const talking = guest({ initialize: "(call $callback (i32.const 0) (i32.const 0))" });
  await assertRejects(
    () => Box.replay(counter, readAll(journal), { dirs, onMessage: deaf }),
    Error,
    "nobody",
  );
  await assertRejects(() => Box.open(crashing, { dirs }), BoxError, "crashed");
  await assertRejects(() => Box.open(talking, { dirs, codec: bytesCodec, onMessage: deaf }), Error, "nobody");
  const full = journalIn(quota(memoryDirectory(), { bytes: 10 }));
  await assertRejects(() => Box.open(counter, { dirs, journal: full }), Error, "EDQUOT");
  assertEquals(count.open, 1);
  const box = await Box.replay(counter, readAll(journal), { dirs, entries: 1 });
  assertEquals(count.open, 2);
  await box.close();
  assertEquals(count.open, 1);
});
