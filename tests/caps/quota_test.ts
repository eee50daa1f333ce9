import { assert, assertEquals, assertThrows } from "@std/assert";
import { hostDirectory } from "../../caps/host/open.ts";
import {
  type Directory,
  Fault,
  type File,
  memoryDirectory,
  Open,
  Quota,
  quota,
  type QuotaLimits,
} from "../../mod.ts";
import { contents, file, names, outcome, put, text } from "./outcome.ts";

const CREATE = Open.read | Open.write | Open.create;
const WRITE = Open.read | Open.write;
const BYTES = new Uint8Array(1000).fill(120);

/** Every call that can make a file of size 40 as large as `size`. */
const GROWTH: Record<string, (opened: File, size: number) => unknown> = {
  "write behind the end": (opened, size) => opened.write(BYTES, 0, size - 40, 40),
  "write across the end": (opened, size) => opened.write(BYTES, 0, size - 30, 30),
  "write far past the end": (opened, size) => opened.write(BYTES, 0, 1, size - 1),
  "append": (opened, size) => opened.append(BYTES, 0, size - 40),
  "set size": (opened, size) => opened.setSize(size),
  "allocate": (opened, size) => opened.allocate(10, size - 10),
};

for (const [name, grow] of Object.entries(GROWTH)) {
  for (const [limit, code] of [["bytes", "EDQUOT"], ["fileSize", "EFBIG"]] as const) {
    Deno.test(`${name}: below and at the limit of ${limit} it works, above it changes nothing`, () => {
      for (const [size, expected] of [[99, "done"], [100, "done"], [101, code], [140, code]] as const) {
        const inner = memoryDirectory();
        const root = quota(inner, { [limit]: 100 });
        const opened = file(root, "f", CREATE);
        opened.write(BYTES, 0, 40, 0);
        assertEquals([size, outcome(() => grow(opened, size))], [size, expected]);
        assertEquals(inner.lookup("f").size, expected === "done" ? size : 40);
        assertEquals(contents(opened).slice(0, 40), "x".repeat(40));
        // What is refused is not charged: the rest is still there to be used.
        opened.setSize(100);
        assertEquals(outcome(() => opened.append(BYTES, 0, 1)), code);
      }
    });
  }
}

/** Every call that makes a name. */
const MAKING: Record<string, (root: Directory, name: string) => unknown> = {
  "create": (root, name) => root.open(name, CREATE).close(),
  "create new": (root, name) => root.open(name, CREATE | Open.exclusive).close(),
  "create for reading": (root, name) => root.open(name, Open.read | Open.create).close(),
  "make directory": (root, name) => root.makeDirectory(name),
  "link": (root, name) => root.link("there", root, name),
  "link a link": (root, name) => root.link("old-link", root, name),
  "symlink": (root, name) => root.symlink("x", name),
};

for (const [name, make] of Object.entries(MAKING)) {
  Deno.test(`${name}: as many entries as the limit says and not one more`, () => {
    const inner = memoryDirectory({ "there": "x", "d/": "" });
    inner.symlink("there", "old-link");
    const limits = new Quota({ entries: 2 });
    const root = limits.directory(inner);
    assertEquals(outcome(() => make(root, "1")), "done");
    assertEquals(outcome(() => make(root, "2")), "done");
    const before = names(inner);
    for (const [other, try_] of Object.entries(MAKING)) {
      assertEquals([other, outcome(() => try_(root, "3"))], [other, "ENOSPC"]);
    }
    assertEquals([names(inner), limits.entries], [before, 2]);
    // What is there is no new entry.
    assertEquals(outcome(() => root.open("there", CREATE).close()), "done");
    assertEquals(outcome(() => root.open("there", CREATE | Open.exclusive)), "EEXIST");
    assertEquals(outcome(() => root.makeDirectory("there")), "EEXIST");
    assertEquals(outcome(() => root.link("there", root, "d")), "EEXIST");
    assertEquals(outcome(() => root.symlink("x", "there")), "EEXIST");
    root.rename("2", root, "renamed");
    assertEquals([outcome(() => root.makeDirectory("3")), limits.entries], ["ENOSPC", 2]);
    const remove = inner.lookup("1").kind === "directory" ? root.removeDirectory : root.removeFile;
    remove.call(root, "1");
    assertEquals([limits.entries, outcome(() => make(root, "3")), limits.entries], [1, "done", 2]);
  });
}

