import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AppendLog } from "../../../caps/host/append_log.ts";

const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);

async function inScratch(test: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "keyhole-log-" });
  try {
    await test(`${directory}/log`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function readAll(path: string): Promise<{ records: string[]; cut: number }> {
  const records: string[] = [];
  const log = AppendLog.open(path, (record) => records.push(new TextDecoder().decode(record)));
  await log.close();
  return { records, cut: log.cut };
}

Deno.test("a log that is cut at any byte gives every record before the cut", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    const ends: number[] = [];
    const written = ["", "a", "bb", "\0\0\0\0\0\0\0\0\0", "the last one"];
    for (const record of written) {
      await log.append(bytes(record));
      ends.push(log.size);
    }
    await log.close();
    const whole = await Deno.readFile(path);
    assertEquals(ends.at(-1), whole.length);
    for (let length = 0; length <= whole.length; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      const kept = ends.filter((end) => end <= length).length;
      assertEquals((await readAll(path)).records, written.slice(0, kept), `cut at ${length}`);
      // It can be gone on with, and what is appended then is found as well.
      const again = AppendLog.open(path, () => {});
      assertEquals(again.cut, 0);
      await again.append(bytes("more"));
      await again.close();
      assertEquals((await readAll(path)).records, [...written.slice(0, kept), "more"]);
    }
  }));

/** A file with records in it, and where each of them ends. */
async function written(path: string, records: readonly Uint8Array[]): Promise<number[]> {
  const log = AppendLog.open(path, () => {});
  const ends: number[] = [];
  for (const record of records) {
    await log.append(record);
    ends.push(log.size);
  }
  await log.close();
  return ends;
}

Deno.test("a log that was changed anywhere is refused with the place, and left as it is", () =>
  inScratch(async (path) => {
    const ends = await written(path, ["first", "", "third", "the last one"].map(bytes));
    const whole = await Deno.readFile(path);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const at = bit >> 3;
      const changed = whole.slice();
      changed[at]! ^= 1 << (bit & 7);
      await Deno.writeFile(path, changed);
      const records: Uint8Array[] = [];
      const error = assertThrows(
        () => AppendLog.open(path, (record) => records.push(record)),
        Error,
      ) as Error;
      const before = ends.filter((end) => end <= at);
      // The first record begins behind the line that says what the file is.
      const start = before.at(-1) ?? whole.indexOf(10) + 1;
      if (at > whole.indexOf(10)) {
        assertEquals(error.message, `"${path}" is damaged at byte ${start}: put a copy of it in its place`);
        assertEquals(records.length, before.length);
      }
      assertEquals(await Deno.readFile(path), changed);
    }
    assertEquals([...Deno.readDirSync(path.replace(/log$/, ""))].length, 1);
  }));

Deno.test("a log that was made longer but not written to its end is gone on with, and what is cut off is kept", () =>
  inScratch(async (path) => {
    const first = "1".repeat(480);
    const [safe, end] = await written(path, [bytes(first), new Uint8Array(3000).fill(7), bytes("behind it")]);
    const whole = await Deno.readFile(path);
    const tails: Uint8Array[] = [1, 11, 12, 100, 511, 512, 513, 5000].map((zeros) => new Uint8Array(zeros));
    // The file has its length, and was written up to the end of a sector. The first ends within what comes before bytes.
    assert(safe! > 500 && safe! < 512);
    for (let sector = 512; sector < end!; sector += 512) {
      const tail = whole.slice(safe, end);
      tails.push(tail.fill(0, sector - safe!));
    }
    for (const tail of tails) {
      const torn = new Uint8Array([...whole.subarray(0, safe), ...tail]);
      await Deno.writeFile(path, torn);
      await Deno.remove(`${path}.cut`).catch(() => {});
      assertEquals(await readAll(path), { records: [first], cut: tail.length });
      assertEquals(await Deno.readFile(`${path}.cut`), tail);
      assertEquals(await Deno.readFile(path), whole.slice(0, safe));
    }
  }));

Deno.test("zeros at the end of a log do not make damage before them what was never written", () =>
  inScratch(async (path) => {
    const [first, second] = await written(path, [bytes("first"), new Uint8Array(600), new Uint8Array(2000)]);
    const whole = await Deno.readFile(path);
    for (const at of [first! - 1, first! - 10, first! + 1, first! + 100, second! + 3]) {
      const changed = whole.slice();
      changed[at]! ^= 1;
      await Deno.writeFile(path, changed);
      assertThrows(() => AppendLog.open(path, () => {}), Error, "is damaged at byte");
      assertEquals(await Deno.readFile(path), changed);
    }
  }));

Deno.test("a record of zeros is a record like any other", () =>
  inScratch(async (path) => {
    await written(path, [new Uint8Array(2000), new Uint8Array(0), new Uint8Array(512)]);
    assertEquals((await readAll(path)).records.map(({ length }) => length), [2000, 0, 512]);
  }));

Deno.test("a log of another version is refused and left as it is", () =>
  inScratch(async (path) => {
    await Deno.writeTextFile(path, "keyhole log 9\nwhatever it holds");
    assertThrows(() => AppendLog.open(path, () => {}), Error, "another version");
    assertEquals(await Deno.readTextFile(path), "keyhole log 9\nwhatever it holds");
  }));

