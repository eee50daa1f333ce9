/** A program that is run inside a host function of another, in one thread. */
import { assertEquals } from "@std/assert";
import {
  compileProgram,
  fn,
  hostFunctions,
  memoryDirectory,
  nullInput,
  nullOutput,
  parseText,
  run,
  runProgramSync,
  systemClocks,
  systemRandom,
} from "../../mod.ts";

const binary = (text: string): Promise<Uint8Array<ArrayBuffer>> => parseText(new TextEncoder().encode(text));

Deno.test("a run that ends with the time of the run around it leaves nothing open", async () => {
  const inner = compileProgram(
    await binary(`(module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))`),
  );
  const outer = await binary(`(module (import "host" "nest" (func $nest)) (memory (export "memory") 1)
    (func (export "_start") (call $nest)))`);
  for (const limits of [{}, { timeout: 60_000 }]) {
    const directory = memoryDirectory();
    const held: string[] = [];
    directory.again = () => ({ ...memoryDirectory(), close: () => void held.push("closed") });
    const nest = fn([], () => {
      const streams = { stdin: nullInput(), stdout: nullOutput(), stderr: nullOutput() };
      const preopens = [{ name: "/", directory }];
      const given = { args: [], env: {}, clocks: systemClocks(), random: systemRandom() };
      runProgramSync(inner, { ...given, ...streams, preopens, limits });
    });
    const { reason } = await run(outer, { host: [hostFunctions("host", { nest })], limits: { timeout: 50 } });
    assertEquals([reason, held], ["timeout", ["closed"]]);
  }
});