Deno.test("removing what was there before makes no room", () => {
  const limits = new Quota({ entries: 1, bytes: 10 });
  const root = limits.directory(memoryDirectory({ "a": "12345678", "b": "12345678", "d/": "" }));
  root.makeDirectory("new");
  for (const name of ["a", "b"]) root.removeFile(name);
  root.removeDirectory("d");
  assertEquals([limits.entries, limits.bytes], [1, 0]);
  assertEquals(outcome(() => root.makeDirectory("another")), "ENOSPC");
});

Deno.test("a rename over something credits what it was", () => {
  const limits = new Quota({ bytes: 100, entries: 3 });
  const root = limits.directory(memoryDirectory());
  put(root, "a", "x".repeat(40));
  put(root, "b", "x".repeat(60));
  root.makeDirectory("d");
  assertEquals([limits.bytes, limits.entries], [100, 3]);
  root.rename("a", root, "b");
  assertEquals([limits.bytes, limits.entries], [40, 2]);
  root.link("b", root, "twin");
  root.rename("b", root, "twin");
  assertEquals([names(root), limits.bytes, limits.entries], [["b", "d", "twin"], 40, 3]);
  root.removeFile("b");
  assertEquals([limits.bytes, limits.entries], [40, 2]);
  root.rename("twin", root.directory("d"), "moved");
  assertEquals([limits.bytes, limits.entries], [40, 2]);
  root.directory("d").removeFile("moved");
  root.removeDirectory("d");
  assertEquals([limits.bytes, limits.entries], [0, 0]);
});

Deno.test("what was there before is free, also after a cut", () => {
  const limits = new Quota({ bytes: 10 });
  const root = limits.directory(memoryDirectory({ f: "x".repeat(100) }));
  const opened = file(root, "f", WRITE);
  opened.write(BYTES, 0, 100, 0);
  assertEquals(limits.bytes, 0);
  opened.append(BYTES, 0, 10);
  assertEquals([limits.bytes, outcome(() => opened.append(BYTES, 0, 1))], [10, "EDQUOT"]);
  opened.setSize(105);
  assertEquals(limits.bytes, 5);
  opened.setSize(0);
  opened.close();
  assertEquals(limits.bytes, 0);
  const again = file(root, "f", WRITE | Open.truncate);
  assertEquals(outcome(() => again.setSize(110)), "done");
  assertEquals([limits.bytes, outcome(() => again.setSize(111))], [10, "EDQUOT"]);
  again.close();
  file(root, "f", Open.read | Open.truncate).close();
  assertEquals([root.lookup("f").size, limits.bytes], [0, 0]);
});

Deno.test("a file above the limit can be read, overwritten and cut, not extended", () => {
  const root = quota(memoryDirectory({ f: "x".repeat(100) }), { fileSize: 50, bytes: 0 });
  const opened = file(root, "f", WRITE);
  assertEquals(opened.write(BYTES, 0, 10, 90), 10);
  assertEquals(outcome(() => opened.write(BYTES, 0, 1, 100)), "EFBIG");
  assertEquals(outcome(() => opened.allocate(0, 100)), "done");
  opened.setSize(80);
  assertEquals(outcome(() => opened.setSize(81)), "EFBIG");
  assertEquals(opened.write(BYTES, 0, 0, 5000), 0);
  assertEquals(opened.stat().size, 80);
});

