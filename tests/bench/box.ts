/**
 * What boxes cost: `deno run -A tests/bench/box.ts [BOXES]`.
 *
 * @module
 */
import { Box, compileProgram, loadBoxModule, preinitialize } from "../../mod.ts";
import { parseText } from "../../wasi/text.ts";

const count = Number(Deno.args[0] ?? 1000);
const examples = new URL("../../examples/box/", import.meta.url);

/** Bytes as a person reads them. */
function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** Does something for each box, and tells the time for one. */
async function timed<T>(what: string, work: () => Promise<T>, each = count): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`  ${what.padEnd(28)}${((performance.now() - start) / each * 1000).toFixed(0).padStart(7)} µs`);
  return result;
}

/** Bytes in the pages of a raw snapshot that anything was written to. */
function used(raw: Uint8Array): number {
  let total = 0;
  for (let at = 8; at + 4096 <= raw.length; at += 4096) {
    if (raw.subarray(at, at + 4096).some((byte) => byte !== 0)) total += 4096;
  }
  return total;
}

async function manyBoxes(name: string, message: string): Promise<void> {
  console.log(`${count} boxes of ${name}`);
  const module = await loadBoxModule(await Deno.readFile(new URL(`${name}.wasm`, examples)));
  const boxes = await timed("open", async () => {
    const all: Box[] = [];
    for (let index = 0; index < count; index++) all.push(await Box.open(module));
    return all;
  });
  await timed("send a message", async () => {
    for (const box of boxes) await box.send(message);
  });
  const snapshots = await timed("snapshot", async () => {
    const all: Uint8Array[] = [];
    for (const box of boxes) all.push(await box.snapshot());
    return all;
  });
  await timed("restore", async () => {
    for (const [index, box] of boxes.entries()) await box.restore(snapshots[index]!);
  });
  const forks = await timed("fork", async () => {
    const all: Box[] = [];
    for (const box of boxes) all.push(await box.fork());
    return all;
  });
  for (const fork of forks) await fork.close();
  const raw = await boxes[0]!.snapshot({ form: "raw" });
  const total = snapshots.reduce((sum, snapshot) => sum + snapshot.length, 0);
  console.log(
    `  a snapshot has ${kilobytes(total / count)}; the memory ${kilobytes(raw.length - 72)}, of which ` +
      `${kilobytes(used(raw))} are in pages that were written to`,
  );
  for (const box of boxes) await box.close();
}

/** A module that sieves primes when it is initialized, as an interpreter loads its library. */
const SIEVE = `(module (memory (export "memory") 200)
  (func (export "_initialize") (local $i i32) (local $j i32)
    (local.set $i (i32.const 2))
    (loop $next
      (if (i32.eqz (i32.load8_u (local.get $i))) (then
        (local.set $j (i32.mul (local.get $i) (local.get $i)))
        (if (i32.lt_u (local.get $i) (i32.const 3500)) (then
          (block $out (loop $strike
            (br_if $out (i32.ge_u (local.get $j) (i32.const 12000000)))
            (i32.store8 (local.get $j) (i32.const 1))
            (local.set $j (i32.add (local.get $j) (local.get $i)))
            (br $strike)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 12000000)))))
  (func (export "prime") (param i32) (result i32) (i32.eqz (i32.load8_u (local.get 0)))))`;

async function preinitialized(): Promise<void> {
  const bytes = await parseText(new TextEncoder().encode(SIEVE));
  const ready = await preinitialize(bytes);
  console.log(
    `A module that sieves 12 million numbers when it is initialized (${kilobytes(bytes.length)}), ` +
      `and the one saved behind that (${kilobytes(ready.length)})`,
  );
  const begin = (module: Uint8Array): void => {
    const instance = new WebAssembly.Instance(compileProgram(module).module);
    (instance.exports._initialize as (() => void) | undefined)?.();
    if ((instance.exports.prime as (number: number) => number)(11_999_989) !== 1) {
      throw new Error("Not the same");
    }
  };
  for (let round = 0; round < 3; round++) {
    await timed("initialize", () => Promise.resolve(begin(bytes)), 1);
    await timed("begin behind that", () => Promise.resolve(begin(ready)), 1);
  }
}

await manyBoxes("counter", "up");
await manyBoxes("counter_rust", "up");
await manyBoxes("grow", "hold 200000");
await preinitialized();
