import { assertEquals } from "@std/assert";
import { describeModule } from "../../../wasi/binary/describe.ts";
import { exportHidden } from "../../../wasi/binary/export_hidden.ts";
import { kindOfBytes } from "../../../wasi/binary/kind.ts";
import { patchLimits } from "../../../wasi/binary/patch_limits.ts";
import { meter } from "../../../wasi/fuel.ts";

/** A folder of real modules, below which every `.wasm` file is tried. */
const VARIABLE = "KEYHOLE_MODULES";
const folder = Deno.env.get(VARIABLE);

function* modulesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* modulesBelow(path);
    else if (name.endsWith(".wasm")) yield path;
  }
}

Deno.test({
  name: folder === undefined
    ? `real modules stay valid through every rewrite (skipped: ${VARIABLE} names no folder)`
    : "real modules stay valid through every rewrite",
  ignore: folder === undefined,
  fn(): void {
    let tried = 0;
    for (const path of modulesBelow(folder!)) {
      const bytes = Deno.readFileSync(path);
      if (kindOfBytes(bytes) !== "module" || !WebAssembly.validate(bytes)) continue;
      tried++;
      const before = describeModule(bytes);
      const rewritten = meter(exportHidden(patchLimits(bytes, { maxMemoryPages: 65536 }).bytes).bytes);
      assertEquals(WebAssembly.validate(rewritten), true, path);
      const after = describeModule(rewritten);
      assertEquals(
        after.exports.slice(0, before.exports.length).map(({ name }) => name),
        before.exports.map(({ name }) => name),
      );
    }
    assertEquals(tried > 0, true, `${folder} holds no module`);
  },
});
