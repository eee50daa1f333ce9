import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../caps/cli/messages.ts";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { readSettings, type RunSettings } from "../../caps/cli/settings.ts";

const settings = (...argv: string[]): RunSettings =>
  readSettings(parseCommandLine([...argv, "m.wasm"]).flags, "posix");

Deno.test("without flags a guest is granted nothing but the streams", () => {
  assertEquals(settings(), {
    mounts: [],
    variables: [],
    argv0: undefined,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    invoke: undefined,
    backend: "auto",
    trace: undefined,
    quiet: false,
    verbose: false,
  });
});

Deno.test("mounts of all kinds keep their order", () => {
  const { mounts } = settings("--tmp", "/t", "--mapdir", "/in::data:ro", "--file", "a.txt", "--dir=.");
  assertEquals(mounts, [
    { kind: "memory", host: "", guest: "/t", readOnly: false, flag: "tmp" },
    { kind: "directory", host: "data", guest: "/in", readOnly: true, flag: "mapdir" },
    { kind: "file", host: "a.txt", guest: "a.txt", readOnly: false, flag: "file" },
    { kind: "directory", host: ".", guest: ".", readOnly: false, flag: "dir" },
  ]);
});

Deno.test("Deno's own words are mounts and variables too", () => {
  const { mounts, variables } = settings("--allow-read=a,b", "--allow-write=b", "--allow-env=X,Y");
  assertEquals(mounts.map(({ host, readOnly }) => [host, readOnly]), [["a", true], ["b", false]]);
  assertEquals(variables, [{ name: "X", value: undefined }, { name: "Y", value: undefined }]);
  assertEquals(settings("--allow-write=a", "--allow-read=a").mounts.map(({ readOnly }) => readOnly), [false]);
  assertEquals(settings("--allow-env").variables, [{ name: undefined, value: undefined }]);
});

Deno.test("variables are set, passed on by name, or all passed on", () => {
  assertEquals(settings("--env", "A=1=2", "--env", "B=", "--env", "C", "--inherit-env").variables, [
    { name: "A", value: "1=2" },
    { name: "B", value: "" },
    { name: "C", value: undefined },
    { name: undefined, value: undefined },
  ]);
});

Deno.test("a trace is narrowed by families and redirected to a file", () => {
  assertEquals(settings("--trace").trace, { families: undefined, file: undefined });
  assertEquals(settings("--trace=fd,path").trace, { families: ["fd", "path"], file: undefined });
  assertEquals(settings("--trace=calls.txt").trace, { families: undefined, file: "calls.txt" });
  assertEquals(settings("--trace=./fd", "--trace=fd", "--trace=poll").trace, {
    families: ["fd", "poll"],
    file: "./fd",
  });
});

const BAD: [argv: string[], message: string, hint: string | undefined][] = [
  [
    ["--dir", "a", "--tmp", "a"],
    'Two mounts have the name "a" (--dir and --tmp)',
    "Give one of them another name: --dir HOST::OTHER",
  ],
  [
    ["--dir", ".", "--dir", "./"],
    'Two mounts have the name "./" (--dir and --dir)',
    "Give one of them another name: --dir ./::OTHER",
  ],
  [
    ["--dir", "a::b::c"],
    'Mount "a::b::c" has more than one "::", so it is not clear where the host path ends',
    undefined,
  ],
  [
    ["--mapdir", "/tmp"],
    'Mount "/tmp" names no directory of this machine',
    "Write --mapdir GUEST::HOST, with :ro behind it for reading only",
  ],
  [
    ["--dir="],
    'Mount "" names no directory of this machine',
    "Write --dir HOST::GUEST, with :ro behind it for reading only",
  ],
  [["--tmp="], 'Flag "--tmp" needs a name', "Write --tmp /tmp"],
  [["--allow-read="], 'Flag "--allow-read" needs a directory', "Write --allow-read=."],
  [["--env="], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--env", "=x"], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--allow-env=A,,B"], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--stdin="], 'Flag "--stdin" needs a value', "Write --stdin null for none"],
  [["--backend", "kernl"], 'Flag "--backend" does not know "kernl"', "It takes auto, kernel or portable"],
  [
    ["--trace=pth"],
    'Flag "--trace" knows no family of calls "pth"',
    "Did you mean --trace=path? For a file, write --trace=./pth",
  ],
  [
    ["--trace=banana"],
    'Flag "--trace" knows no family of calls "banana"',
    "It takes args, environ, clock, fd, path, poll, proc, random, sched or sock, or a file such as ./banana",
  ],
];

for (const [argv, message, hint] of BAD) {
  Deno.test(`keyhole ${argv.join(" ")} is refused: ${message}`, () => {
    const error: CommandError = assertThrows(() => settings(...argv), CommandError);
    assertEquals([error.message, error.code], [message, 2]);
    if (hint !== undefined) assertEquals(error.hint, hint);
  });
}
