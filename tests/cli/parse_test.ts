import { assertEquals, assertThrows } from "@std/assert";
import { FLAGS } from "../../caps/cli/flags.ts";
import { CommandError } from "../../caps/cli/messages.ts";
import { type GivenFlag, parseCommandLine } from "../../caps/cli/parse.ts";
import { plainLine } from "../../caps/cli/plain_line.ts";

const given = (name: string, value = ""): GivenFlag => ({ name, value } as GivenFlag);

const GOOD: [argv: string[], command: string, flags: GivenFlag[], operands: string[]][] = [
  [[], "run", [], []],
  [["a.wasm"], "run", [], ["a.wasm"]],
  [["run", "a.wasm"], "run", [], ["a.wasm"]],
  [["-"], "run", [], ["-"]],
  [["--dir", ".", "a.wasm"], "run", [given("dir", ".")], ["a.wasm"]],
  [["--dir=.", "a.wasm"], "run", [given("dir", ".")], ["a.wasm"]],
  [["--dir", "b c", "a b.wasm"], "run", [given("dir", "b c")], ["a b.wasm"]],
  [["--env=A=b=c", "a.wasm"], "run", [given("env", "A=b=c")], ["a.wasm"]],
  [["--env", "A=--dir", "a.wasm"], "run", [given("env", "A=--dir")], ["a.wasm"]],
  [["--dir=--odd", "a.wasm"], "run", [given("dir", "--odd")], ["a.wasm"]],
  // Mounts are made in the order given, whichever flag made them.
  [
    ["--tmp", "/t", "--dir", ".", "--tmp", "/u", "a.wasm"],
    "run",
    [given("tmp", "/t"), given("dir", "."), given("tmp", "/u")],
    ["a.wasm"],
  ],
  // An optional value is never the next word.
  [["--trace", "fd", "x"], "run", [given("trace")], ["fd", "x"]],
  [["--trace=fd", "x"], "run", [given("trace", "fd")], ["x"]],
  // Whatever follows the module is the guest's.
  [["a.wasm", "--dir", "/", "--help", "--", "-"], "run", [], ["a.wasm", "--dir", "/", "--help", "--", "-"]],
  [["run", "--quiet", "a.wasm", "--quiet=x"], "run", [given("quiet")], ["a.wasm", "--quiet=x"]],
  [["--", "--odd.wasm", "--dir", "/"], "run", [], ["--odd.wasm", "--dir", "/"]],
  [["--quiet", "--", "inspect"], "run", [given("quiet")], ["inspect"]],
  [["run", "inspect"], "run", [], ["inspect"]],
  [["run", "-", "-"], "run", [], ["-", "-"]],
  // Other commands take flags anywhere.
  [["inspect", "a.wasm", "--json"], "inspect", [given("json")], ["a.wasm"]],
  [["wat", "a.wat", "-o", "b.wasm"], "wat", [given("output", "b.wasm")], ["a.wat"]],
  // A value may be glued to a short flag, as with a compiler.
  [["wat", "a.wat", "-ob.wasm"], "wat", [given("output", "b.wasm")], ["a.wat"]],
  [["wat", "-o../b=1.wasm", "a.wat"], "wat", [given("output", "../b=1.wasm")], ["a.wat"]],
  [["wat", "-o-", "a.wat"], "wat", [given("output", "-")], ["a.wat"]],
  [["wat", "-o=b.wasm", "a.wat"], "wat", [given("output", "b.wasm")], ["a.wat"]],
  [["wat", "-o=b=1.wasm", "a.wat"], "wat", [given("output", "b=1.wasm")], ["a.wat"]],
  [["wat", "--output", "b.wasm", "a.wat"], "wat", [given("output", "b.wasm")], ["a.wat"]],
  [["wat", "--output=b.wasm", "a.wat"], "wat", [given("output", "b.wasm")], ["a.wat"]],
  [["wat", "-h"], "wat", [given("help")], []],
  [["wat", "-o", "-", "-"], "wat", [given("output", "-")], ["-"]],
  [["--env-inherit", "a.wasm"], "run", [given("inherit-env")], ["a.wasm"]],
];

for (const [argv, command, flags, operands] of GOOD) {
  Deno.test(`keyhole ${argv.join(" ")}`, () => {
    assertEquals(parseCommandLine(argv), { command, flags, operands } as ReturnType<typeof parseCommandLine>);
  });
}

Deno.test("a line without flags, and without another command than run, is taken apart as any other, and no other line is taken for one", () => {
  const taken = GOOD.map(([argv]) => argv).filter((argv) => plainLine(argv) !== undefined);
  for (const argv of taken) assertEquals(plainLine(argv), parseCommandLine(argv));
  assertEquals(taken, [
    ["a.wasm"],
    ["run", "a.wasm"],
    ["a.wasm", "--dir", "/", "--help", "--", "-"],
    ["run", "inspect"],
  ]);
  for (const [argv] of BAD) assertEquals(plainLine(argv), undefined);
});

