import { assert, assertEquals } from "@std/assert";
import { type Ended, keyhole, keyholeInShell, keyholeWith, startKeyhole } from "./process.ts";
import { inRepository } from "../repository.ts";

const GUESTS = inRepository("examples/box/");

/** Runs `keyhole box` in a scratch folder of its own, with lines to read. */
async function inScratch(
  test: (
    box: (guest: string, flags: readonly string[], ...lines: string[]) => Promise<Ended>,
    dir: string,
  ) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "keyhole-box-" });
  try {
    await test((guest, flags, ...lines) => {
      const stdin = lines.map((line) => line + "\n").join("");
      return keyholeWith({ stdin }, dir, "box", ...flags, `${GUESTS}${guest}.wasm`);
    }, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("lines go in, messages come out", async () => {
  await inScratch(async (box) => {
    assertEquals(await box("counter", [], "up", "up", "down"), {
      code: 0,
      stdout: "==> [value=1]\n==> [value=2]\n==> [value=1]\n",
      stderr: "",
    });
    const { stdout } = await box("echo", [], "", "größer", "!!!x");
    assertEquals(stdout, "==> [ready]\n==> [Echo: ]\n==> [Echo: größer]\n==> [Echo: !!x]\n");
  });
});

Deno.test("a last line without an end is a message too, and lines of Windows are", async () => {
  await inScratch(async (_box, dir) => {
    const { stdout } = await keyholeWith({ stdin: "up\r\nup" }, dir, "box", `${GUESTS}counter.wasm`);
    assertEquals(stdout, "==> [value=1]\n==> [value=2]\n");
  });
});

Deno.test("a snapshot is frozen to a file and restored from it, in this process and in another", async () => {
  await inScratch(async (box) => {
    const first = await box("counter", [], "up", "!!snapshot a.bin", "up", "!!restore a.bin", "up");
    assertEquals(
      first.stdout,
      "==> [value=1]\nFroze to a.bin\n==> [value=2]\nRestored from a.bin\n==> [value=2]\n",
    );
    const second = await box("counter", [], "!!restore a.bin", "down");
    assertEquals([second.stdout, second.stderr], ["Restored from a.bin\n==> [value=0]\n", ""]);
  });
});

Deno.test("a snapshot has a name of its own and is never written over", async () => {
  await inScratch(async (box, dir) => {
    const { stdout } = await box("counter", [], "!!snapshot");
    const [, name] = /^Froze to (snapshot-\d{10}\.bin)\n$/.exec(stdout)!;
    const before = await Deno.readFile(`${dir}/${name}`);
    const again = await box("counter", [], "up", `!!snapshot ${name}`, "up");
    assertEquals(again.stdout, "==> [value=1]\n==> [value=2]\n");
    assertEquals(again.stderr, `error: File "${name}" is there already, and is not written over\n`);
    assertEquals(await Deno.readFile(`${dir}/${name}`), before);
  });
});

Deno.test("what a command cannot do is said, and the loop goes on", async () => {
  await inScratch(async (box, dir) => {
    await Deno.writeTextFile(`${dir}/text`, "no snapshot");
    const { code, stdout, stderr } = await box(
      "counter",
      [],
      "!!frob",
      "!!restore",
      "!!restore missing",
      "!!restore text",
      "!!clock soon",
      "!!clock 99999999999999",
      "!!clock 18446744073710",
      "!!clock 18446744073709",
      "up",
    );
    assertEquals([code, stdout], [0, "==> [value=1]\n"]);
    assertEquals(stderr.split("\n"), [
      'error: Unknown command "!!frob"',
      "error: No snapshot given: write !!restore FILE",
      'error: File "missing" does not exist',
      "error: This is not a snapshot of keyhole",
      'error: "soon" is not a time: write !!clock and milliseconds since 1970',
      "error: Cannot set a clock to 99999999999999 ms: give a whole number from 0 to 18446744073709",
      "error: Cannot set a clock to 18446744073710 ms: give a whole number from 0 to 18446744073709",
      "",
    ]);
  });
});

Deno.test("the clock follows this machine, stands still, or shows what it was set to", async () => {
  await inScratch(async (box) => {
    const wall = (stdout: string): number[] =>
      [...stdout.matchAll(/wall=(\d+)/g)].map((match) => Number(match[1]) / 1e6);
    const before = Date.now();
    const [now] = wall((await box("sleep", [], "wall")).stdout);
    assert(now! >= before && now! <= Date.now());
    assertEquals(
      wall((await box("sleep", ["--freeze-time"], "wall", "!!clock 1500", "wall", "wall")).stdout),
      [
        0,
        1500,
        1500,
      ],
    );
    assertEquals(wall((await box("sleep", [], "!!clock 1500", "wall")).stdout), [1500]);
    const [set] = wall((await box("sleep", ["--freeze-time"], "!!clock", "wall")).stdout);
    assert(set! >= before);
  });
});

Deno.test("a guest that fails is told, and can be restored", async () => {
  await inScratch(async (box) => {
    const poisoned = await box("trap", [], "a", "trap", "a");
    assertEquals([poisoned.code, poisoned.stdout], [134, "==> [count=1]\n==> [count=2]\n"]);
    assertEquals(
      poisoned.stderr,
      "error: The guest crashed: unreachable\n" +
        "error: The guest has failed\n  hint: Write !!restore FILE, or use --roll-back next time\n",
    );
    const restored = await box("trap", [], "!!snapshot s", "trap", "!!restore s", "a");
    assertEquals([restored.code, restored.stdout.split("\n").slice(1)], [0, [
      "==> [count=1]",
      "Restored from s",
      "==> [count=1]",
      "",
    ]]);
    const rolled = await box("trap", ["--roll-back"], "a", "trap", "a");
    assertEquals([rolled.code, rolled.stdout], [0, "==> [count=1]\n==> [count=2]\n"]);
    const stopped = await box("trap", ["--timeout", "300ms"], "spin");
    assertEquals([stopped.code, stopped.stderr], [124, "error: The guest took longer than 300 ms\n"]);
    const spent = await box("trap", ["--fuel", "1000000"], "spin");
    assertEquals([spent.code, spent.stderr], [
      125,
      "error: The guest used more than 1000000 units of fuel\n",
    ]);
  });
});

Deno.test("the raw form is written and read on request", async () => {
  await inScratch(async (box, dir) => {
    await box("counter", ["--raw", "--freeze-time"], "up", "!!clock 77", "!!snapshot raw");
    const raw = await Deno.readFile(`${dir}/raw`);
    const view = new DataView(raw.buffer);
    const length = Number(view.getBigUint64(0, true));
    assertEquals([raw.length, view.getBigUint64(8 + length, true)], [length + 72, 77n]);
    assertEquals(
      (await box("counter", ["--raw"], "!!restore raw", "up")).stdout,
      "Restored from raw\n==> [value=2]\n",
    );
    assertEquals(
      (await box("counter", [], "!!restore raw")).stderr,
      "error: This is not a snapshot of keyhole\n",
    );
  });
});

Deno.test("a journal is gone on with, and replayed to any point with the same hash", async () => {
  await inScratch(async (box, dir) => {
    const flags = ["--journal", "j", "--freeze-time"];
    const first = await box("counter", flags, "up", "!!hash", "up");
    const second = await box("counter", flags, "up", "!!hash");
    assertEquals(second.stdout.split("\n")[0], "==> [value=3]");
    const module = `${GUESTS}counter.wasm`;
    const whole = await keyhole(dir, "box", "--replay", "j", module);
    assertEquals(whole.stdout, "==> [value=1]\n==> [value=2]\n" + second.stdout);
    assertEquals((await keyhole(dir, "box", "--replay", "j", module)).stdout, whole.stdout);
    const part = await keyhole(dir, "box", "--replay", "j", "--entries", "1", module);
    assertEquals(part.stdout, first.stdout.split("\n").slice(0, 2).join("\n") + "\n");
    const other = await keyhole(dir, "box", "--replay", "j", `${GUESTS}echo.wasm`);
    assertEquals([other.code, other.stderr], [
      2,
      "error: The journal was written by a box of another module\n",
    ]);
  });
});

Deno.test("flags of a replay that make no sense are refused before anything is opened", async () => {
  await inScratch(async (_box, dir) => {
    const module = `${GUESTS}counter.wasm`;
    for (
      const [flags, message, hint] of [
        [
          ["--entries", "3"],
          'Flag "--entries" needs "--replay"',
          "Write --replay JOURNAL --entries 3",
        ],
        [
          ["--entries", "3", "--journal", "j2"],
          'Flag "--entries" needs "--replay"',
          "Write --replay JOURNAL --entries 3",
        ],
        [
          ["--replay", "nope", "--journal", "j2"],
          'Flags "--journal" and "--replay" cannot be combined',
          "A replay writes nothing: leave out --journal",
        ],
        [
          ["--replay", "nope", "--entries", "x", "--stdout", "out"],
          '"x" is not a number of entries',
          "Write --entries 3",
        ],
      ] as const
    ) {
      const { code, stdout, stderr } = await keyhole(dir, "box", ...flags, module);
      assertEquals([code, stdout, stderr], [2, "", `error: ${message}\n  hint: ${hint}\n`]);
    }
    assertEquals(Array.from(Deno.readDirSync(dir)), []);
  });
});

Deno.test("a file that is something else is refused by how it begins, however large it is", async () => {
  await inScratch(async (box, dir) => {
    const huge = async (name: string, start: readonly number[]): Promise<void> => {
      await Deno.writeFile(`${dir}/${name}`, new Uint8Array(start));
      await Deno.truncate(`${dir}/${name}`, 2 ** 40);
    };
    await huge("zeros", []);
    await huge("snapshot", [0xa7, 0x6b, 0x65, 0x79, 0x68, 0x6f, 0x6c, 0x65]);
    const { code, stdout, stderr } = await box("counter", [], "!!restore zeros", "!!restore snapshot", "up");
    assertEquals([code, stdout], [0, "==> [value=1]\n"]);
    assertEquals(stderr.split("\n"), [
      "error: This is not a snapshot of keyhole",
      'error: File "snapshot" is too large to be read',
      "",
    ]);
    const raw = await box("counter", ["--raw"], "!!restore zeros", "up");
    assertEquals([raw.code, raw.stdout], [0, "==> [value=1]\n"]);
    assertEquals(
      raw.stderr,
      "error: This is not a snapshot in the raw form: a memory of 0 bytes does not make a file of 1099511627776\n",
    );
    for (const flag of ["--journal", "--replay"]) {
      const { code, stderr } = await box("counter", [flag, "zeros"], "up");
      assertEquals([code, stderr], [2, "error: This is not the journal of a box\n"]);
    }
    assertEquals((await Deno.stat(`${dir}/zeros`)).size, 2 ** 40);
  });
});

Deno.test("a journal is one box's at a time", async () => {
  await inScratch(async (box, dir) => {
    const first = startKeyhole(dir, ["box", "--journal", "j", `${GUESTS}counter.wasm`], "piped");
    const lines = first.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const input = first.stdin.getWriter();
    const send = async (): Promise<string | undefined> => {
      await input.write(new TextEncoder().encode("up\n"));
      return (await lines.read()).value;
    };
    assertEquals(await send(), "==> [value=1]\n");
    const before = await Deno.readFile(`${dir}/j`);
    assertEquals(await box("counter", ["--journal", "j"], "up"), {
      code: 2,
      stdout: "",
      stderr: 'error: File "j" is in use by another process\n',
    });
    assertEquals(await Deno.readFile(`${dir}/j`), before);
    assertEquals(await send(), "==> [value=2]\n");
    await input.close();
    assertEquals((await lines.read()).done, true);
    await first.stderr.cancel();
    assertEquals((await first.status).code, 0);
    assertEquals((await box("counter", ["--journal", "j"], "up")).stdout, "==> [value=3]\n");
    const { stdout } = await keyhole(dir, "box", "--replay", "j", `${GUESTS}counter.wasm`);
    assertEquals(stdout.split("\n").slice(0, 3), [1, 2, 3].map((value) => `==> [value=${value}]`));
  });
});

Deno.test("input that cannot be read is not taken for the journal", async () => {
  await inScratch(async (_, dir) => {
    const args = ["box", "--journal", "j", `${GUESTS}counter.wasm`];
    const { code, stdout, stderr } = await keyholeInShell('"$@" <.', dir, ...args);
    assertEquals([code, stdout, stderr], [
      2,
      "",
      "error: Standard input cannot be read: it is a directory\n",
    ]);
  });
});

Deno.test("a module that is no guest is refused by what it lacks", async () => {
  const { code, stderr } = await keyhole(
    "/",
    "box",
    inRepository("examples/copy/demo.wasm"),
  );
  assertEquals(code, 126);
  assert(stderr.includes('does not export the function "wasmbox_initialize"'), stderr);
});
