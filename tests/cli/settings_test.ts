import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../caps/cli/messages.ts";
import { parseCommandLine } from "../../caps/cli/parse.ts";
import { readSettings } from "../../caps/cli/settings.ts";
import type { RunSettings } from "../../caps/cli/run_settings.ts";

const settings = (...argv: string[]): RunSettings =>
  readSettings(parseCommandLine([...argv, "m.wasm"]).flags, "posix");

Deno.test("without flags a guest is granted nothing but the streams", () => {
  assertEquals(settings(), {
    mounts: [],
    readOnly: false,
    variables: [],
    argv0: undefined,
    listen: [],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    threads: undefined,
    invoke: undefined,
    backend: "auto",
    lockdown: "auto",
    limits: {},
    clock: { kind: "system" },
    seed: undefined,
    deterministic: false,
    users: undefined,
    trace: undefined,
    report: undefined,
    explain: false,
    prompt: false,
    savePolicy: undefined,
    quiet: false,
    verbose: false,
  });
});

Deno.test("mounts of all kinds keep their order", () => {
  const { mounts } = settings(
    "--tmp",
    "/t",
    "--mapdir",
    "/in::data:ro",
    "--file",
    "a.txt::/etc/a.txt",
    "--dir=.",
  );
  assertEquals(mounts, [
    { kind: "memory", host: "", guest: "/t", readOnly: false, flag: "tmp" },
    { kind: "directory", host: "data", guest: "/in", readOnly: true, flag: "mapdir" },
    { kind: "file", host: "a.txt", guest: "/etc/a.txt", readOnly: false, flag: "file" },
    { kind: "directory", host: ".", guest: ".", readOnly: false, flag: "dir" },
  ]);
});

Deno.test("Deno's own words are mounts and variables too", () => {
  const { mounts, variables } = settings("--allow-read=a,b", "--allow-write=b", "--allow-env=X,Y");
  assertEquals(mounts.map(({ host, readOnly }) => [host, readOnly]), [["a", true], ["b", false]]);
  assertEquals(variables, [{ passOn: ["X", "Y"] }]);
  assertEquals(settings("--allow-write=a", "--allow-read=a").mounts.map(({ readOnly }) => readOnly), [false]);
  assertEquals(settings("--allow-env").variables, [{ passOn: undefined }]);
});

Deno.test("variables are set, passed on by name, or all passed on", () => {
  assertEquals(settings("--env", "A=1=2", "--env", "B=", "--env", "C", "--inherit-env").variables, [
    { name: "A", value: "1=2" },
    { name: "B", value: "" },
    { name: "C", value: undefined },
    { passOn: undefined },
  ]);
});

Deno.test("a trace is narrowed by families and redirected to a file", () => {
  assertEquals(settings("--trace").trace, { families: undefined, file: undefined });
  assertEquals(settings("--trace=fd,path").trace, { families: ["fd", "path"], file: undefined });
  assertEquals(settings("--trace=calls.txt").trace, { families: undefined, file: "calls.txt" });
  assertEquals(settings("--trace=./a,b").trace, { families: undefined, file: "./a,b" });
  assertEquals(settings("--trace=./fd", "--trace=fd", "--trace=poll").trace, {
    families: ["fd", "poll"],
    file: "./fd",
  });
});

Deno.test("limits are read in their units", () => {
  const { limits } = settings(
    ...["--max-file-size", "1K", "--max-disk=2M", "--max-entries", "3", "--max-open-files", "4"],
    ...["--max-memory", "64M", "--max-output", "0", "--timeout", "1.5s"],
  );
  assertEquals(limits, {
    fileSize: 1024,
    disk: 2 << 20,
    entries: 3,
    openFiles: 4,
    memory: 64 << 20,
    output: 0,
    timeout: 1500,
  });
});

