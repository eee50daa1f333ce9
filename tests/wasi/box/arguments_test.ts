import { assertEquals, assertRejects } from "@std/assert";
import { memoryDirectory } from "../../../mod.ts";
import { Box } from "../../../wasi/box.ts";
import { bytesCodec, type Codec, MessageError } from "../../../wasi/box/codec.ts";
import { type BoxLimits, loadBoxModule } from "../../../wasi/box/module.ts";
import { guestBytes, moduleOf, open } from "./guests.ts";

type Refusal = new (message: string) => Error;

async function refused(asked: () => Promise<unknown>, kind: Refusal, message: string): Promise<void> {
  const error: Error = await assertRejects(asked, kind);
  assertEquals([error.constructor, error.message], [kind, message]);
}

Deno.test("a box of something else than a module is refused by what it is", async () => {
  const bytes = "give its bytes, as a Uint8Array";
  for (
    const [source, message] of [
      ["counter.wasm", `Cannot use "counter.wasm" as "source": ${bytes}`],
      [undefined, `Cannot use a value of type "undefined" as "source": ${bytes}`],
      [null, `Cannot use a value of type "null" as "source": ${bytes}`],
      [{}, `Cannot use a value of type "object" as "source": ${bytes}`],
      ["x".repeat(999), `Cannot use "${"x".repeat(200)}…" as "source": ${bytes}`],
    ] as const
  ) {
    await refused(() => Box.open(source as Uint8Array), TypeError, message);
    await refused(() => Box.replay(source as Uint8Array, new Uint8Array()), TypeError, message);
    await refused(() => loadBoxModule(source as Uint8Array), TypeError, message);
  }
});

Deno.test("limits that limit nothing are refused, and those of a module that was loaded without", async () => {
  const limits: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ timeout: NaN }, 'Cannot limit "timeout" to NaN: give milliseconds, more than 0'],
    [{ timeout: 0 }, 'Cannot limit "timeout" to 0: give milliseconds, more than 0'],
    [{ fuel: 1.5 }, 'Cannot limit "fuel" to 1.5: give a whole number of units, 0 or more'],
    [{ fuel: -1n }, 'Cannot limit "fuel" to -1: give a whole number of units, 0 or more'],
    [{ memory: -5 }, 'Cannot limit "memory" to -5: give a whole number of bytes, 0 or more'],
    [{ tableEntries: NaN }, 'Cannot limit "tableEntries" to NaN: give a whole number of entries, 0 or more'],
  ];
  for (const [limit, message] of limits) {
    await refused(() => loadBoxModule(guestBytes("counter"), limit as BoxLimits), RangeError, message);
    await refused(() => open("counter", { limits: limit as BoxLimits }), RangeError, message);
  }
  const text = 'Cannot limit "timeout" by a value of type "string": give milliseconds, more than 0';
  await refused(() => open("counter", { limits: { timeout: "2s" as unknown as number } }), TypeError, text);
  const module = await moduleOf("counter");
  const unknown = 'Cannot limit "output": give "timeout", "fuel", "memory", "tableEntries"';
  await refused(() => open("counter", { limits: { output: 5 } as BoxLimits }), TypeError, unknown);
  const message = 'Cannot limit a module that was loaded before: give the limits to "loadBoxModule"';
  await refused(() => open(module, { limits: { fuel: 5 } }), TypeError, message);
  const most = { timeout: 1e12, fuel: 2n ** 62n, memory: 2 ** 32, tableEntries: 1e6 };
  const none = { timeout: Infinity, fuel: Infinity, memory: Infinity, tableEntries: Infinity };
  for (const limits of [most, none]) {
    assertEquals(await (await open("counter", { limits })).say("up"), ["value=1"]);
  }
});

Deno.test("options of other types are refused by name", async () => {
  const module = await moduleOf("counter");
  const directory = memoryDirectory();
  const options: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ clock: "stop" }, 'Cannot use "stop" as "clock": give "set" or "step"'],
    [{ onMessage: "log" }, 'Cannot use "log" as "onMessage": give a function'],
    [{ journal: "file.j" }, 'Cannot use "file.j" as "journal": give a file that is open'],
    [{ journal: null }, 'Cannot use a value of type "null" as "journal": give a file that is open'],
    [
      { dirs: { "/": directory } },
      'Cannot use a value of type "object" as "dirs": give a list of { name: "/data", directory }',
    ],
    [{ dirs: ["/"] }, 'Cannot use "/" as "dirs[0]": give a { name: "/data", directory }'],
    ...[{ name: "/", directory: "/" }, { directory }].map((grant) =>
      [
        { dirs: [grant] },
        'Cannot use a value of type "object" as "dirs[0]": give a { name: "/data", directory }',
      ] as const
    ),
    [{ onmessage: () => {} }, 'Cannot use "onmessage" in "options": did you mean "onMessage"?'],
    [{ rollback: true }, 'Cannot use "rollback" in "options": did you mean "rollBack"?'],
    [{ stdout: "null" }, 'Cannot use "null" as "stdout": give a stream that takes output'],
    [{ codec: JSON }, 'Cannot use a value of type "object" as "codec": give a codec'],
  ];
  for (const [option, message] of options) {
    await refused(() => Box.open(module, option), TypeError, message);
    await refused(() => Box.replay(module, new Uint8Array(), option), TypeError, message);
  }
  await refused(
    () => Box.replay(module, "j" as unknown as Uint8Array),
    TypeError,
    'Cannot use "j" as "journal": give its bytes, as a Uint8Array',
  );
  for (const entries of [-1, 1.5, NaN]) {
    const message = `Cannot use ${entries} as "entries": give a whole number from 0 on`;
    await refused(() => Box.replay(module, new Uint8Array(), { entries }), RangeError, message);
  }
});

Deno.test("words that mean nothing about a snapshot are refused, and the box is as it was", async () => {
  const { box, say } = await open("counter");
  const snapshot = await box.snapshot();
  await say("up");
  const form = { form: "rwa" as "raw" };
  const random = { random: "reesed" as "reseed" };
  const aboutForm = 'Cannot use "rwa" as "form": give "keyhole" or "raw"';
  const aboutRandom = 'Cannot use "reesed" as "random": give "continue" or "reseed"';
  const directory = memoryDirectory();
  await refused(() => box.snapshot(form), TypeError, aboutForm);
  await refused(() => box.save(directory, "s", form), TypeError, aboutForm);
  await refused(() => box.restore(snapshot, form), TypeError, aboutForm);
  await refused(() => box.restore(snapshot, random), TypeError, aboutRandom);
  await refused(() => box.load(directory, "s", random), TypeError, aboutRandom);
  await refused(() => box.fork(random), TypeError, aboutRandom);
  await refused(
    () => box.restore(5 as unknown as Uint8Array),
    TypeError,
    'Cannot use a value of type "number" as "snapshot": give its bytes, as a Uint8Array',
  );
  assertEquals([[...directory.list()].length, await say("up")], [0, ["value=2"]]);
});

Deno.test("messages that a codec cannot say are refused, and the guest hears nothing", async () => {
  const { box, messages } = await open("echo");
  messages.length = 0;
  await refused(() => box.send(5 as unknown as string), MessageError, "A message of type number is no text");
  await refused(() => box.send("\ud800"), MessageError, "UTF-8 cannot say half of a surrogate pair");
  assertEquals(messages, []);
  const codec = bytesCodec as unknown as Codec<string>;
  const bytes = await Box.open(guestBytes("echo"), { codec });
  await refused(() => bytes.send("text"), MessageError, "A message of type string is no bytes");
});
