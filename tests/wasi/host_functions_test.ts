import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  asyncFn,
  fn,
  HostError,
  type HostFunction,
  hostFunctions,
  type HostModule,
  type Parameter,
  run,
  type RunResult,
} from "../../mod.ts";
import { GuestMemory } from "../../wasi/abi/memory.ts";
import type { Caller } from "../../wasi/host/call.ts";
import { unwind } from "../../wasi/unwind.ts";

/** A caller without a guest: calls go straight to the imported function. */
function callerOf(memory: WebAssembly.Memory, failures: unknown[] = []): Caller {
  const guestMemory = new GuestMemory();
  guestMemory.attach(memory);
  return {
    memory: guestMemory,
    exports: {},
    session: undefined,
    suspending: false,
    mayGoOn: () => {},
    until: async (promise) => void await promise,
    failed: (name, error) => void failures.push([name, error]),
  };
}

type Call = (...values: (number | bigint)[]) => number;

function bound(
  module: HostModule,
  memory: WebAssembly.Memory,
  failures: unknown[] = [],
): Record<string, Call> {
  return module.bind(callerOf(memory, failures)) as unknown as Record<string, Call>;
}

function put(memory: WebAssembly.Memory, at: number, text: string): [number, number] {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}

function taken(memory: WebAssembly.Memory, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(memory.buffer).slice(at, at + length));
}

const PAGE = 65536;
/** Ranges that are not wholly inside one page, whatever sign they arrive with. */
const OUTSIDE: [number, number][] = [
  [PAGE, 1],
  [PAGE - 1, 2],
  [1, PAGE],
  [-1, 1],
  [-1, 2],
  [-4, 8],
  [0x7fff_ffff, 1],
  [1, -1],
  [8, -8],
  [-8, -8],
  [-0x8000_0000, -0x8000_0000],
];

Deno.test("a range that is not wholly inside the memory reaches no function", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const calls: unknown[] = [];
  for (const type of ["string", "bytes", "json", "response"] as const) {
    const parameters: Parameter[] = [{ type, most: 0xffff_ffff }];
    const table = bound(
      hostFunctions("host", {
        f: fn(parameters, () => (calls.push(type), 0), { result: "i32", failure: () => -7 }),
      }),
      memory,
    );
    for (const range of OUTSIDE) assertEquals(table.f!(...range), -7, `${type} ${range}`);
  }
  const out = bound(
    hostFunctions("host", {
      f: fn(["out"], () => (calls.push("out"), 0), { result: "i32", failure: () => -7 }),
    }),
    memory,
  );
  for (const pointer of [PAGE, PAGE - 3, -1, -4, 0x7fff_ffff]) assertEquals(out.f!(pointer), -7);
  assertEquals(calls, []);
});

Deno.test("every parameter is checked before the function runs, the last one too", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const set: string[] = [];
  const { f } = bound(
    hostFunctions("host", {
      f: fn(["string", "string", "response"], (key, _value, response) => {
        set.push(key);
        return response.write("ok");
      }, { result: "i32" }),
    }),
    memory,
  );
  for (const range of OUTSIDE) {
    assertEquals(f!(...put(memory, 8, "key"), ...put(memory, 16, "value"), ...range), 0);
  }
  assertEquals(set, []);
});

Deno.test("an error that was meant for the guest reaches it, another only the host", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const failures: unknown[] = [];
  const secret = new Error("No such file: /home/me/secret");
  const table = bound(
    hostFunctions("host", {
      refuses: fn(["response"], () => {
        throw new HostError("refused", "not today");
      }, { result: "i32" }),
      breaks: fn(["response"], () => {
        throw secret;
      }, { result: "i32" }),
    }),
    memory,
    failures,
  );
  assertEquals(taken(memory, 8, table.refuses!(8, 100)), "not today");
  assertEquals(failures, []);
  assertEquals(taken(memory, 8, table.breaks!(8, 100)), "Internal error");
  assertEquals(failures, [["host.breaks", secret]]);
  // A text that does not fit is cut, one that has nowhere to go is logged.
  assertEquals(taken(memory, 8, table.refuses!(8, 3)), "not");
  assertEquals(table.refuses!(8, 0), 0);
  assertEquals(failures.length, 2);
});

Deno.test("whatever a function throws, its guest gets a result of the right type", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  for (const thrown of [new TypeError("bug"), "text", undefined, null, Symbol("odd"), { then: 1 }]) {
    const throws = (): never => {
      throw thrown;
    };
    const table = bound(
      hostFunctions("host", {
        none: fn([], throws),
        i32: fn([], throws, { result: "i32" }),
        i64: fn([], throws, { result: "i64" }),
        f64: fn([], throws, { result: "f64" }),
        worse: fn([], throws, { result: "i32", failure: throws }),
      }),
      memory,
      [],
    );
    assertEquals([table.none!(), table.i32!(), table.i64!(), table.f64!(), table.worse!()], [
      undefined,
      -1,
      -1n,
      NaN,
      -1,
    ]);
  }
});