Deno.test("two handles see one size and one limit", () => {
  const limits = new Quota({ bytes: 100 });
  const root = limits.directory(memoryDirectory());
  const one = file(root, "f", CREATE);
  const two = file(root, "f", CREATE);
  one.write(BYTES, 0, 60, 0);
  two.write(BYTES, 0, 60, 0);
  assertEquals(limits.bytes, 60);
  two.append(BYTES, 0, 40);
  assertEquals([limits.bytes, outcome(() => one.append(BYTES, 0, 1))], [100, "EDQUOT"]);
  one.setSize(10);
  assertEquals([limits.bytes, two.stat().size], [10, 10]);
  assertEquals(outcome(() => two.write(BYTES, 0, 1, 100)), "EDQUOT");
  one.close();
  one.close();
  two.close();
  assertEquals(limits.bytes, 10);
});

Deno.test("an unlinked file stays charged until its last handle closes", () => {
  const limits = new Quota({ bytes: 100 });
  const root = limits.directory(memoryDirectory());
  const one = file(root, "f", CREATE);
  const two = file(root, "f", WRITE);
  one.write(BYTES, 0, 80, 0);
  root.removeFile("f");
  put(root, "f", "x".repeat(20));
  assertEquals(outcome(() => root.symlink("y", "l")), "EDQUOT");
  one.close();
  assertEquals(outcome(() => two.append(BYTES, 0, 1)), "EDQUOT");
  two.close();
  assertEquals(limits.bytes, 20);
  root.removeFile("f");
  assertEquals(limits.bytes, 0);
});

Deno.test("a second name keeps the contents charged", () => {
  const limits = new Quota({ bytes: 100 });
  const root = limits.directory(memoryDirectory());
  put(root, "f", "x".repeat(80));
  root.link("f", root, "g");
  root.removeFile("f");
  assertEquals(limits.bytes, 80);
  root.removeFile("g");
  assertEquals(limits.bytes, 0);
});

Deno.test("what links say is charged", () => {
  const limits = new Quota({ bytes: 100, fileSize: 80 });
  const root = limits.directory(memoryDirectory());
  assertEquals(outcome(() => root.symlink("x".repeat(81), "l")), "EFBIG");
  root.symlink("é".repeat(40), "l");
  assertEquals([limits.bytes, outcome(() => root.symlink("x".repeat(21), "m"))], [80, "EDQUOT"]);
  assertEquals(outcome(() => root.symlink("x".repeat(21), "l")), "EEXIST");
  root.link("l", root, "m");
  root.removeFile("l");
  assertEquals(limits.bytes, 80);
  root.removeFile("m");
  assertEquals(limits.bytes, 0);
});

Deno.test("two mounts of one directory share what one quota allows", () => {
  const inner = memoryDirectory({ "d/": "" });
  const limits = new Quota({ bytes: 100, entries: 2 });
  const whole = limits.directory(inner);
  const part = limits.directory(inner.directory("d"));
  const one = file(whole.directory("d"), "f", CREATE);
  const two = file(part, "f", CREATE);
  one.append(BYTES, 0, 50);
  two.append(BYTES, 0, 50);
  assertEquals(outcome(() => one.append(BYTES, 0, 1)), "EDQUOT");
  whole.makeDirectory("e");
  assertEquals(outcome(() => part.makeDirectory("e")), "ENOSPC");
  // Names move between mounts of one quota.
  part.rename("f", whole, "g");
  assertEquals([names(inner), limits.bytes, limits.entries], [["d", "e", "g"], 100, 2]);
});

