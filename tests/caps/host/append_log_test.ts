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

Deno.test("a log takes no record whose bytes were changed, and keeps what it cuts off", () =>
  inScratch(async (path) => {
    const log = AppendLog.open(path, () => {});
    await log.append(bytes("first"));
    const safe = log.size;
    await log.append(bytes("second"));
    await log.close();
    const whole = await Deno.readFile(path);
    for (let at = safe; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at]! ^= 0x10;
      await Deno.writeFile(path, changed);
      await Deno.remove(`${path}.cut`).catch(() => {});
      assertEquals(await readAll(path), { records: ["first"], cut: whole.length - safe });
      assertEquals(await Deno.readFile(`${path}.cut`), changed.slice(safe));
    }
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
