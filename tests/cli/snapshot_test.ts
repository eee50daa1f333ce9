import { assertEquals } from "@std/assert";
import { keyhole } from "./process.ts";

const GUEST = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00") (data (i32.const 16) "raw  \\n")
  (func (export "prepare") (i32.store (i32.const 16) (i32.const 0x656e6f64)))
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;

Deno.test("a module is initialized once and begins there", async () => {
  const dir = await Deno.makeTempDir({ prefix: "keyhole-snapshot-" });
  try {
    await Deno.writeTextFile(`${dir}/guest.wat`, GUEST);
    assertEquals((await keyhole(dir, "guest.wat")).stdout, "raw  \n");
    assertEquals(await keyhole(dir, "snapshot", "--init", "prepare", "guest.wat", "-o", "ready.wasm"), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    assertEquals((await keyhole(dir, "ready.wasm")).stdout, "done \n");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("mistakes are told in one line, and nothing is written", async () => {
  const dir = await Deno.makeTempDir({ prefix: "keyhole-snapshot-" });
  try {
    await Deno.writeTextFile(`${dir}/guest.wat`, GUEST);
    const told = async (...args: string[]): Promise<[number, string]> => {
      const { code, stderr } = await keyhole(dir, "snapshot", ...args);
      return [code, stderr];
    };
    assertEquals(await told("guest.wat"), [
      2,
      "error: No file given for the new module\n  hint: keyhole snapshot guest.wat -o guest.ready.wasm\n",
    ]);
    const [code, message] = await told("guest.wat", "-o", "ready.wasm");
    assertEquals([code, message.includes("nothing that initializes it")], [126, true]);
    const [wrong, reason] = await told("--init", "prepar", "guest.wat", "-o", "ready.wasm");
    assertEquals([wrong, reason.includes('no function "prepar"')], [126, true]);
    assertEquals([...Deno.readDirSync(dir)].length, 1);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
