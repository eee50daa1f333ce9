import { assertEquals } from "@std/assert";
import { meter } from "../../../wasi/fuel.ts";
import { countEach, metered, outcome } from "./run.ts";

/** Built from kernels.c, whose first lines say how. */
const KERNELS = new URL("./guests/kernels.wasm", import.meta.url);

const CALLS: readonly (readonly [name: string, argument: number])[] = [
  ["mix", 1000],
  ["crc", 1],
  ["sieve", 1],
  ["matrix", 1],
  ["fibonacci", 15],
  ["sort", 1],
  ["interpret", 1000],
];

Deno.test("compiled programs compute the same, and count what a counter at each instruction counts", async () => {
  const bytes = await Deno.readFile(KERNELS);
  for (const [name, argument] of CALLS) {
    const plain = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    const counted = new WebAssembly.Instance(new WebAssembly.Module(countEach(bytes))).exports;
    const { fuel, exports } = metered(bytes, { slice: 12345 });
    const expected = outcome(plain, name, argument);
    assertEquals(outcome(exports, name, argument), expected);
    assertEquals(outcome(counted, name, argument), expected);
    assertEquals(fuel.used, (counted.count as WebAssembly.Global).value, name);
  }
});

Deno.test("the count is the same on every run, and on both tiers of the compiler", async () => {
  const bytes = await Deno.readFile(KERNELS);
  const here = CALLS.map(([name, argument]) => {
    const { fuel, exports } = metered(bytes);
    outcome(exports, name, argument);
    return String(fuel.used);
  });
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/metered.wasm`, meter(bytes));
    await Deno.writeTextFile(
      `${folder}/count.js`,
      `const module = new WebAssembly.Module(Deno.readFileSync(Deno.args[0]));
      console.log(JSON.stringify(JSON.parse(Deno.args[1]).map(([name, argument]) => {
        let granted = 0n;
        const refill = (remaining) => (granted += 10000n, remaining + 10000n);
        const { exports } = new WebAssembly.Instance(module, { "keyhole:fuel": { refill } });
        exports[name](argument);
        return String(granted - exports["keyhole:fuel"].value);
      })));`,
    );
    for (const flags of ["--liftoff-only", "--no-liftoff", "--no-wasm-tier-up"]) {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-config",
          `--v8-flags=${flags}`,
          `--allow-read=${folder}`,
          `${folder}/count.js`,
          `${folder}/metered.wasm`,
          JSON.stringify(CALLS),
        ],
      }).output();
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), here, flags);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