const BAD: [argv: string[], message: string, hint: string][] = [
  [["--drr", ".", "a.wasm"], 'Unknown flag "--drr"', "Did you mean --dir?"],
  [["--map-dirs=/a::b", "a.wasm"], 'Unknown flag "--map-dirs"', "Did you mean --mapdir?"],
  [["--inherit", "a.wasm"], 'Unknown flag "--inherit"', "Did you mean --inherit-env?"],
  [["--zzzzzz", "a.wasm"], 'Unknown flag "--zzzzzz"', "See keyhole run --help"],
  [["-dir", ".", "a.wasm"], 'Unknown flag "-dir"', "Did you mean --dir?"],
  [["-x", "a.wasm"], 'Unknown flag "-x"', "See keyhole run --help"],
  [["--constructor", "a.wasm"], 'Unknown flag "--constructor"', "See keyhole run --help"],
  [["--__proto__=x", "a.wasm"], 'Unknown flag "--__proto__"', "See keyhole run --help"],
  [["-mount=data:/in:ro", "a.wasm"], 'Unknown flag "-mount"', "Use --dir data::/in:ro"],
  [["--volume", "my data:/in", "a.wasm"], 'Unknown flag "--volume"', "Use --dir 'my data::/in'"],
  [["-v", "C:\\data:/in", "a.wasm"], 'Unknown flag "-v"', "Use --dir 'C:\\data::/in'"],
  [["--volume"], 'Unknown flag "--volume"', "Use --dir HOST::GUEST, with :ro behind it for reading only"],
  [
    ["-A", "a.wasm"],
    'Unknown flag "-A"',
    "Grant what the program needs by name: --dir DIR, --env NAME, --inherit-env",
  ],
  [["-R", "a.wasm"], 'Unknown flag "-R"', "Use --allow-read=DIR"],
  [
    ["-W=out", "a.wasm"],
    'Unknown flag "-W"',
    "Use --allow-write=DIR to let the program write; keyhole --help lists all flags",
  ],
  [["-E", "a.wasm"], 'Unknown flag "-E"', "Use --allow-env=NAME, or --env NAME=VALUE"],
  [
    ["-N", "a.wasm"],
    'Unknown flag "-N"',
    "A program can have listening sockets and nothing else of the network: --listen HOST:PORT",
  ],
  [["--json", "a.wasm"], 'Flag "--json" belongs to inspect, not to run', "See keyhole run --help"],
  [
    ["inspect", "--dir", ".", "a.wasm"],
    'Flag "--dir" belongs to run, serve, box and snapshot, not to inspect',
    "See keyhole inspect --help",
  ],
  [["--dir"], 'Flag "--dir" needs a value', "Write --dir HOST[::GUEST][:ro]"],
  [
    ["--dir", "--tmp", "/t", "a.wasm"],
    'Flag "--dir" needs a value',
    'Write --dir=--tmp if "--tmp" is the value',
  ],
  [["-ob.wasm", "a.wasm"], 'Unknown flag "-ob.wasm"', "See keyhole run --help"],
  [["-hx", "a.wasm"], 'Unknown flag "-hx"', "See keyhole run --help"],
  [["wat", "a.wat", "-output", "b.wasm"], 'Unknown flag "-output"', "Did you mean --output?"],
  [["wat", "a.wat", "-output=b.wasm"], 'Unknown flag "-output"', "Did you mean --output?"],
  [["wat", "a.wat", "-o"], 'Flag "--output" needs a value', "Write --output FILE"],
  [["wat", "a.wat", "-oa", "-ob"], 'Flag "--output" was given twice', "Keep the one you mean"],
  [["wat", "-h=x", "a.wat"], 'Flag "--help" takes no value', "Write --help"],
  [["--quiet=yes", "a.wasm"], 'Flag "--quiet" takes no value', "Write --quiet"],
  [["--argv0", "a", "--argv0=b", "c.wasm"], 'Flag "--argv0" was given twice', "Keep the one you mean"],
];

for (const [argv, message, hint] of BAD) {
  Deno.test(`keyhole ${argv.join(" ")} is refused: ${message}`, () => {
    const error: CommandError = assertThrows(() => parseCommandLine(argv), CommandError);
    assertEquals([error.message, error.hint, error.code], [message, hint, 2]);
  });
}

Deno.test("no flag's other spelling is a flag, or another's spelling", () => {
  const all = Object.values(FLAGS).flatMap((flag) => [...flag.spellings ?? []]);
  assertEquals(new Set(all).size, all.length);
  assertEquals(all.filter((name) => Object.hasOwn(FLAGS, name)), []);
  const letters = Object.values(FLAGS).flatMap((flag) => flag.short ?? []);
  assertEquals(new Set(letters).size, letters.length);
});
