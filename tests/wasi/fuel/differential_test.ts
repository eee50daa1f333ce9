import { assertEquals } from "@std/assert";
import { Random, randomProgram } from "./random_program.ts";
import { countEach, metered, outcome } from "./run.ts";

function instance(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

for (const exceptions of ["legacy", "new"] as const) {
  Deno.test(`random programs with ${exceptions} exceptions do the same and count exactly`, () => {
    const seen = { values: 0, exceptions: 0, traps: 0, stopped: 0 };
    for (let seed = 1; seed <= 400; seed++) {
      const bytes = randomProgram(new Random(seed), exceptions);
      const plain = instance(bytes);
      const counting = countEach(bytes);
      for (const input of [0, 1, 3, 1000003]) {
        const expected = outcome(plain, "run", input);
        const counted = instance(counting);
        assertEquals(outcome(counted, "run", input), expected, `seed ${seed}, the simple counter`);
        const count = (counted.count as WebAssembly.Global).value as bigint;
        const { fuel, exports } = metered(bytes, { slice: seed % 2 ? seed % 50 : 1e6 });
        assertEquals(outcome(exports, "run", input), expected, `seed ${seed}, input ${input}`);
        if ("value" in expected || expected.error === "exception") {
          seen["value" in expected ? "values" : "exceptions"]++;
          assertEquals(fuel.used, count, `seed ${seed}, input ${input}`);
          stopsBelow(bytes, input, count);
          seen.stopped++;
        } else {
          seen.traps++;
          // A trap has paid for the rest of its stretch.
          assertEquals(
            fuel.used >= count && fuel.used <= count + 200n,
            true,
            `seed ${seed}: ${fuel.used}, ${count}`,
          );
        }
      }
    }
    for (const [name, number] of Object.entries(seen)) assertEquals(number > 20, true, `${name}: ${number}`);
  });
}

/** With exactly what it needs a program ends as it would; with one unit less it is stopped. */
function stopsBelow(bytes: Uint8Array<ArrayBuffer>, input: number, count: bigint): void {
  const enough = metered(bytes, { limit: count });
  outcome(enough.exports, "run", input);
  assertEquals([enough.fuel.exhausted, enough.fuel.used], [false, count]);
  const short = metered(bytes, { limit: count - 1n });
  outcome(short.exports, "run", input);
  assertEquals([short.fuel.exhausted, short.fuel.used], [true, count - 1n]);
}
