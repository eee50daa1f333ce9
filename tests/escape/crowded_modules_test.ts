/** Modules with as many of everything as the engine takes: what is looked up for each must not take longer for each. */
import { assert, assertEquals } from "@std/assert";
import { run } from "../../mod.ts";
import { leb, moduleOf, section } from "../wasi/binary/wat.ts";

/** Imports of as many tables as there may be, whose names differ only at their ends, or of one table again and again. */
function tables(count: number, named: (index: number) => string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const text = (value: string): number[] => [...leb(value.length), ...encoder.encode(value)];
  const imports = Array.from(
    { length: count },
    (_, index) => [...text("env"), ...text(named(index)), 1, 0x70, 0, 1],
  );
  return moduleOf(
    section(1, [1, 0x60, 0, 0]),
    section(2, [...leb(count), ...imports.flat()]),
    section(3, [1, 0]),
    section(7, [1, ...text("_start"), 0, 0]),
    section(10, [1, 2, 0, 0x0b]),
  );
}

Deno.test("a module that imports all the tables that there can be is linked as fast as it is read", async () => {
  const prefix = "t".repeat(100);
  const started = performance.now();
  for (const name of [(index: number) => `${prefix}${100_000 + index}`, () => prefix]) {
    const { reason, code } = await run(tables(90_000, name), { limits: { memory: 1 << 20 } });
    assertEquals([reason, code], ["exit", 0]);
  }
  // Some seconds; when each was looked for among all of them it was some minutes.
  assert(performance.now() - started < 60_000);
});
