/** What a program that never starts leaves of the files that it was to write. */
import { assertEquals, assertMatch } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const hello = guestPath("examples/copy/hello.wasm");
const calls = guestPath("tests/guests/calls.wasm");
const KEPT = "kept from before";

/** Modules that cannot start, each for another reason. */
const UNSTARTED: readonly (readonly string[])[] = [
  ["text.wat"],
  ["import.wat"],
  ["nothing.wat"],
  ["data.wat"],
  ["--invoke", "nope", hello],
  ["--invoke", "add", "add.wat", "1"],
];

const MODULES = {
  "text.wat": "(module (nonsense))",
  "import.wat": '(module (import "x" "y" (func)) (func (export "_start")))',
  "nothing.wat": "(module)",
  "data.wat": '(module (memory 1) (data (i32.const 65535) "too long") (func (export "_start")))',
  "add.wat": '(module (func (export "add") (param i32 i32) (result i32) (local.get 0)))',
};

const FLAGS: readonly (readonly string[])[] = [
  ["--stdout", "keep.txt"],
  ["--stderr", "keep.txt"],
  ["--stdout", "keep.txt", "--stderr", "keep.txt"],
  ["--stdout", "keep.txt", "--deterministic"],
  ["--trace=keep.txt"],
  ["--save-policy", "keep.txt"],
];

for (const flags of FLAGS) {
  Deno.test(`${flags.join(" ")} leaves a file as it is for a program that never starts`, async () => {
    await inScratch({ ...MODULES, "keep.txt": KEPT }, async (directory) => {
      for (const module of UNSTARTED) {
        const { code } = await keyhole(directory, ...flags, "--backend=portable", ...module);
        assertEquals([module, code === 0], [module, false]);
        assertEquals([module, await Deno.readTextFile(`${directory}/keep.txt`)], [module, KEPT]);
      }
    });
  });

  Deno.test(`${flags.join(" ")} replaces a file for a program that starts`, async () => {
    await inScratch({ "keep.txt": KEPT, "d/": "" }, async (directory) => {
      for (const lockdown of [[], ["--dir", "d"], ["--dir", "d", "--backend", "portable"]]) {
        await Deno.writeTextFile(`${directory}/keep.txt`, KEPT);
        const { code } = await keyhole(directory, ...flags, ...lockdown, calls, "print:x:1", "exit:3");
        assertEquals(code, 3);
        const text = await Deno.readTextFile(`${directory}/keep.txt`);
        assertEquals([lockdown, text.includes("kept")], [lockdown, false]);
      }
    });
  });
}

Deno.test("a file for a policy that cannot be written keeps the program from starting, and other files as they are", async () => {
  await inScratch({ "keep.txt": KEPT }, async (directory) => {
    const flags = ["--stdout", "keep.txt", "--trace=trace.txt", "--save-policy", "no/such.json"];
    const { code, stderr } = await keyhole(directory, ...flags, hello);
    assertEquals(code, 2);
    assertMatch(stderr, /^error: File "no\/such\.json" cannot be written/);
    assertEquals(await Deno.readTextFile(`${directory}/keep.txt`), KEPT);
  });
});

Deno.test("a module that is no guest for a box leaves the files as they are, and another replaces them", async () => {
  await inScratch({ ...MODULES, "keep.txt": KEPT }, async (directory) => {
    for (const flag of ["--stdout", "--stderr"]) {
      await Deno.writeTextFile(`${directory}/keep.txt`, KEPT);
      for (const module of ["text.wat", "nothing.wat", "import.wat"]) {
        const { code } = await keyhole(directory, "box", flag, "keep.txt", module);
        assertEquals([module, code], [module, 126]);
        assertEquals([module, await Deno.readTextFile(`${directory}/keep.txt`)], [module, KEPT]);
      }
      const counter = guestPath("examples/box/counter.wasm");
      const { code, stderr } = await keyhole(directory, "box", flag, "keep.txt", counter);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await Deno.readTextFile(`${directory}/keep.txt`), "");
    }
  });
});
