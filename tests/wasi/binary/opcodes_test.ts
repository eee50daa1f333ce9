import { assertEquals } from "@std/assert";
import { IMMEDIATES, Immediates, Prefix, prefixed } from "../../../wasi/binary/opcodes.ts";
import { code, leb, moduleOf, section } from "./wat.ts";

/** Whether the engine knows an opcode: whatever else it finds wrong with this module, it says so in another way. */
function engineKnows(opcode: readonly number[]): boolean {
  const bytes = moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    code([0x00, ...opcode, ...new Array(20).fill(0), 0x0b]),
  );
  try {
    new WebAssembly.Module(bytes);
    return true;
  } catch (error) {
    return !/invalid .*opcode/i.test(error instanceof Error ? error.message : "");
  }
}

/** The engine reads these before it finds that no type can be made for them: descriptors are not on by default. */
const WITHOUT_TYPES = [prefixed(Prefix.gc, 0x20), prefixed(Prefix.gc, 0x21)];

Deno.test("exactly those opcodes are known that the engine accepts by default", () => {
  const compare = (opcode: number, bytes: readonly number[]): void => {
    const known = (IMMEDIATES[opcode] ?? Immediates.unknown) !== Immediates.unknown;
    const expected = engineKnows(bytes) && !WITHOUT_TYPES.includes(opcode);
    assertEquals(known, expected, bytes.map((byte) => byte.toString(16)).join(" "));
  };
  for (let byte = 0; byte < 0x100; byte++) {
    if (byte < Prefix.gc || byte > Prefix.atomic) compare(byte, [byte]);
  }
  for (const prefix of Object.values(Prefix)) {
    for (let number = 0; number < 0x240; number++) {
      compare(prefixed(prefix, number), [prefix, ...leb(number)]);
    }
  }
});

Deno.test("numbers behind a prefix do not run into those of the next one", () => {
  const all = Object.values(Prefix).flatMap((prefix) => [0, 0x1ff].map((number) => prefixed(prefix, number)));
  assertEquals(new Set(all).size, all.length);
  assertEquals(IMMEDIATES[prefixed(Prefix.gc, 0x200)], undefined);
  assertEquals(IMMEDIATES[prefixed(Prefix.atomic, 0xffffffff)], undefined);
});