Deno.test("clocks and seeds are read, and --deterministic sets both unless they are set", () => {
  assertEquals(settings("--clock", "step:2ms").clock, { kind: "step", step: 2_000_000n });
  assertEquals(settings("--clock=fixed:2026-01-31T12:00:00+01:00").clock, {
    kind: "fixed",
    time: BigInt(Date.UTC(2026, 0, 31, 11)) * 1_000_000n,
  });
  const { clock, seed } = settings("--deterministic");
  assertEquals([clock, seed], [{ kind: "step", step: 1_000_000n }, "0"]);
  const other = settings("--seed", "7", "--deterministic", "--clock", "fixed:0");
  assertEquals([other.clock, other.seed], [{ kind: "fixed", time: 0n }, "7"]);
  const leap = settings("--clock=fixed:2028-02-29").clock;
  assertEquals(leap, { kind: "fixed", time: BigInt(Date.UTC(2028, 1, 29)) * 1_000_000n });
});

Deno.test("--read-only holds for every mount, wherever it stands", () => {
  const { mounts } = settings("--dir", "a", "--read-only", "--tmp", "/t", "--allow-write=b", "--file", "c/d");
  assertEquals(mounts.map(({ readOnly }) => readOnly), [true, true, true, true]);
});

Deno.test("files of one directory are granted one by one", () => {
  const { mounts } = settings("--file", "a/x", "--file", "a/y:ro", "--file", "z::a/z");
  assertEquals(mounts.map(({ guest }) => guest), ["a/x", "a/y", "a/z"]);
});