Deno.test("a quota keeps its accounts while files are closed, whatever another one does", () => {
  const inner = memoryDirectory();
  const [one, two] = [new Quota({ bytes: 100 }), new Quota({ bytes: 100 })];
  const [a, b] = [one.directory(inner), two.directory(inner)];
  put(a, "f", "x".repeat(100));
  assertEquals([one.bytes, two.bytes], [100, 0]);
  file(b, "f", Open.write | Open.truncate).close();
  assertEquals([one.bytes, two.bytes], [0, 0]);
  put(b, "f", "x".repeat(60));
  assertEquals([one.bytes, two.bytes], [0, 60]);
  a.removeFile("f");
  assertEquals([one.bytes, two.bytes], [0, 0]);
});

Deno.test("names do not move between quotas", () => {
  const inner = memoryDirectory({ f: "x" });
  const one = quota(inner, { bytes: 10 });
  for (const to of [quota(inner, { bytes: 10 }), inner]) {
    assertEquals(outcome(() => one.rename("f", to, "g")), "EXDEV");
    assertEquals(outcome(() => one.link("f", to, "g")), "EXDEV");
  }
  assertEquals(outcome(() => inner.rename("f", one, "g")), "EXDEV");
});

Deno.test("two quotas on one file cannot together hide growth", () => {
  const inner = memoryDirectory();
  const [one, two] = [new Quota({ bytes: 100 }), new Quota({ bytes: 100 })];
  const [a, b] = [one.directory(inner), two.directory(inner)];
  const total = () => inner.list().reduce((sum, { name }) => sum + inner.lookup(name).size, 0);
  for (let round = 0; round < 10; round++) {
    const name = `f${round}`;
    const byOne = file(a, name, CREATE);
    outcome(() => byOne.setSize(100));
    const byTwo = file(b, name, CREATE);
    // One is credited for the cut, so two has to pay for what it puts there instead.
    byOne.setSize(0);
    outcome(() => byTwo.setSize(100));
    byOne.close();
    byTwo.close();
    assert(total() <= 200, `${total()} bytes under two quotas of 100`);
  }
  assert(one.bytes + two.bytes >= total());
});

Deno.test("random work under three quotas never makes more than they allow together", () => {
  let seed = 7;
  const below = (limit: number) => (seed = (seed * 48271) % 2147483647) % limit;
  for (let script = 0; script < 300; script++) {
    const inner = memoryDirectory({ "f0": "x".repeat(50) });
    const quotas = [new Quota({ bytes: 100 }), new Quota({ bytes: 70 }), new Quota({ bytes: 40 })];
    const roots = quotas.map((each) => each.directory(inner));
    const open: (File | undefined)[] = [];
    for (let step = 0; step < 60; step++) {
      const root = roots[below(3)]!;
      const slot = below(6);
      const opened = open[slot];
      const act = below(8);
      outcome(() => {
        if (act < 2 || act === 7) {
          opened?.close();
          open[slot] = undefined;
        }
        if (act < 2) {
          open[slot] = file(root, `f${below(3)}`, below(4) === 0 ? CREATE | Open.truncate : CREATE);
        } else if (act === 2) root.removeFile(`f${below(3)}`);
        else if (act === 3) root.rename(`f${below(3)}`, root, `f${below(3)}`);
        else if (act === 4) opened?.append(BYTES, 0, below(60));
        else if (act === 5) opened?.write(BYTES, 0, below(60), below(120));
        else if (act === 6) opened?.setSize(below(150));
      });
      const sizes = new Map(open.flatMap((each) => each?.stat() ?? []).map((stat) => [stat.inode, stat]));
      for (const { name } of inner.list()) sizes.set(inner.lookup(name).inode, inner.lookup(name));
      const alive = Array.from(sizes.values()).reduce((sum, { size }) => sum + size, 0);
      // All but what was there at first has been charged to somebody.
      const charged = quotas.reduce((sum, { bytes }) => sum + bytes, 0);
      assert(alive <= 50 + charged, `script ${script} step ${step}: ${alive} bytes for ${charged}`);
      for (const [i, most] of [100, 70, 40].entries()) {
        assert(quotas[i]!.bytes >= 0 && quotas[i]!.bytes <= most, `script ${script}: quota ${i}`);
      }
    }
  }
});

