import { assertEquals, assertRejects } from "@std/assert";
import { UnusableModuleError } from "../../mod.ts";
import { inspectModule } from "../../wasi/inspection.ts";
import { code, moduleOf, section } from "./binary/wat.ts";

Deno.test("a module that could never run is not described as one that could", async () => {
  const header = [section(1, [1, 0x60, 0, 0]), section(3, [1, 0]), section(7, [1, 1, 0x66, 0, 0])];
  const sound = moduleOf(...header, code([0x0b]));
  assertEquals((await inspectModule(sound)).exports.length, 1);
  const broken = moduleOf(...header, code([0x6a, 0x0b])); // i32.add of nothing
  await assertRejects(
    () => inspectModule(broken),
    UnusableModuleError,
    "Invalid module: Compiling function #0",
  );
});
