/**
 * The programs of `examples/` do what they say.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

const repository = new URL("../", import.meta.url);

const examples: Record<string, string> = {
  "capture_output.ts": "HELLO\nWORLD\nexit 0\n",
  "custom_directory.ts": "Hello, Ada!\nexit 0\n",
};

for (const [name, expected] of Object.entries(examples)) {
  Deno.test(`examples/${name}`, async () => {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `examples/${name}`],
      cwd: repository,
      env: { NO_COLOR: "1" },
    });
    const { stdout, stderr } = await command.output();
    assertEquals(new TextDecoder().decode(stdout), expected, new TextDecoder().decode(stderr));
  });
}