Deno.test("a quota within a quota: both hold, and both are credited", () => {
  const [outer, inner] = [new Quota({ bytes: 150 }), new Quota({ bytes: 100 })];
  const root = outer.directory(inner.directory(memoryDirectory({ f: "x".repeat(50) })));
  const opened = file(root, "f", WRITE);
  opened.setSize(150);
  assertEquals([inner.bytes, outer.bytes, outcome(() => opened.setSize(151))], [100, 100, "EDQUOT"]);
  opened.setSize(0);
  opened.setSize(80);
  assertEquals([inner.bytes, outer.bytes], [30, 30]);
  opened.close();
  const again = file(root, "f", WRITE | Open.truncate);
  again.setSize(60);
  assertEquals([inner.bytes, outer.bytes], [10, 10]);
  again.close();
  put(root, "g", "x".repeat(20));
  root.symlink("12345", "l");
  root.makeDirectory("d");
  assertEquals([inner.bytes, outer.bytes, inner.entries, outer.entries], [35, 35, 3, 3]);
  for (const name of ["g", "l", "f"]) root.removeFile(name);
  root.removeDirectory("d");
  assertEquals([inner.bytes, outer.bytes, outer.entries, inner.entries], [0, 0, 0, 0]);
});

Deno.test("a handle that may not write does not, whatever it was opened with", () => {
  const inner = memoryDirectory({ f: "hello" });
  const root = quota(inner, { bytes: 100 });
  for (const how of [Open.read, Open.read | Open.truncate, Open.truncate, 0]) {
    const opened = file(root, "f", how);
    assertEquals(outcome(() => opened.write(BYTES, 0, 1, 0)), "EBADF");
    assertEquals(outcome(() => opened.append(BYTES, 0, 1)), "EBADF");
    assertEquals(outcome(() => opened.setSize(3)), "EBADF");
    assertEquals(outcome(() => opened.allocate(0, 3)), "EBADF");
    opened.close();
  }
  assertEquals(text(inner, "f"), "");
});

Deno.test("permission is checked before the limit", () => {
  const root = quota(memoryDirectory({ f: "hello" }), { bytes: 0, fileSize: 0, entries: 0 });
  assertEquals(outcome(() => file(root, "f", Open.read).append(BYTES, 0, 1)), "EBADF");
  assertEquals(outcome(() => root.makeDirectory("f")), "EEXIST");
  assertEquals(outcome(() => root.removeFile("missing")), "ENOENT");
});

