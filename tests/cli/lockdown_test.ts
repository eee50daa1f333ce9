import { assertEquals } from "@std/assert";
import { loadLibC } from "../../caps/host/libc.ts";
import { lockdownVersion } from "../../caps/host/lockdown.ts";
import { inRepository } from "../repository.ts";
import { guestPath, inScratch } from "./process.ts";

const copy = guestPath("examples/copy/demo.wasm");
const program = inRepository("tests/cli/late_refusal.ts");
const config = inRepository("deno.json");

Deno.test({
  name: "a wall that the kernel refuses at the last moment is not said to stand",
  ignore: !loadLibC() || lockdownVersion() === undefined,
  fn: async () => {
    await inScratch({ "in/a.txt": "hello" }, async (directory) => {
      const lockdownLines = async (...flags: string[]): Promise<[number, string[]]> => {
        const { code, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-A",
            "--no-check",
            "--config",
            config,
            program,
            ...flags,
            copy,
            "in/a.txt",
            "in/b.txt",
          ],
          cwd: directory,
          env: { NO_COLOR: "1" },
        }).output();
        return [code, new TextDecoder().decode(stderr).split("\n").filter((line) => /lock/i.test(line))];
      };
      const refused = "The call landlock_restrict_self failed with error 7";
      assertEquals(await lockdownLines("--dir=in", "--verbose"), [0, [
        "keyhole: lockdown: the kernel confines keyhole too (Landlock)",
        `keyhole: lockdown: off after all (${refused})`,
      ]]);
      assertEquals(await lockdownLines("--dir=in"), [0, []]);
      const [code] = await lockdownLines("--dir=in", "--lockdown=require");
      assertEquals(code, 125);
    });
  },
});