const ABOUT_MOUNT = "with :ro behind it for reading only";
const BAD: [argv: string[], message: string, hint: string | undefined][] = [
  [
    ["--dir", "a", "--tmp", "a"],
    'Two mounts would be "a" for the program: --dir a and --tmp a',
    "Give one of them another name: --tmp /other",
  ],
  [
    ["--dir", ".", "--dir", "./"],
    'Two mounts would be "." for the program: --dir . and --dir ./',
    "Give one of them another name: --dir ./::/other",
  ],
  [
    ["--dir", ".", "--file", "a.txt"],
    'Two mounts would be "." for the program: --dir . and --file a.txt',
    "Give one of them another name: --file a.txt::/other/a.txt",
  ],
  [
    ["--file", "a.txt", "--file", "b::./a.txt"],
    'Two mounts would be "a.txt" for the program: --file a.txt and --file b::./a.txt',
    "Give one of them another name: --file b::/other/a.txt",
  ],
  [
    ["--dir", "docs", "--dir", "docs:ro"],
    'Two mounts would be "docs" for the program: --dir docs and --dir docs:ro',
    "Give one of them another name: --dir docs::/other:ro",
  ],
  [
    ["--mapdir", "/x::a", "--overlay", "my b::/x/:ro"],
    "Two mounts would be \"/x\" for the program: --mapdir /x::a and --overlay 'my b::/x/:ro'",
    "Give one of them another name: --overlay 'my b::/other:ro'",
  ],
  [
    ["--allow-read=a,./a"],
    'Two mounts would be "a" for the program: --allow-read=a and --allow-read=./a',
    "Give one of them another name: --dir ./a::/other:ro",
  ],
  [
    ["--dir", "a::b::c"],
    'Mount "a::b::c" has more than one "::", so it is not clear where the host path ends',
    `Write --dir HOST::GUEST, ${ABOUT_MOUNT}`,
  ],
  [
    ["--mapdir", "/tmp"],
    'Mount "/tmp" names no directory of this machine',
    `Write --mapdir GUEST::HOST, ${ABOUT_MOUNT}`,
  ],
  [["--dir="], 'Mount "" names no directory of this machine', `Write --dir HOST::GUEST, ${ABOUT_MOUNT}`],
  [["--file", "a/"], '"a/" cannot be the name of a file', "For a directory, write --dir a/"],
  [["--file", "a::/x/.."], '"/x/.." cannot be the name of a file', "For a directory, write --dir a::/x/.."],
  [
    ["--file", "test.txt::/x/:ro"],
    '"/x/" cannot be the name of a file',
    "For a file, write --file test.txt::/x/test.txt:ro; for a directory, --dir test.txt::/x/:ro",
  ],
  [["--tmp="], 'Flag "--tmp" needs a name', "Write --tmp /tmp"],
  [["--allow-read="], 'Flag "--allow-read" needs a directory', "Write --allow-read=."],
  [["--env="], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--env", "=x"], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--allow-env=A,,B"], "A variable needs a name", "Write --env NAME=VALUE"],
  [["--stdin="], 'Flag "--stdin" needs a value', "Write --stdin null for none"],
  [["--backend", "kernl"], 'Flag "--backend" does not know "kernl"', "It takes auto, kernel or portable"],
  [["--lockdown", "on"], 'Flag "--lockdown" does not know "on"', "It takes off, auto or require"],
  [
    ["--max-disk", "lots"],
    'Flag "--max-disk": "lots" is not a size: write bytes, or 64K, 64M or 1G',
    undefined,
  ],
  [["--timeout", "5"], 'Flag "--timeout": "5" is not a time: write 300ms, 2s or 1m', undefined],
  [["--max-entries", "1K"], 'Flag "--max-entries": "1K" is not a count: write a whole number', undefined],
  [["--max-open-files", "0"], 'Flag "--max-open-files" takes 1 to 1048576', undefined],
  [["--seed", "-1x"], 'Flag "--seed" needs a value', 'Write --seed=-1x if "-1x" is the value'],
  [["--seed=abc"], '"abc" is not a seed', "Write a whole number, or 64 hexadecimal digits"],
  [
    ["--clock", "real"],
    'Flag "--clock" does not know "real"',
    "It takes system, fixed:2026-01-31T12:00:00Z or step:10ms",
  ],
  [
    ["--clock", "fixed:2026-01-31T12:00:00"],
    '"2026-01-31T12:00:00" is not a time from 1970 on',
    "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970",
  ],
  [
    ["--clock", "fixed:2026-02-30"],
    'There is no day "2026-02-30"',
    "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970",
  ],
  [
    ["--clock", "fixed:2027-02-29T12:00:00Z"],
    'There is no day "2027-02-29"',
    "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970",
  ],
  [
    ["--clock", "fixed:2026-04-31T00:00+02:00"],
    'There is no day "2026-04-31"',
    "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970",
  ],
  [
    ["--deterministic", "--clock", "system"],
    "A run by the clock of this machine is never the same again",
    "Leave out --clock system or --deterministic",
  ],
  [
    ["--clock=system", "--deterministic"],
    "A run by the clock of this machine is never the same again",
    "Leave out --clock system or --deterministic",
  ],
  [
    ["--clock", "fixed:1969-12-31"],
    '"1969-12-31" is not a time from 1970 on',
    "Write --clock fixed:2026-01-31T12:00:00Z, or seconds since 1970",
  ],
  [
    ["--clock", "step:0s"],
    'Flag "--clock": "0s" is not a time: write 300ms, 2s or 1m',
    "Write --clock step:10ms",
  ],
  [
    ["--trace=pth"],
    'Flag "--trace" knows no family of calls "pth"',
    "Did you mean --trace=path? For a file, write --trace=./pth",
  ],
  [
    ["--trace=fd,./file"],
    'Flag "--trace" takes families of calls or a file, not both at once',
    "Write --trace=fd --trace=./file",
  ],
  [
    ["--trace=my calls.txt,path,fd"],
    'Flag "--trace" takes families of calls or a file, not both at once',
    "Write --trace=path,fd --trace='my calls.txt'",
  ],
  [
    ["--trace=fd,pth,./file"],
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
    assertEquals([error.message, error.hint, error.code], [message, hint, 2]);
  });
}
