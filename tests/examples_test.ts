/**
 * The programs of `examples/` do what they say.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

const repository = new URL("../", import.meta.url);

/** What each prints. */
const examples: Readonly<Record<string, string>> = {
  "capture_output.ts": "HELLO\nWORLD\nexit 0\n",
  "custom_directory.ts": "Hello, Ada!\nexit 0\n",
  "generated_code.ts": `\
answers: exit 0, 42
never ends: timeout 124, Time limit reached
talks too much: limit 125, Output limit of 10000 bytes reached
hoards memory: trap 134, unreachable
fills the disk: exit 1, error writing /work/larger: Quota exceeded
`,
  "python_in_a_jail.ts": Deno.env.has("KEYHOLE_PYTHON")
    ? `\
the data: 42
the passwords: refused: FileNotFoundError
a program: refused: AttributeError
timeout 124
`
    : "No Python: set KEYHOLE_PYTHON to a python.wasm for WASI\n",
  "read_only_folder.ts": `\
copied /in/hello.wat
error opening output /in/demo.c: Read-only file system
error opening input /in/../capture_output.ts: Capabilities insufficient
it made: hello.wat
`,
  "what_it_touches.ts": `\
demo.wasm /data/a.txt /data/b.txt
  /data/a.txt: 5 bytes read, 0 written
  /data/b.txt: 0 bytes read, 5 written
demo.wasm /data/../etc/passwd /data/c.txt
  refused: /data/../etc/passwd (ENOTCAPABLE)
`,
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

Deno.test("every story in examples/ is told in a test", () => {
  const stories = [...Deno.readDirSync(new URL("examples/", repository))].map(({ name }) => name);
  assertEquals(stories.filter((name) => name.endsWith(".ts")).toSorted(), Object.keys(examples).toSorted());
});
