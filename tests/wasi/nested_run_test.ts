/** A program that is run inside a host function of another, in one thread. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  Command,
  compileProgram,
  fn,
  hostFunctions,
  memoryDirectory,
  nullInput,
  nullOutput,
  parseText,
  run,
  runModule,
  runProgramSync,
  systemClocks,
  systemRandom,
} from "../../mod.ts";
import { prepare } from "../../wasi/settings.ts";

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

/** How many descriptors of this process are open on something in a folder; where that cannot be told, none. */
function openIn(folder: string): number {
  if (Deno.build.os !== "linux") return 0;
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

Deno.test("a command that is cut off with the run around it closes its directories", async () => {
  const folder = Deno.makeTempDirSync();
  const spin = await binary(`(module (func (export "_start") (loop $again (br $again))))`);
  const outer = await binary(`(module (import "host" "nest" (func $nest)) (memory (export "memory") 1)
    (func (export "_start") (call $nest)))`);
  let opened = 0;
  const nest = fn([], () => {
    const command = new Command(spin, { dirs: { "/": folder }, stdout: "null", stderr: "null" });
    opened++;
    command.outputSync();
  });
  const { reason } = await run(outer, { host: [hostFunctions("host", { nest })], limits: { timeout: 50 } });
  assertEquals([reason, opened, openIn(folder)], ["timeout", 1, 0]);
  Deno.removeSync(folder);
});

Deno.test("a signal that is none leaves nothing open", async () => {
  const folder = Deno.makeTempDirSync();
  const program = await binary(`(module (func (export "_start")))`);
  const signal = {} as AbortSignal;
  await assertRejects(() => run(program, { signal, dirs: { "/": folder }, stdout: "null" }), TypeError);
  const prepared = prepare({ dirs: { "/": folder }, stdout: "null" }, "program");
  await assertRejects(() => runModule(program, { ...prepared.options, signal }), TypeError);
  prepared.close();
  assertEquals(openIn(folder), 0);
  Deno.removeSync(folder);
});