Deno.test("a result of the wrong type becomes an error result", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const failures: unknown[] = [];
  const odd = { valueOf: () => unwind() } as unknown as number;
  const table = bound(
    hostFunctions("host", {
      i32: fn([], () => odd, { result: "i32" }),
      i64: fn([], () => 1 as unknown as bigint, { result: "i64" }),
    }),
    memory,
    failures,
  );
  assertEquals([table.i32!(), table.i64!()], [-1, -1n]);
  assertEquals(failures.length, 2);
});

Deno.test("texts are strict UTF-8, lengths and zeros are bounded, JSON is JSON", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const codes: string[] = [];
  const failure = (error: HostError): number => (codes.push(error.code), -1);
  const table = bound(
    hostFunctions("host", {
      text: fn([{ type: "string", most: 4, nonZero: true }], () => 1, { result: "i32", failure }),
      json: fn(["json"], () => 1, { result: "i32", failure }),
    }),
    memory,
  );
  new Uint8Array(memory.buffer).set([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0], 8);
  for (const range of [[8, 2], [10, 3], [13, 1], [0, 1], [16, 0], [16, 5], [16, -1]] as const) {
    table.text!(...range);
  }
  table.json!(...put(memory, 32, "{"));
  table.json!(...put(memory, 32, ""));
  assertEquals(codes, [
    ...["utf-8", "utf-8", "utf-8", "zero", "zero", "too-long", "too-long"],
    ...["json", "json"],
  ]);
});

Deno.test("a guest cannot import what is only inherited, nor from a module that it was not given", async () => {
  const host = hostFunctions("host", { given: fn([], () => {}) });
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "other"]) {
    await assertRejects(() => runText(importing("host", name), [host]), Error, "Unknown import");
  }
  await assertRejects(() => runText(importing("other", "given"), [host]), Error, "Unknown import");
  await assertRejects(() => runText(importing("host", "given"), []), Error, "Unknown import");
  assertEquals((await runText(importing("host", "given"), [host])).code, 0);
});

Deno.test("values pass as they are, strings and bytes are copies, answers are cut between characters", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const seen: unknown[] = [];
  const table = bound(
    hostFunctions("host", {
      all: fn(["i32", "u32", "i64", "f64", "string", "bytes", "json"], (...args) => void seen.push(...args)),
      answer: fn(["response"], (response) => response.write("aä€😀"), { result: "i32" }),
      raw: fn(["response"], (response) => response.write(new Uint8Array([1, 2, 3])), { result: "i32" }),
      number: fn(["out"], (out) => out.set(0xffff_fffe)),
    }),
    memory,
  );
  const json = put(memory, 64, '{"a":[1]}');
  table.all!(-1, -1, -5n, 0.5, ...put(memory, 8, "\ufeffkey"), ...put(memory, 32, "raw"), ...json);
  new Uint8Array(memory.buffer).fill(0);
  const [i32, u32, i64, f64, string, bytes, parsed] = seen;
  assertEquals([i32, u32, i64, f64, string, parsed], [-1, 0xffff_ffff, -5n, 0.5, "\ufeffkey", { a: [1] }]);
  assertEquals(new TextDecoder().decode(bytes as Uint8Array), "raw");
  // 1, 2, 3 and 4 bytes a character.
  const lengths = Array.from({ length: 12 }, (_, room) => table.answer!(100, room));
  assertEquals(lengths, [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10]);
  assertEquals(taken(memory, 100, 10), "aä€😀");
  assertEquals(table.raw!(PAGE - 2, 2), 2);
  table.number!(PAGE - 4);
  assertEquals(new DataView(memory.buffer).getUint32(PAGE - 4, true), 0xffff_fffe);
});

Deno.test("a function that waits lets the memory grow meanwhile, and answers into the grown one", async () => {
  let grow = (): void => {};
  const host = hostFunctions("host", {
    ask: asyncFn(["response"], async (response, call) => {
      grow = call.exports.grow as () => void;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return response.write("42");
    }, { result: "i32" }),
    growing: asyncFn([], async () => {
      await Promise.resolve();
      grow();
    }),
  });
  const result = await runText(
    `(module
      (import "host" "ask" (func $ask (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "grow") (drop (memory.grow (i32.const 1))))
      (func (export "_start")
        (if (i32.ne (call $ask (i32.const 8) (i32.const 16)) (i32.const 2)) (then unreachable))
        (call $exit (i32.sub (i32.load8_u (i32.const 9)) (i32.const 48)))))`,
    [host],
  );
  assertEquals([result.reason, result.code], ["exit", 2]);
});

