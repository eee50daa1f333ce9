import { describeModule } from "../../../wasi/binary/describe.ts";
import { exportHidden } from "../../../wasi/binary/export_hidden.ts";
import { kindOfBytes } from "../../../wasi/binary/kind.ts";
import { ModuleError, ModuleLimitError } from "../../../wasi/binary/module_error.ts";
import { patchLimits } from "../../../wasi/binary/patch_limits.ts";
import { meter } from "../../../wasi/fuel.ts";
import { Random } from "../fuel/random_program.ts";
import { wat } from "./wat.ts";

const SEED_MODULES = [
  wat(
    `(module
      (import "env" "f" (func (param i32))) (import "env" "m" (memory 1 2)) (import "env" "t" (table 1 funcref))
      (memory i64 1) (table 2 funcref) (tag (param i32))
      (global (mut i64) (i64.const 77)) (global funcref (ref.func 1))
      (elem (table 1) (i32.const 0) funcref (ref.func 1) (ref.null func)) (elem func 0 1)
      (func $a (export "a") (param i32) (result i32) (local i64 f32)
        (block (loop (br_if 1 (local.get 0)) (br_table 0 1 (local.get 0))))
        (try (do (call 0 (i32.const 1))) (catch_all (memory.fill (i32.const 0) (i32.const 0) (i32.const 3))))
        (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
      (func $s (drop (v128.const i64x2 1 2))) (start $s) (data (i32.const 0) "abc") (data "def"))`,
    true,
  ),
  Deno.readFileSync(new URL("../fuel/guests/kernels.wasm", import.meta.url)),
];

/** Whatever the bytes are: a result or one of our own errors; and what was valid before is valid after. */
function tryEverything(bytes: Uint8Array<ArrayBuffer>, what: string): void {
  const valid = WebAssembly.validate(bytes);
  const rewrites = {
    exportHidden: (): Uint8Array<ArrayBuffer> => exportHidden(bytes).bytes,
    patchLimits: (): Uint8Array<ArrayBuffer> =>
      patchLimits(bytes, { maxMemoryPages: 70, maxTableEntries: 1000 }).bytes,
    meter: (): Uint8Array<ArrayBuffer> => meter(bytes),
    describe: (): Uint8Array<ArrayBuffer> => (describeModule(bytes), bytes),
  };
  kindOfBytes(bytes);
  for (const [name, rewrite] of Object.entries(rewrites)) {
    try {
      const result = rewrite();
      // A maximum that is too large may be lowered to one that is not.
      if (WebAssembly.validate(result) === valid || name === "patchLimits" && !valid) continue;
    } catch (error) {
      if (error instanceof ModuleLimitError) continue;
      if (error instanceof ModuleError && !valid) continue;
      throw new Error(`${name} of ${what}`, { cause: error });
    }
    throw new Error(`${name} of ${what}: the engine took ${valid ? "the original only" : "the result only"}`);
  }
}

Deno.test("every prefix of a module is refused or read, never more", () => {
  for (const [index, bytes] of SEED_MODULES.entries()) {
    for (let length = 0; length < bytes.length; length++) {
      tryEverything(bytes.slice(0, length), `${index} cut at ${length}`);
    }
  }
});

Deno.test("modules with changed bytes are refused or rewritten as the engine reads them", () => {
  for (const [index, bytes] of SEED_MODULES.entries()) {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = new Random(seed);
      const broken = bytes.slice();
      for (let left = 1 + random.below(3); left > 0; left--) {
        const at = 8 + random.below(broken.length - 8);
        broken[at] = random.below(3) === 0 ? broken[at] ^ 1 << random.below(8) : random.below(256);
      }
      tryEverything(broken, `${index} with seed ${seed}`);
    }
  }
});

Deno.test("bytes without sense are refused", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = new Random(seed);
    const noise = Uint8Array.from({ length: 8 + random.below(200) }, () => random.below(256));
    noise.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    if (random.below(2)) noise[8] = random.below(14);
    if (random.below(2)) noise[9] = noise.length - 10;
    tryEverything(noise, `noise of seed ${seed}`);
  }
});
