/** What is given to the parts of a grant in types that TypeScript would not let through, or under names that there are not. */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  bytesInput,
  callbackOutput,
  chosenFiles,
  deterministic,
  type Directory,
  Fault,
  type File,
  fileOutput,
  fileStore,
  fixedClocks,
  hostDirectory,
  inheritInput,
  inheritOutput,
  isFault,
  iterableInput,
  listen,
  memoryDirectory,
  observe,
  Open,
  openDoor,
  overlay,
  parseAddress,
  parsePolicy,
  quota,
  readableInput,
  readOnly,
  seededRandom,
  setClocks,
  singleFile,
  steppingClocks,
  virtualClocks,
  type Watcher,
  writableOutput,
} from "../../mod.ts";

const none: readonly unknown[] = [null, undefined, "/tmp", {}, [], 5, new Map()];

const wrappers: Readonly<Record<string, (directory: Directory) => unknown>> = {
  readOnly,
  quota: (directory) => quota(directory, { bytes: 5 }),
  observe: (directory) => observe(directory, {}),
  overlay,
  "overlay, above": (directory) => overlay(memoryDirectory(), directory),
  deterministic,
  singleFile: (directory) => singleFile(directory, "a"),
};

for (const [name, wrap] of Object.entries(wrappers)) {
  Deno.test(`what is no directory is refused when it is wrapped: ${name}`, () => {
    for (const value of none) {
      if (name.includes("above") && value === undefined) continue;
      assertThrows(() => wrap(value as Directory), TypeError, "give a Directory");
    }
  });
}

Deno.test("contents that come in no plain object are refused", () => {
  for (
    const contents of [
      null,
      [],
      "a",
      5,
      new Map([["a", "b"]]),
      new (class {
        a = "b";
      })(),
    ]
  ) {
    const make = (): unknown => memoryDirectory(contents as unknown as Record<string, string>);
    assertThrows(make, TypeError, 'as "contents": give an object of texts and bytes by path');
  }
  assertThrows(() => chosenFiles(new Map() as never), TypeError, 'a value of type "Map" as "files"');
  const inherited = { "__proto__": { a: { directory: memoryDirectory({ a: "" }), name: "a" } } };
  assertThrows(() => chosenFiles(inherited as never), TypeError, 'as "files": give an object such as');
  assertThrows(() => chosenFiles({ a: null } as never), TypeError, 'as "a": give a plain object');
});

Deno.test("a watcher that would hear of nothing is refused, and one of a class may have more", () => {
  const files = memoryDirectory({ a: "" });
  for (
    const [watcher, message] of [
      [{ caled: () => {} }, 'Cannot use "caled" in "watcher": did you mean "called"?'],
      [{ called: true }, 'as "watcher.called": give a function'],
      [null, 'as "watcher": give a plain object'],
      [undefined, 'as "watcher": give a plain object'],
      [() => {}, 'as "watcher": give a plain object'],
    ] as const
  ) {
    assertThrows(() => observe(files, watcher as unknown as Watcher), TypeError, message);
  }
  class Log implements Watcher {
    readonly lines: string[] = [];
    called(call: string, path: string): void {
      this.lines.push(`${call} ${path}`);
    }
  }
  const log = new Log();
  observe(files, log).lookup("a");
  assertEquals(log.lines, ["lookup a"]);
});

