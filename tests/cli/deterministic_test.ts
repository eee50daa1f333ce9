import { assertEquals, assertNotEquals } from "@std/assert";
import { type Ended, keyholeWith } from "./process.ts";
import { inRepository } from "../repository.ts";

const ROOT = inRepository("");

/** What a program is run with, besides `--deterministic`. */
interface Case {
  readonly name: string;
  readonly module: string;
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly stdin?: string;
}

const CASES: readonly Case[] = [
  {
    name: "the tutorial's copy in C",
    module: "examples/copy/demo.wasm",
    flags: ["--dir", "."],
    args: ["b", "to"],
  },
  {
    name: "the same in Rust",
    module: "examples/copy/demo_rust.wasm",
    flags: ["--dir", "."],
    args: ["b", "to"],
  },
  {
    name: "a filter of lines",
    module: "examples/filter/filter.wasm",
    flags: [],
    args: ["e"],
    stdin: "one\ntwo\nthree\n",
  },
  { name: "hello", module: "examples/copy/hello.wasm", flags: [], args: [] },
  {
    name: "raw calls: listings, numbers, times, clocks, random bytes",
    module: "tests/guests/calls.wasm",
    flags: ["--dir", ".::/", "--tmp", "/tmp"],
    args: [
      ...[
        "list:.",
        "stat:b",
        "stat:d",
        "readdir:3",
        "put:new:text",
        "stat:new",
        "unlink:b",
        "put:b2:x",
        "stat:b2",
      ],
      ...["mkdir:@/tmp@e", "list:@/tmp@.", "stat:@/tmp@e"],
      ...["clock:REALTIME", "clock:MONOTONIC", "sleep:50000000", "clock:MONOTONIC", "random:16"],
      ...["fdstat:0", "fdstat:1", "fstat:1", "poll:read/0", "read:0:7"],
    ],
    stdin: "some words",
  },
];

/** Files in the order given, so that two directories differ in all that a guest is not to see. */
async function fill(dir: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await Deno.writeTextFile(`${dir}/${name}`, `contents of ${name}`);
    await Deno.utime(`${dir}/${name}`, Math.random() * 1e9, Math.random() * 1e9);
  }
  await Deno.mkdir(`${dir}/d`);
}

/** Everything that comes of one run, and that somebody may compare. */
async function everything(it: Case, flags: readonly string[], names: readonly string[]): Promise<unknown> {
  const dir = await Deno.makeTempDir({ prefix: "keyhole-deterministic-" });
  try {
    await fill(dir, names);
    const all = [...it.flags, ...flags, "--trace=../trace", "--report", "../report"];
    const watching = `${dir}.out`;
    await Deno.mkdir(watching);
    const out = all.map((flag) => flag.replace("../", `${watching}/`));
    const ended: Ended = await keyholeWith(
      { stdin: it.stdin ?? "" },
      dir,
      ...out,
      `${ROOT}${it.module}`,
      ...it.args,
    );
    const report = JSON.parse(await Deno.readTextFile(`${watching}/report`));
    // The one thing of these that a run was asked for, and another was not.
    delete report.granted.backend;
    const trace = await Deno.readTextFile(`${watching}/trace`);
    await Deno.remove(watching, { recursive: true });
    const told = JSON.stringify(report).replaceAll(await Deno.realPath(dir), "DIR").replaceAll(dir, "DIR");
    return { ...ended, trace, report: told };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const it of CASES) {
  Deno.test(`--deterministic: ${it.name}: output, report and trace are the same twice`, async () => {
    const flags = ["--deterministic"];
    const first = await everything(it, flags, ["a", "b", "c"]);
    assertEquals((first as Ended).code, 0);
    assertEquals(await everything(it, flags, ["c", "b", "a"]), first);
    assertEquals(await everything(it, [...flags, "--backend", "portable"], ["b", "c", "a"]), first);
  });
}

Deno.test("without --deterministic the raw calls differ", async () => {
  const it = CASES.at(-1)!;
  assertNotEquals(await everything(it, [], ["a", "b", "c"]), await everything(it, [], ["c", "b", "a"]));
});

Deno.test("--deterministic: times are late enough for archives, and no file is of the future", async () => {
  const dir = await Deno.makeTempDir({ prefix: "keyhole-deterministic-" });
  try {
    await fill(dir, ["b"]);
    const calls = ["stat:b", "put:new:x", "stat:new", "clock:REALTIME"];
    const flags = ["--deterministic", "--dir", "."];
    const { stdout } = await keyholeWith({}, dir, ...flags, `${ROOT}tests/guests/calls.wasm`, ...calls);
    const shown = [...stdout.matchAll(/(?:mtim=|clock_time_get.* )(\d+)/g)].map(([, time]) =>
      Number(time) / 1e6
    );
    assertEquals(shown, Array(3).fill(Date.UTC(1980)));
    const clock = await keyholeWith(
      {},
      dir,
      "--clock",
      "step:5s",
      `${ROOT}tests/guests/calls.wasm`,
      ...calls.slice(3, 4),
    );
    assertEquals(clock.stdout, "clock_time_get(0) = OK 0\n");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
