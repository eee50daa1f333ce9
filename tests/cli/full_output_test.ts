/** Where there is no room for what keyhole has to say. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyholeRedirected } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const ignore = Deno.build.os !== "linux"; // Nothing else has /dev/full.

Deno.test({
  name: "what cannot be told changes nothing",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "w/": "" }, async (directory) => {
      const rows: [args: string[], code: number][] = [
        [["nope.wasm"], 127],
        [["--bogus"], 2],
        [["--timeout", "200ms", guestPath("tests/guests/spin.wasm")], 124],
        [[guestPath("tests/guests/trap.wasm")], 134],
        [["--explain", calls, "open:q", "exit:7"], 7],
        [["--trace", "--dir", "w", calls, "open:q", "exit:7"], 7],
        [["--verbose", "--dir", "w", calls, "exit:7"], 7],
      ];
      for (const [args, code] of rows) {
        assertEquals((await keyholeRedirected("2>/dev/full", directory, ...args)).code, code, args.join(" "));
      }
    });
  },
});

Deno.test({
  name: "a full output is one error, and no success",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "add.wat": ADD }, async (directory) => {
      const rows = [
        ["--help"],
        ["--print-policy", "--dir", ".", calls],
        ["--invoke", "add", "add.wat", "1", "2"],
        ["--report", "-", calls, "exit:0"],
        ["wat", "add.wat", "-o", "-"],
      ];
      const told = "error: Standard output cannot be written: no space left on device\n";
      for (const args of rows) {
        const { code, stderr } = await keyholeRedirected(">/dev/full", directory, ...args);
        assertEquals([code, stderr], [125, told], args.join(" "));
      }
      const failed = await keyholeRedirected(">/dev/full", directory, "--report", "-", calls, "exit:7");
      assertEquals([failed.code, failed.stderr], [7, told]);
    });
  },
});

const ADD = `(module (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`;
