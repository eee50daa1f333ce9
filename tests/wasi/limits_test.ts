/** Limits that are none are refused before anything is opened or run. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Command,
  compileProgram,
  instantiate,
  loadProgram,
  type ProgramOptions,
  run,
  type RunOptions,
  runProgramSync,
} from "../../mod.ts";
import { prepare } from "../../wasi/settings.ts";

const hello = new URL("../../examples/copy/hello.wasm", import.meta.url);
const reactor = new URL("../guests/reactor.wasm", import.meta.url);

type Limits = NonNullable<RunOptions["limits"]>;

const senseless: Record<string, readonly unknown[]> = {
  output: [NaN, -1, 1.5],
  timeout: [NaN, 0, -5],
  memory: [NaN, -1, 1.5, -Infinity],
  tableEntries: [NaN, -1, 1.5, -Infinity],
  fuel: [NaN, -1, 1.5, -Infinity, -1n],
  openFiles: [NaN, 0, -5, 4.5, 2 ** 21, Infinity],
};

const ofWrongType: Record<string, readonly unknown[]> = {
  output: ["5", null, 5n],
  timeout: ["2s", null, 5n],
  memory: ["64M", null, {}],
  tableEntries: ["10", true],
  fuel: ["1000", null],
  openFiles: ["5", null],
};

for (const [wrong, error] of [[senseless, RangeError], [ofWrongType, TypeError]] as const) {
  for (const [name, values] of Object.entries(wrong)) {
    Deno.test(`a limit "${name}" that is none is a ${error.name}`, async () => {
      for (const value of values) {
        const options: RunOptions = { limits: { [name]: value } as Limits, stdout: "null", stderr: "null" };
        // The same limit is refused for a guest that can be suspended.
        const { signal } = new AbortController();
        await assertRejects(() => run(hello, options), error, "Cannot limit");
        await assertRejects(() => run(hello, { ...options, signal }), error, "Cannot limit");
        await assertRejects(() => instantiate(reactor, options), error, "Cannot limit");
        assertThrows(() => new Command(hello, options).outputSync(), error, "Cannot limit");
      }
    });
  }
}

Deno.test("a limit by a name that no limit has is refused, and so is what holds no limits", async () => {
  for (
    const [limits, message] of [
      [{ ouput: 5 }, 'Cannot limit "ouput": give "output", "timeout", "memory", '],
      [{ output: 5, constructor: 5 }, 'Cannot limit "constructor": give '],
      [{ maxMemory: undefined }, 'Cannot limit "maxMemory": give '],
      ["64M", 'Cannot take limits from "64M": give a plain object with '],
      [new Map([["output", 5]]), 'Cannot take limits from a value of type "Map": give '],
      [[5], "Cannot take limits from"],
      [5, "Cannot take limits from"],
      [null, "Cannot take limits from"],
    ] as const
  ) {
    const options: RunOptions = { limits: limits as Limits, stdout: "null", stderr: "null" };
    await assertRejects(() => run(hello, options), TypeError, message);
    await assertRejects(() => instantiate(reactor, options), TypeError, message);
    assertThrows(() => new Command(hello, options).outputSync(), TypeError, message);
  }
});

Deno.test("a limit that is none is refused also where streams and directories come as objects", async () => {
  const program = await loadProgram(await Deno.readFile(hello));
  const { options } = prepare({ stdout: "null" }, "hello");
  assertThrows(() => runProgramSync(program, { ...options, limits: { output: NaN } }), RangeError, "output");
});

Deno.test("options for compiling that make no sense are refused, and infinite limits are none", async () => {
  const bytes = await Deno.readFile(hello);
  const compiled = new WebAssembly.Module(bytes);
  for (
    const [options, error, message] of [
      [{ metred: true }, TypeError, 'Cannot use "metred" in "options": did you mean "metered"?'],
      [{ metered: "yes" }, TypeError, 'Cannot use "yes" as "metered": give true or false'],
      [{ maxMemory: "64M" }, TypeError, 'Cannot limit "maxMemory" by a value of type "string"'],
      [{ maxMemory: -1 }, RangeError, 'Cannot limit "maxMemory" to -1'],
      [{ maxTableEntries: NaN }, RangeError, 'Cannot limit "maxTableEntries" to NaN'],
      [null, TypeError, 'as "options": give a plain object with any of "maxMemory", '],
    ] as const
  ) {
    const wrong = options as unknown as ProgramOptions;
    await assertRejects(() => loadProgram(bytes, wrong), error, message);
    await assertRejects(() => loadProgram(compiled, wrong), error, message);
    assertThrows(() => compileProgram(bytes, wrong), error, message);
  }
  const infinite = { maxMemory: Infinity, maxTableEntries: Infinity };
  for (const source of [bytes, compiled]) {
    const { maxMemory, maxTableEntries } = await loadProgram(source, infinite);
    assertEquals([maxMemory, maxTableEntries], [undefined, undefined]);
  }
});

Deno.test("an infinite limit is none, in reports too", async () => {
  const { signal } = new AbortController();
  const none = {
    output: Infinity,
    timeout: Infinity,
    memory: Infinity,
    tableEntries: Infinity,
    fuel: Infinity,
  };
  const program = await loadProgram(await Deno.readFile(hello));
  for (const source of [hello, program]) {
    for (const options of [{}, { signal }]) {
      const ran = await run(source, { ...options, limits: none, stdout: "null", report: true });
      const plain = await run(source, { ...options, stdout: "null", report: true });
      assertEquals([ran.reason, ran.fuel === undefined], ["exit", plain.fuel === undefined]);
      assertEquals(ran.report.granted, plain.report.granted);
      for (const { limit } of Object.values(ran.report.limits)) assertEquals(limit, undefined);
    }
  }
});

Deno.test("the least and the greatest limits are limits", async () => {
  const outcomes: [Limits, string][] = [
    [{ output: 0 }, "limit"],
    [{ fuel: 0 }, "limit"],
    [{ fuel: 0n }, "limit"],
    [{ memory: 2 ** 32, tableEntries: 2 ** 32, fuel: 1n << 62n }, "exit"],
  ];
  for (const [limits, reason] of outcomes) {
    assertEquals((await run(hello, { limits, stdout: "null" })).reason, reason);
  }
});