Deno.test("what is given as something else than it is meant to be is refused at once", () => {
  const refused: [(...given: never[]) => unknown, unknown[], string][] = [
    [bytesInput, [null, undefined, 5, new ArrayBuffer(3), ["x"]], 'as "bytes": give a Uint8Array or a text'],
    [callbackOutput, [null, undefined, {}], 'as "take": give a function'],
    [readableInput, [null, [], new Blob(["x"])], 'as "stream": give a ReadableStream'],
    [iterableInput, [null, ["x"], "x"], 'as "iterable": give an AsyncIterable'],
    [parseAddress, [null, undefined, 8080], 'as "address": give a text'],
    [listen, [null, 8080], 'as "address": give a text'],
    [fileStore, [null, new URL("file:///store")], 'as "path": give a text'],
    [parsePolicy, [null, {}], 'as "text": give a text'],
    // Milliseconds, as `Date.now()` gives them, are no nanoseconds.
    [fixedClocks, [Date.now(), null, undefined], 'as "time": give nanoseconds, as a bigint'],
    [virtualClocks, [5, null], 'as "time": give nanoseconds, as a bigint'],
    [setClocks, [5, null], 'as "time": give nanoseconds, as a bigint'],
    [
      steppingClocks.bind(undefined, 0n) as () => unknown,
      [5, null],
      'as "step": give nanoseconds, as a bigint',
    ],
  ];
  for (const [use, values, message] of refused) {
    for (const value of values) assertThrows(() => use(value as never), TypeError, message);
  }
  for (const seed of [undefined, null, {}, [], true, NaN]) {
    assertThrows(() => seededRandom(seed as unknown as number), RangeError, "Cannot use the seed");
  }
});

Deno.test("a directory of this machine that cannot be opened is named, and the fault has its code", () => {
  for (const backend of ["kernel", "portable"] as const) {
    const open = (): unknown => hostDirectory("no/such/folder", { backend });
    const fault: unknown = assertThrows(open, Fault, 'Cannot open the directory "no/such/folder": ENOENT');
    assert(isFault(fault, "ENOENT"));
  }
});

Deno.test("settings that are misspelt or of another kind are refused by name", async () => {
  const file = memoryDirectory().open("a", Open.write | Open.create) as File;
  const writable = new WritableStream<Uint8Array>();
  const refused: [() => unknown, string][] = [
    [() => hostDirectory(".", { backed: "kernel" } as never), 'did you mean "backend"?'],
    [() => hostDirectory(".", { backend: "fast" } as never), 'Cannot use "fast" as "backend"'],
    [
      () => inheritInput({ async: true } as never),
      'Cannot use "async" in "options": did you mean "asynchronous"?',
    ],
    [() => inheritInput({ asynchronous: 1 } as never), 'as "asynchronous": give true or false'],
    [() => inheritOutput("stdotu" as never), 'Cannot use "stdotu" as "name": give "stdout" or "stderr"'],
    [() => inheritOutput("stderr", null as never), 'as "options": give a plain object'],
    [() => fileOutput(file, { apend: true } as never), 'did you mean "append"?'],
    [() => writableOutput(writable, { size: 5 } as never), 'Cannot use "size" in "options"'],
    [() => writableOutput(writable, { buffer: 0 }), 'as "buffer": give a number of bytes, at least 1'],
    [() => writableOutput(writable, { buffer: NaN }), 'as "buffer"'],
    [
      () => writableOutput(writable, { preventClose: "no" } as never),
      'as "preventClose": give true or false',
    ],
  ];
  for (const [use, message] of refused) assertThrows(use, TypeError, message);
  assert(!writable.locked);

  const doors: [unknown, string][] = [
    [{ mod: 0o660 }, 'Cannot use "mod" in "options": did you mean "mode"?'],
    [{ mode: "660" }, 'Cannot use "660" as "mode": give a number from 0 to 0o777'],
    [{ mode: 660 }, 'as "mode": give a number from 0 to 0o777'],
    [{ tls: {} }, 'as "tls.cert": give a text'],
    [{ tls: { cert: "x" } }, 'as "tls.key": give a text'],
    [{ tls: { cert: "x", key: "x", clientCA: "x" } }, 'did you mean "clientCa"?'],
    [{ log: true }, 'as "log": give a function'],
    [null, 'as "options": give a plain object'],
  ];
  for (const [options, message] of doors) {
    const error: Error = await assertRejects(() => openDoor("tcp:127.0.0.1:0", options as never), TypeError);
    assertStringIncludes(error.message, message);
  }
});