Deno.test("a guest that waits for a function which never answers is ended by its signal", async () => {
  const host = hostFunctions("host", { never: asyncFn([], () => new Promise<void>(() => {})) });
  const controller = new AbortController();
  const running = runText(importing("host", "never"), [host], { signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  assertEquals((await running).reason, "aborted");
});

Deno.test("a guest that waits for a function which never answers is ended by its time limit", async () => {
  const host = hostFunctions("host", { never: asyncFn([], () => new Promise<void>(() => {})) });
  assertEquals(
    (await runText(importing("host", "never"), [host], { limits: { timeout: 20 } })).reason,
    "timeout",
  );
});

Deno.test("a guest that recurses through its host traps, and the host goes on", async () => {
  const host = hostFunctions("host", { again: fn([], (call) => (call.exports.recurse as () => void)()) });
  const text = `(module (import "host" "again" (func $again))
    (func $recurse (export "recurse") (call $again)) (func (export "_start") (call $recurse)))`;
  const result = await runText(text, [host], {}, () => {});
  assert(result.reason === "trap" || result.reason === "exit");
  assertEquals((await runText('(module (func (export "_start")))', [host])).code, 0);
});

Deno.test("a rejection that nobody waits for is logged and ends nothing", async () => {
  const failures: string[] = [];
  const host = hostFunctions("host", {
    forgets: fn([], () => Promise.reject(new Error("late")) as unknown as void),
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const caller = callerOf(memory);
  const table = host.bind({ ...caller, failed: (name) => void failures.push(name) }) as unknown as Record<
    string,
    Call
  >;
  table.forgets!();
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(failures, ["host.forgets"]);
});

Deno.test("a function that waits is not bound to a guest that cannot", () => {
  const host = hostFunctions("host", { later: asyncFn([], () => Promise.resolve()) });
  assertThrows(
    () => host.bind(callerOf(new WebAssembly.Memory({ initial: 1 }))),
    Error,
    "cannot be suspended",
  );
});

function importing(module: string, name: string): string {
  return `(module (import "${module}" "${name}" (func $f)) (func (export "_start") (call $f)))`;
}

function runText(
  text: string,
  host: readonly HostModule[],
  options: { signal?: AbortSignal; limits?: { timeout: number } } = {},
  hostFailed: () => void = () => {},
): Promise<RunResult> {
  return run(new TextEncoder().encode(text), { host, hostFailed, ...options });
}

Deno.test("one parameter need not be a list", async () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const [range, other] = [put(memory, 8, "hello"), put(memory, 16, "much too long")];
  const { number, text, later } = bound(
    hostFunctions("host", {
      number: fn("i32", (n) => n + 1, { result: "i32" }),
      text: fn({ type: "string", most: 5 }, (it, who) => it.length + who.memory.bytes[8], {
        result: "i32",
        failure: ({ code }) => code === "too-long" ? -5 : -1,
      }),
      later: fn("string", (it) => it.length, { result: "i32" }),
    }),
    memory,
  );
  assertEquals([number(-5), text(...range), text(...other), later(...other)], [-4, 5 + 0x68, -5, 13]);

  const module = new TextEncoder().encode(`(module
    (import "host" "later" (func $later (param i64)))
    (memory (export "memory") 1)
    (func (export "_start") (call $later (i64.const 7))))`);
  const heard: bigint[] = [];
  const host = hostFunctions("host", { later: asyncFn("i64", async (n) => void heard.push(await n)) });
  assertEquals([(await run(module, { host: [host], stdout: "null" })).code, heard], [0, [7n]]);
});

Deno.test("what declares no function is refused when it is declared", () => {
  const declare = (...given: unknown[]) => () => {
    for (const make of [fn, asyncFn]) (make as (...given: unknown[]) => unknown)(...given);
  };
  const call = (): number => 0;
  for (
    const parameters of ["i33", ["i33"], ["i32", "I32"], ["toString"], [""], [5], [null], 5, null, undefined]
  ) {
    assertThrows(declare(parameters, call), TypeError, ' as "parameter": give "i32", "u32", ');
  }
  for (const parameter of [{}, { type: "i32" }, { type: ["string"] }, [["string"]], new Map(), () => {}]) {
    assertThrows(declare([parameter], call), TypeError, ' as "parameter": give "i32", "u32", ');
  }
  const range = { type: "string" };
  for (const most of [NaN, -1, 1.5, Infinity, 2 ** 32]) {
    assertThrows(declare([{ ...range, most }], call), RangeError, `Cannot limit "most" to ${most}: give `);
  }
  assertThrows(declare([{ ...range, most: "5" }], call), TypeError, 'Cannot limit "most" by a value');
  assertThrows(declare([{ ...range, max: 5 }], call), TypeError, 'Cannot limit "max": give "most"');
  assertThrows(declare([{ ...range, nonZero: 1 }], call), TypeError, ' as "nonZero": give true or false');
  assertThrows(declare(call), TypeError, ' as "parameter": give ');
  assertThrows(declare("i32"), TypeError, ' as "call": give a function');
  assertThrows(declare("i32", "i32", call), TypeError, 'Cannot use "i32" as "call": give a function');
  assertThrows(declare("i32", call, "i32"), TypeError, 'Cannot use "i32" as "options": give a plain object');
  assertThrows(declare("i32", call, { result: "i33" }), TypeError, '"i33" as "result": give "i32", "u32", ');
  assertThrows(declare("i32", call, { failure: -1 }), TypeError, ' as "failure": give a function');
  assertThrows(declare("i32", call, { results: "i32" }), TypeError, 'did you mean "result"?');
  assertThrows(declare("i32", call, new Map()), TypeError, 'of type "Map" as "options": give a plain object');
});

Deno.test("functions in no plain object, and a module without a name, are refused", () => {
  for (const functions of [null, undefined, [], new Map([["f", fn("i32", () => {})]])]) {
    const make = (): unknown => hostFunctions("host", functions as unknown as Record<string, HostFunction>);
    assertThrows(make, TypeError, 'as "functions": give an object of functions by name');
  }
  assertThrows(() => hostFunctions({} as string, {}), TypeError, 'as "name": give a text');
});

Deno.test("a function that returns what it was not declared for is told how to return it", async () => {
  const module = (type: string): Uint8Array =>
    new TextEncoder().encode(`(module (import "a" "b" (func (result ${type})))
      (memory (export "memory") 1) (func (export "_start") (drop (call 0))))`);
  for (
    const [type, value, message] of [
      ["i32", "5", 'Cannot use "5" as "i32": give a number'],
      ["f64", {}, 'Cannot use a value of type "object" as "f64": give a number'],
      ["i64", 5, 'Cannot use a value of type "number" as "i64": give a bigint'],
      [
        "i32",
        Promise.resolve(5),
        'of type "Promise" as "i32": give its result, or declare the function by "asyncFn"',
      ],
    ] as const
  ) {
    const failed: string[] = [];
    const host = [hostFunctions("a", { b: fn([], () => value as never, { result: type }) })];
    await run(module(type), { host, hostFailed: (_, error) => void failed.push(String(error)) });
    assertEquals(failed.length, 1);
    assertStringIncludes(failed[0], message);
  }
});

Deno.test("a function that calls back an export which waits is told how, and so it can", async () => {
  const guest = new TextEncoder().encode(`(module
    (import "app" "back" (func $back (result i32))) (import "app" "later" (func $later (result i32)))
    (memory (export "memory") 1)
    (func (export "work") (result i32) (call $later))
    (func (export "_start") (if (i32.eq (call $back) (i32.const 5)) (then unreachable))))`);
  const later = asyncFn([], async () => await Promise.resolve(5), { result: "i32" });
  const { promising } = WebAssembly as unknown as { promising(call: unknown): () => Promise<number> };
  const backs = {
    wrong: [
      fn([], ({ exports }) => (exports.work as () => number)(), { result: "i32" }),
      asyncFn([], async ({ exports }) => await (exports.work as () => number)(), { result: "i32" }),
    ],
    right: [asyncFn([], async ({ exports }) => await promising(exports.work)(), { result: "i32" })],
  };
  for (const [how, functions] of Object.entries(backs)) {
    for (const back of functions) {
      const failed: string[] = [];
      const hostFailed = (_: string, error: unknown): void => void failed.push(String(error));
      const { reason } = await run(guest, { host: [hostFunctions("app", { back, later })], hostFailed });
      // The guest traps when it has got what it called for.
      assertEquals([reason, failed.length], how === "right" ? ["trap", 0] : ["exit", 1]);
      if (how === "wrong") assertStringIncludes(failed[0], "WebAssembly.promising(call.exports.NAME)");
    }
  }
});

Deno.test("functions that were not declared are refused by their names", () => {
  for (const wrong of [() => 0, "i32", null, undefined, {}, ["i32"]]) {
    const functions = { f: fn("i32", () => {}), g: wrong } as unknown as Record<string, HostFunction>;
    assertThrows(() => hostFunctions("host", functions), TypeError, ' as "host.g": give what "fn" or');
  }
});