Deno.test("a log is not opened on a file that is something else, which stays as it is", () =>
  inScratch(async (path) => {
    await Deno.writeTextFile(path, "precious\n");
    assertThrows(() => AppendLog.open(path, () => {}), Error, "is not a log");
    assertEquals(await Deno.readTextFile(path), "precious\n");
    const directory = `${path}.directory`;
    await Deno.mkdir(directory);
    assertThrows(() => AppendLog.open(directory, () => {}));
  }));

Deno.test("a log is opened once at a time", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    assertThrows(() => AppendLog.open(path, () => {}), Error, "in use");
    await log.close();
    await AppendLog.open(path, () => {}).close();
  }));

Deno.test("records appended at the same time are written in the order of the calls", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    const names = Array.from({ length: 500 }, (_, i) => `record ${i}`);
    await Promise.all(names.map((name) => log.append(bytes(name))));
    await log.close();
    assertEquals((await readAll(path)).records, names);
  }));

Deno.test("a log is written anew in one step, still locked, and takes what comes meanwhile", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    for (let i = 0; i < 100; i++) await log.append(bytes(`old ${i}`));
    log.rewrite(() => [bytes("all of it")]);
    await Promise.all([log.append(bytes("one")), log.append(bytes("two"))]);
    assertThrows(() => AppendLog.open(path, () => {}), Error, "in use");
    await log.append(bytes("three"));
    const { size } = log;
    await log.close();
    assertEquals((await Deno.stat(path)).size, size);
    assertEquals((await readAll(path)).records, ["all of it", "one", "two", "three"]);
  }));

Deno.test("a log that is opened by a symbolic link is written anew where that leads to", () =>
  inScratch(async (path) => {
    await written(path, [bytes("old")]);
    await Deno.mkdir(`${path}.d`);
    await Deno.symlink(path, `${path}.d/link`);
    const log = AppendLog.open(`${path}.d/link`, () => {});
    log.rewrite(() => [bytes("new")]);
    await log.append(bytes("newer"));
    assertThrows(() => AppendLog.open(path, () => {}), Error, "in use");
    await log.close();
    assertEquals((await readAll(path)).records, ["new", "newer"]);
    assertEquals((await readAll(`${path}.d/link`)).records, ["new", "newer"]);
    assertEquals([...Deno.readDirSync(`${path}.d`)].map(({ name, isSymlink }) => [name, isSymlink]), [[
      "link",
      true,
    ]]);
  }));

Deno.test("what cannot be written is refused, and what comes later is still safe", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    await assertRejects(() => log.append(new Uint8Array(2 ** 26 + 1)), RangeError, "too long");
    // Neither is a file written anew that could not be read again.
    log.rewrite(() => [new Uint8Array(2 ** 26 + 1)]);
    await log.append(bytes("kept"));
    await log.close();
    await assertRejects(() => log.append(bytes("late")), Error, "closed");
    assertEquals((await readAll(path)).records, ["kept"]);
  }));

Deno.test("a log for which a full disk has no second place goes on in the first, and leaves nothing beside it", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    await log.append(bytes("old"));
    const { write } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.write = async function (piece): Promise<number> {
      await write.call(this, piece.subarray(0, 20));
      throw new Error("No space left on device (os error 28)");
    };
    try {
      log.rewrite(() => [bytes("new")]);
      await assertRejects(() => log.append(bytes("no room")), Error, "No space left");
    } finally {
      Deno.FsFile.prototype.write = write;
    }
    await log.append(bytes("kept"));
    await log.close();
    assertEquals((await readAll(path)).records, ["old", "kept"]);
    assertEquals(Array.from(Deno.readDirSync(path.replace(/log$/, "")), ({ name }) => name), ["log"]);
  }));

Deno.test({
  name: "a log that was replaced keeps nothing more and says so, and leaves what is in its place alone",
  ignore: Deno.build.os === "windows", // An open file stays there.
  fn: () =>
    inScratch(async (path) => {
      await written(`${path}.backup`, [bytes("backup")]);
      const log = AppendLog.open(path, () => {});
      await log.append(bytes("kept"));
      await Deno.rename(`${path}.backup`, path);
      log.rewrite(() => [bytes("all of it")]);
      await assertRejects(() => log.append(bytes("lost")), Error, "was removed or replaced");
      await log.close();
      assertEquals((await readAll(path)).records, ["backup"]);
    }),
});

Deno.test("a log that is written anew leaves others' files alone, whatever they are called", () =>
  inScratch(async (path) => {
    await written(`${path}.new`, [bytes("somebody's")]);
    const log = AppendLog.open(path, () => {});
    log.rewrite(() => [bytes("mine")]);
    await log.append(bytes("newer"));
    await log.close();
    assertEquals((await readAll(path)).records, ["mine", "newer"]);
    assertEquals((await readAll(`${path}.new`)).records, ["somebody's"]);
  }));

Deno.test({
  name: "a log can be read by its owner only",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inScratch(async (path) => {
      await AppendLog.open(path, () => {}).close();
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      assert((await Deno.stat(path)).isFile);
    }),
});
