/** Options of types that TypeScript would not let through: one clear line each, and nothing left open. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  Command,
  compileProgram,
  Fault,
  hostFunctions,
  instantiate,
  loadProgram,
  memoryDirectory,
  preinitialize,
  type PreinitializeOptions,
  run,
  type RunOptions,
  type Source,
  UnusableModuleError,
  writableOutput,
} from "../../mod.ts";
import { inTime } from "./in_time.ts";

const hello = new URL("../../examples/copy/hello.wasm", import.meta.url);

const wrong: [keyof RunOptions, string, readonly unknown[]][] = [
  ["stdin", "stdin", [null, "piped", "hello", 5, [], {}, { text: 5 }, new ArrayBuffer(4), { read: () => 0 }]],
  ["stdout", "stdout", [null, "piped", 5, [], {}, { write: () => 0 }]],
  ["stderr", "stderr", [null, "piped", 5, [], {}, { write: () => 0 }]],
  ["dirs", 'dirs["."]', [{ ".": { "a.txt": "x" } }, { ".": 5 }, { ".": null }, { ".": () => {} }]],
  ["dirs", "dirs", [new Map([["/", "."]]), ["."], ".", 5]],
  ["args", "args", ["-l", 5, {}, new Map(), new Set(["-l"]), () => {}]],
  ["args", "args[1]", [
    ["a", 5],
    ["a", undefined],
    ["a", null],
    ["a", ["b"]],
    Object.assign(["a"], { 2: "c" }),
  ]],
  ["argv0", "argv0", [5, [], {}]],
  ["env", "env", [
    ["A=1"],
    "A=1",
    5,
    new Map([["A", "1"]]),
    new (class {
      A = "1";
    })(),
  ]],
  ["env", 'env["A"]', [{ A: undefined }, { A: null }, { A: 5 }, { B: "1", A: ["1"] }]],
  ["signal", "signal", [null, {}, 5, "abort"]],
  ["threads", "threads", [null, "4", true, {}]],
  ["listeners", "listeners", [null, {}, "tcp:localhost:80"]],
  ["listeners", "listeners[0]", [[{}], [null]]],
  ["clocks", "clocks", [null, {}, Date.now]],
  ["random", "random", [null, {}, Math.random]],
  ["host", "host", [null, {}, hostFunctions("host", {})]],
  ["host", "host[0]", [[{ host: {} }], [null]]],
  ["hostFailed", "hostFailed", [null, true]],
  ["invoke", "invoke", [null, "add", ["add"]]],
  ["invoke", "invoke.name", [{ name: 5, args: [] }, { args: [] }]],
  ["invoke", "invoke.args", [{ name: "add" }, { name: "add", args: "1" }]],
  ["invoke", "invoke.args[0]", [{ name: "add", args: [1, 2] }]],
  ["trace", "trace", [null, true]],
  ["report", "report", [null, "yes"]],
  ["denied", "denied", [null, "log"]],
];

for (const [option, named, values] of wrong) {
  Deno.test(`a wrong option "${named}" is named, with what it may be`, async () => {
    for (const value of values) {
      const options = { stdout: "null", stderr: "null", [option]: value } as RunOptions;
      const error: Error = await assertRejects(() => run(hello, options), TypeError, "Cannot use");
      assertStringIncludes(error.message, `as "${named}": give `);
    }
  });

  if (option === "stdout") continue;
  Deno.test(`a wrong option "${named}" ends the streams that are right`, async () => {
    for (const value of values) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const options = { stderr: "null", [option]: value, stdout: writable } as RunOptions;
      await assertRejects(() => run(hello, options), TypeError);
      assertEquals(await inTime(new Response(readable).text()), "");
    }
  });
}

Deno.test("an option that is misspelt is named, with the one that was meant", async () => {
  for (
    const [options, message] of [
      [{ arg: ["x"] }, 'Cannot use "arg" in "options": did you mean "args"?'],
      [{ limit: { fuel: 5 } }, 'Cannot use "limit" in "options": did you mean "limits"?'],
      [{ Stdin: "null" }, 'Cannot use "Stdin" in "options": did you mean "stdin"?'],
      [{ colour: "green" }, 'Cannot use "colour" in "options": give any of "args", "argv0", '],
      [{ constructor: undefined }, 'Cannot use "constructor" in "options": give any of '],
      [{ invoke: { nam: "add" } }, 'Cannot use "nam" in "invoke": did you mean "name"?'],
    ] as const
  ) {
    const wrong = options as unknown as RunOptions;
    await assertRejects(() => run(hello, wrong), TypeError, message);
    assertThrows(() => new Command(hello, wrong), TypeError, message);
    if ("invoke" in options) continue;
    await assertRejects(() => instantiate(hello, wrong), TypeError, message);
    await assertRejects(
      () => preinitialize(new Uint8Array(), wrong as PreinitializeOptions),
      TypeError,
      message,
    );
  }
});

Deno.test("what only a run can have is refused elsewhere", async () => {
  const invoke = { invoke: { name: "add", args: [] } };
  for (const wrong of [invoke, { report: true }] as RunOptions[]) {
    await assertRejects(() => instantiate(hello, wrong), TypeError, "A reactor cannot have");
    await assertRejects(
      () => preinitialize(new Uint8Array(), wrong as PreinitializeOptions),
      TypeError,
      "cannot have",
    );
  }
});

Deno.test("options in an object of a class are refused: what it inherits would be lost", async () => {
  const spin = new URL("../guests/spin.wasm", import.meta.url);
  class Settings {
    get limits(): RunOptions["limits"] {
      return { timeout: 50 };
    }
  }
  for (
    const options of [new Settings(), Object.create({ limits: { timeout: 50 } }), null, [], "x", new Map()]
  ) {
    for (const start of [run, instantiate]) {
      await assertRejects(() => start(spin, options), TypeError, 'as "options": give a plain object');
    }
    assertThrows(
      () => new Command(spin, options).outputSync(),
      TypeError,
      'as "options": give a plain object',
    );
  }
});

Deno.test("two modules of functions under one name are refused, since one of them would be lost", async () => {
  const host = [hostFunctions("host", {}), hostFunctions("host", {})];
  await assertRejects(() => run(hello, { host }), TypeError, 'Cannot offer two modules as "host"');
});

Deno.test("a directory that cannot be opened is named", async () => {
  const dirs = { "/in": memoryDirectory(), "/out": "no/such/folder" };
  const error: Error = await assertRejects(() => run(hello, { dirs }), Fault);
  assertEquals(error.message, 'Cannot open the directory "no/such/folder": ENOENT');
});

Deno.test("a Web stream that somebody else uses is refused by name, and two outputs can share one", async () => {
  const readable = new ReadableStream<Uint8Array>();
  readable.getReader();
  await assertRejects(
    () => run(hello, { stdin: readable, stdout: "null" }),
    TypeError,
    'as "stdin": give one that is not locked',
  );
  const written: string[] = [];
  const writable = new WritableStream<Uint8Array>({
    write: (piece) => void written.push(new TextDecoder().decode(piece)),
  });
  const shared = writableOutput(writable);
  await assertRejects(() => run(hello, { stdout: writable }), TypeError, '"writableOutput"');
  await run(hello, { stdout: shared, stderr: shared });
  assertEquals(written, ["hello world\n"]);
});

Deno.test("what no program comes from is refused in one line", async () => {
  for (const source of [undefined, null, 5, {}, new ArrayBuffer(8), new Blob(["x"])]) {
    await assertRejects(() => run(source as Source), TypeError, "Cannot take a program from");
    assertThrows(() => new Command(source as Source).outputSync(), TypeError, "Cannot take a program from");
  }
});

Deno.test("a path or a text is no bytes of a module", async () => {
  for (const source of ["x.wasm", null, new ArrayBuffer(8), [0, 0x61, 0x73, 0x6d]]) {
    const bytes = source as unknown as Uint8Array;
    for (const load of [loadProgram, preinitialize]) {
      await assertRejects(() => load(bytes), TypeError, 'as "source": give its bytes');
    }
    assertThrows(() => compileProgram(bytes), TypeError, 'as "source": give its bytes');
  }
});

Deno.test("a response that holds no module is told from a module that is damaged", async () => {
  const bytes = await Deno.readFile(hello);
  assertEquals((await run(new Response(bytes), { stdout: "null" })).code, 0);
  const missing = new Response("<h1>Not found</h1>", { status: 404 });
  await assertRejects(() => run(missing), UnusableModuleError, "The server answered 404");
  const used = new Response(bytes);
  await used.bytes();
  await assertRejects(() => run(used), TypeError, "whose body was read before");
});

Deno.test("two names of one mount are refused before either directory is opened", async () => {
  for (const [one, other] of [["/x", "/x/"], ["/x", "//x"], [".", "./"], ["a/./b", "a/b"], ["/", "//"]]) {
    const dirs = { [one]: "nowhere", [other]: "nowhere" };
    const error: Error = await assertRejects(() => run(hello, { dirs, stdout: "null" }), TypeError);
    assertStringIncludes(error.message, "Cannot grant two directories as ");
    assertStringIncludes(error.message, ` "${one}" and "${other}" are one name`);
  }
});

Deno.test("what this process's own environment comes as is an environment", async () => {
  const process = (await import("node:process")).default;
  for (const env of [Deno.env.toObject(), process.env, Object.assign(Object.create(null), { A: "1" })]) {
    assertEquals((await run(hello, { env, stdout: "null" })).code, 0);
  }
});
