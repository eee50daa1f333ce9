/**
 * What goes wrong before a program starts: the exit code, what is said, and what to do about it.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { copy } from "@std/fs";
import { guestPath, inScratch, keyhole, keyholeInShell, keyholeWith } from "./process.ts";

const FILES = {
  "text.txt": "not a module",
  "empty.wasm": "",
  "data/in.txt": "hello",
  "my data/in.txt": "hello",
};

const ROWS: [args: string[], code: number, stderr: string][] = [
  [[], 2, "error: No module given\n  hint: Write keyhole run MODULE [args...], or see keyhole run --help\n"],
  [["--drr", ".", "copy.wasm"], 2, 'error: Unknown flag "--drr"\n  hint: Did you mean --dir?\n'],
  [["nope.wasm"], 127, 'error: Module "nope.wasm" was not found\n'],
  [["text.txt/nope.wasm"], 127, 'error: Module "text.txt/nope.wasm" was not found\n'],
  [["data"], 127, 'error: Module "data" cannot be read: it is a directory\n'],
  [
    ["inpsect", "copy.wasm"],
    127,
    'error: Module "inpsect" was not found\n  hint: Did you mean the command inspect?\n',
  ],
  [
    ["--verbose", "inspect", "copy.wasm"],
    127,
    'error: Module "inspect" was not found\n  hint: A command comes first: keyhole inspect --verbose copy.wasm\n',
  ],
  [
    ["text.txt"],
    126,
    'error: Module "text.txt" cannot be used: this is not a WebAssembly module: it starts neither with "\\0asm" ' +
    'nor with "("\n',
  ],
  [["empty.wasm"], 126, 'error: Module "empty.wasm" cannot be used: the file is empty\n'],
  [
    ["--dir", "nope", "copy.wasm"],
    2,
    'error: Directory "nope" does not exist\n  hint: To make it: mkdir -p nope\n',
  ],
  [
    ["--dir", "no pe::/in", "copy.wasm"],
    2,
    "error: Directory \"no pe\" does not exist\n  hint: To make it: mkdir -p 'no pe'\n",
  ],
  [
    ["--dir", "/guest::data", "copy.wasm"],
    2,
    'error: Directory "/guest" does not exist\n  hint: Did you swap HOST and GUEST? --dir data::/guest\n',
  ],
  [
    ["--mapdir", "my data::/guest:ro", "copy.wasm"],
    2,
    'error: Directory "/guest" does not exist\n' +
    "  hint: Did you swap HOST and GUEST? --mapdir '/guest::my data:ro'\n",
  ],
  [
    ["--dir", "text.txt", "copy.wasm"],
    2,
    'error: "text.txt" is not a directory\n  hint: For a single file, write --file text.txt\n',
  ],
  [["--file", "data", "copy.wasm"], 2, 'error: "data" is a directory\n  hint: Write --dir data\n'],
  [
    ["--file", "data::/x:ro", "copy.wasm"],
    2,
    'error: "data" is a directory\n  hint: Write --dir data::/x:ro\n',
  ],
  [
    ["--mapdir", "/x::text.txt", "copy.wasm"],
    2,
    'error: "text.txt" is not a directory\n  hint: For a single file, write --file text.txt::/x\n',
  ],
  [["--file", "data/nope.txt", "copy.wasm"], 2, 'error: File "data/nope.txt" does not exist\n'],
  [["--stdin", "nope.txt", "copy.wasm"], 2, 'error: File "nope.txt" of --stdin does not exist\n'],
  [["--stdout", "data", "copy.wasm"], 2, 'error: File "data" of --stdout is a directory\n'],
  [["--stderr", "nope/err.txt", "copy.wasm"], 2, 'error: File "nope/err.txt" of --stderr does not exist\n'],
  [
    ["--trace=nope/calls.txt", "copy.wasm"],
    2,
    'error: File "nope/calls.txt" cannot be written: no such file or directory\n',
  ],
  [
    ["--env", "KEYHOLE_TEST_UNSET", "copy.wasm"],
    2,
    'error: Variable "KEYHOLE_TEST_UNSET" is not set, so it cannot be passed on\n' +
    "  hint: To set it for the program: --env KEYHOLE_TEST_UNSET=VALUE\n",
  ],
  [["--invoke", "nope", "copy.wasm"], 2, 'error: The module exports no function "nope": it exports _start\n'],
  [
    ["inspect"],
    2,
    "error: No module given\n  hint: Write keyhole inspect MODULE, or see keyhole inspect --help\n",
  ],
  [
    ["inspect", "a", "b"],
    2,
    'error: Unexpected "b"\n  hint: Write keyhole inspect MODULE, or see keyhole inspect --help\n',
  ],
  [["inspect", "nope.wasm"], 127, 'error: Module "nope.wasm" was not found\n'],
  [
    ["wat", "hello.wat"],
    2,
    "error: No file given for the binary module\n  hint: keyhole wat hello.wat -o hello.wasm\n",
  ],
  [
    ["wat", "copy.wasm", "-o", "x"],
    126,
    'error: Module "copy.wasm" cannot be used: it is a binary module already\n',
  ],
  [
    ["wat", "hello.wat", "-o", "nope/x"],
    2,
    'error: File "nope/x" cannot be written: no such file or directory\n',
  ],
  [
    ["completions", "cmd"],
    2,
    'error: No completions for "cmd"\n  hint: There are some for bash, zsh, fish\n',
  ],
  [
    ["completions"],
    2,
    "error: No shell given\n  hint: Write keyhole completions SHELL, or see keyhole completions --help\n",
  ],
  [["help", "insp"], 2, 'error: Unknown command "insp"\n  hint: Did you mean inspect?\n'],
];

for (const [args, code, stderr] of ROWS) {
  Deno.test(`keyhole ${args.join(" ")}: exit ${code}`, async () => {
    await inScratch(FILES, async (directory) => {
      await copy(guestPath("examples/copy/demo.wasm"), `${directory}/copy.wasm`);
      await copy(guestPath("examples/copy/hello.wat"), `${directory}/hello.wat`);
      assertEquals(await keyhole(directory, ...args), { code, stdout: "", stderr });
    });
  });
}

const UNUSABLE: [guest: string, says: string][] = [
  [
    "component",
    "this is a WebAssembly component, and only core modules can be run: compile for wasm32-wasip1",
  ],
  ["truncated", 'truncated module: section 3 "function" says 5 bytes at byte 0x10, 1 are left'],
  [
    "import_constructor",
    'unknown import: function "constructor.constructor", nothing is offered under "constructor"',
  ],
  ["import_field_proto", 'unknown import: function "wasi_snapshot_preview1.__proto__"'],
  ["no_entry", 'the module exports neither "_start" nor "_initialize": there is nothing to run'],
];

for (const [guest, says] of UNUSABLE) {
  Deno.test(`${guest}.wasm cannot be used, and one line says why`, async () => {
    const path = guestPath(`tests/guests/${guest}.wasm`);
    const stderr = `error: Module "${path}" cannot be used: ${says}\n`;
    assertEquals(await keyhole(".", path), { code: 126, stdout: "", stderr });
  });
}

Deno.test("names in a module cannot command the terminal", async () => {
  await inScratch({ "evil.wat": '(module (import "\\1b[2J" "a\\nb" (func)))' }, async (directory) => {
    const { code, stderr } = await keyhole(directory, "evil.wat");
    assertEquals(code, 126);
    assertEquals(stderr.includes("\x1b"), false);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  });
});

Deno.test("names in a module cannot command the terminal that inspects it", async () => {
  const evil = "\\1b[2J\\c2\\9b2J\\0a\\00";
  const text = `(module
    (import "wasi_${evil}" "path_open${evil}" (func))
    (import "wasi_${evil}" "args_get${evil}" (global i32))
    (memory (export "memory${evil}") 1)
    (func (export "run${evil}")))`;
  await inScratch({ "evil.wat": text }, async (directory) => {
    const { code, stdout } = await keyhole(directory, "inspect", "evil.wat");
    assertEquals(code, 0);
    // Nothing but the ends of its own lines.
    assertEquals(stdout.match(/[\p{Cc}\p{Cf}]/gu)?.every((it) => it === "\n"), true, JSON.stringify(stdout));
    assertEquals(stdout.split("\n").filter((line) => /^[^ \w(]/.test(line)), []);
  });
});

Deno.test("why the parser of the text format cannot be had is told", async () => {
  await inScratch({ "m.wat": "(module)" }, async (directory) => {
    const env = { DENO_DIR: `${directory}/cache`, NPM_CONFIG_REGISTRY: "http://127.0.0.1:1" };
    const { code, stderr } = await keyholeWith({ env }, directory, "m.wat");
    const told = stderr.split("\n").find((line) => line.startsWith("error: ")) ?? stderr;
    assertEquals(code, 126);
    assertMatch(told, /^error: Module "m\.wat" cannot be used: .* could not be loaded: \S/);
  });
});

Deno.test("an engine without WebAssembly is told in a sentence, and shows the help", async () => {
  const jitless = async (...args: string[]): Promise<[code: number, stderr: string]> => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--v8-flags=--jitless", guestPath("cli.ts"), ...args],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    return [code, new TextDecoder().decode(stderr)];
  };
  const told = "error: This Deno has no WebAssembly\n" +
    "  hint: Start it without the flags of V8 that leave it out, such as --jitless\n";
  const copying = guestPath("examples/copy/demo.wasm");
  for (const args of [[copying], ["inspect", copying]]) assertEquals(await jitless(...args), [125, told]);
  assertEquals(await jitless("--help"), [0, ""]);
});

Deno.test({
  name: "in a folder whose name is no text programs run, and what has to name it says why it cannot",
  ignore: Deno.build.os !== "linux", // Other systems have no such names.
  async fn(): Promise<void> {
    await inScratch({}, async (directory) => {
      const there = `folder=$(printf 'x\\377'); mkdir -p "$folder"; cd "$folder"; "$@"`;
      const run = async (...args: string[]): Promise<[code: number, stderr: string]> => {
        const { code, stderr } = await keyholeInShell(there, directory, ...args);
        return [code, stderr];
      };
      const calls = guestPath("tests/guests/calls.wasm");
      const because = "its path is not UTF-8\n";
      assertEquals(await run("--dir", ".", calls, "list:.", "check"), [0, ""]);
      for (const flag of ["--print-policy", "--save-policy=p", "--report=r"]) {
        const told =
          `error: The current folder cannot be named: ${because}  hint: Change to another folder before\n`;
        assertEquals(await run(flag, "--dir", ".", calls), [2, told], flag);
      }
      const named = `mkdir "$(printf 'y\\377')"; "$@" "$(printf 'y\\377')" ${calls}`;
      const { stderr } = await keyholeInShell(named, directory, "--dir");
      const hint = "  hint: A name that is not UTF-8 cannot be given: ";
      assertMatch(stderr, / does not exist$/m);
      assertEquals(stderr.split("\n")[1], `${hint}change to the folder, and write .`);
      const module = await keyholeInShell(`"$@" "$(printf 'y\\377.wasm')"`, directory);
      assertEquals(module.code, 127);
      assertEquals(module.stderr.split("\n")[1], `${hint}let the shell open the file, and write - for it`);
      assertEquals(await run("--backend=portable", "--dir", ".", calls), [
        2,
        `error: Directory "." cannot be opened: ${because}`,
      ]);
    });
  },
});