Deno.test("a host directory grows by what the quota allows, to the byte", () => {
  const scratch = Deno.makeTempDirSync({ prefix: "keyhole-quota-" });
  try {
    const limits = new Quota({ bytes: 100, entries: 3 });
    const root = limits.directory(hostDirectory(scratch));
    const opened = file(root, "f", CREATE);
    while (outcome(() => opened.append(BYTES, 0, 7)) === "done");
    assertEquals(Deno.statSync(`${scratch}/f`).size, 98);
    // Another program's growth is not the guest's.
    Deno.writeFileSync(`${scratch}/f`, BYTES.subarray(0, 300), { append: true });
    assertEquals([opened.stat().size, limits.bytes], [398, 98]);
    assertEquals(opened.append(BYTES, 0, 2), 2);
    assertEquals(outcome(() => opened.append(BYTES, 0, 1)), "EDQUOT");
    opened.close();
    root.removeFile("f");
    assertEquals([limits.bytes, limits.entries], [0, 0]);
    let made = 0;
    while (outcome(() => root.makeDirectory(`d${made}`)) === "done") made++;
    assertEquals([made, Array.from(Deno.readDirSync(scratch)).length], [3, 3]);
    root.close();
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a file that is opened to be cut, and cannot be, is not left open", () => {
  const inner = memoryDirectory({ f: "hello" });
  let opened = 0;
  const stubborn = (file: File): File => {
    opened++;
    return {
      kind: "file",
      stat: () => file.stat(),
      read: (...range) => file.read(...range),
      write: (...range) => file.write(...range),
      append: (...range) => file.append(...range),
      setSize: () => {
        throw Fault.of("EPERM");
      },
      allocate: (...range) => file.allocate(...range),
      setTimes: (...times) => file.setTimes(...times),
      sync: (dataOnly) => file.sync(dataOnly),
      close: () => void opened--,
    };
  };
  const root = new Quota({ bytes: 10 }).directory(
    withOpen(inner, (name, how) => stubborn(file(inner, name, how))),
  );
  assertEquals(outcome(() => root.open("f", WRITE | Open.truncate)), "EPERM");
  assertEquals(opened, 0);
});

/** A directory whose files are opened by somebody else. */
function withOpen(directory: Directory, open: Directory["open"]): Directory {
  return new Proxy(directory, {
    get: (target, key) => {
      if (key === "open") return open;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("limits that would limit nothing are refused, by either way to a quota", () => {
  const refused = (limits: unknown, error: ErrorConstructor, message: string): void => {
    assertThrows(() => new Quota(limits as QuotaLimits), error, message);
    assertThrows(() => quota(memoryDirectory(), limits as QuotaLimits), error, message);
  };
  for (const name of ["bytes", "fileSize", "entries"]) {
    for (const amount of [NaN, -1, 1.5, -Infinity]) {
      refused({ [name]: amount }, RangeError, `Cannot limit "${name}" to ${amount}: give a whole number of `);
    }
    for (const amount of ["64M", "5", 5n, null, {}, true]) {
      refused({ [name]: amount }, TypeError, `Cannot limit "${name}" by a value of type "${typeof amount}"`);
    }
  }
  for (const name of ["disk", "file_size", "__proto__", "toString", "0"]) {
    const limits = Object.fromEntries([[name, 5]]);
    refused(limits, TypeError, `Cannot limit "${name}": give "bytes", "fileSize", "entries"`);
  }
  for (const limits of [undefined, null, 5, "64M", [5], new Map([["bytes", 5]]), () => {}]) {
    refused(limits, TypeError, "Cannot take limits from");
  }
});

Deno.test("a quota may be nothing, endless, or not said", () => {
  const directory = quota(memoryDirectory(), { bytes: Infinity, fileSize: undefined, entries: 0 });
  assertEquals(outcome(() => directory.makeDirectory("d")), "ENOSPC");
  const root = quota(memoryDirectory(), { bytes: 0, entries: Infinity });
  const opened = file(root, "f", CREATE);
  assertEquals(outcome(() => opened.write(BYTES, 0, 1, 0)), "EDQUOT");
});

Deno.test("a quota tells which of its limits something was refused for, and nothing of what is refused for other reasons", () => {
  const limits = new Quota({ bytes: 4, fileSize: 8, entries: 2 });
  const directory = limits.directory(memoryDirectory({ there: "" }));
  const opened = file(directory, "a", Open.write | Open.create);
  assertEquals(outcome(() => directory.makeDirectory("there")), "EEXIST");
  assertEquals(limits.refused, undefined);
  assertEquals([outcome(() => opened.write(new Uint8Array(5), 0, 5, 0)), limits.refused], [
    "EDQUOT",
    "bytes",
  ]);
  assertEquals([outcome(() => opened.setSize(9)), limits.refused], ["EFBIG", "fileSize"]);
  directory.makeDirectory("b");
  assertEquals([outcome(() => directory.makeDirectory("c")), limits.refused], ["ENOSPC", "entries"]);
  assertEquals([outcome(() => opened.setSize(9)), limits.refused], ["EFBIG", "fileSize"]);
  assertEquals(outcome(() => directory.open("d", Open.write | Open.create)), "ENOSPC");
  assertEquals(limits.refused, "entries");
});
