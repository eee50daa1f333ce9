import { assert, assertEquals } from "@std/assert";
import { makePrompt } from "../../caps/cli/prompt.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { guestPath, inScratch, keyhole } from "./process.ts";

const CLI = guestPath("cli.ts");
const copy = guestPath("examples/copy/demo.wasm");
const calls = guestPath("tests/guests/calls.wasm");
const byPath = guestPath("tests/guests/by_path.wasm");

const hasPython = await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);

/** Runs keyhole on a terminal; one answer is typed at each question. */
async function onTerminal(
  directory: string,
  answers: string,
  ...args: readonly string[]
): Promise<{ code: number; shown: string; questions: number }> {
  const { code, stdout } = await new Deno.Command("python3", {
    args: [
      guestPath("tests/cli/on_terminal.py"),
      answers,
      ...[Deno.execPath(), "run", "-A", "--no-check", CLI, "--prompt", ...args],
    ],
    cwd: directory,
    env: { NO_COLOR: "1" },
  }).output();
  const shown = new TextDecoder().decode(stdout).replaceAll("\r\n", "\n").replaceAll("\r\x1b[0m\x1b[K", "");
  return { code, shown, questions: shown.split("Allow? ").length - 1 };
}

function terminalTest(name: string, test: () => Promise<void>): void {
  const ignored = Deno.build.os === "windows" || !hasPython;
  if (ignored) console.warn(`skipped, as there is no Python to make a terminal with: ${name}`);
  Deno.test({ name, ignore: ignored, fn: test });
}

const FILES = { "in/a.txt": "hello", "in/b.txt": "x", "out/": "" };

terminalTest("what is answered once holds for one call", async () => {
  await inScratch(FILES, async (directory) => {
    const asked = await onTerminal(directory, "y,y", copy, "in/a.txt", "out/b.txt");
    assertEquals([asked.code, asked.questions], [0, 2], asked.shown);
    assert(asked.shown.includes('keyhole: demo.wasm asks to read "in/a.txt", which no grant covers\n'));
    assert(asked.shown.includes('keyhole: demo.wasm asks to change "out/b.txt", which no grant covers\n'));
    assertEquals(await Deno.readTextFile(`${directory}/out/b.txt`), "hello");
    const twice = await onTerminal(directory, "y,n", calls, "dir:.", "open:in/a.txt", "open:in/a.txt");
    assertEquals(twice.questions, 2, twice.shown);
    assert(/= OK \d+\n[^]*= ENOTCAPABLE\n/.test(twice.shown), twice.shown);
  });
});

terminalTest("what is answered for the run is asked once, and a no as well", async () => {
  await inScratch(FILES, async (directory) => {
    const run = await onTerminal(
      directory,
      "r,",
      calls,
      "dir:.",
      "open:in/a.txt",
      "open:in/a.txt",
      "stat:in/a.txt",
    );
    assertEquals(run.questions, 1, run.shown);
    const all = await onTerminal(
      directory,
      "d,",
      calls,
      "dir:.",
      "open:in/a.txt",
      "open:in/b.txt",
      "list:in",
    );
    assertEquals(all.questions, 1, all.shown);
    const never = await onTerminal(
      directory,
      "n",
      calls,
      "open:in/a.txt",
      "open:in/a.txt",
      "unlink:in/a.txt",
    );
    assertEquals(never.questions, 1, never.shown);
    assertEquals(never.shown.split("= ENOTCAPABLE").length, 4, never.shown);
    const ended = await onTerminal(directory, "what,no", calls, "dir:.", "open:in/a.txt");
    assertEquals(
      ended.questions,
      3,
      "an answer that means nothing is asked again, and the end of input is a no",
    );
    assert(ended.shown.includes("= ENOTCAPABLE"), ended.shown);
  });
});

terminalTest("answers are kept as a policy that does the same", async () => {
  await inScratch(FILES, async (directory) => {
    const flags = ["--save-policy", "p.json"];
    const asked = await onTerminal(directory, "r,d", ...flags, copy, "in/a.txt", "out/b.txt");
    assertEquals([asked.code, asked.questions], [0, 2], asked.shown);
    const { mounts } = JSON.parse(await Deno.readTextFile(`${directory}/p.json`));
    assertEquals(mounts, [
      { file: "in/a.txt", as: "in/a.txt", access: "ro" },
      { dir: "out", as: "out", access: "rw" },
    ]);
    const again = await keyhole(directory, "--policy", "p.json", copy, "in/a.txt", "out/c.txt");
    assertEquals([again.code, again.stderr], [0, ""]);
    const offered = await onTerminal(directory, "r,d,q.json", copy, "in/a.txt", "out/b.txt");
    assert(offered.shown.includes("Keep what you granted as a policy?"), offered.shown);
    assertEquals(JSON.parse(await Deno.readTextFile(`${directory}/q.json`)).mounts, mounts);
  });
});

terminalTest("what is asked about is what the program means, however it was written", async () => {
  await inScratch(FILES, async (directory) => {
    const dotted = await onTerminal(directory, "d,y,y", copy, "./in/a.txt", "./out/b.txt");
    assertEquals(dotted.code, 0, dotted.shown);
    assert(dotted.shown.includes('asks to read "in/a.txt"'), dotted.shown);
    assert(dotted.shown.includes('asks to change "out/b.txt"'), dotted.shown);
    const absolute = await onTerminal(
      directory,
      "y,y",
      copy,
      `${directory}/in/a.txt`,
      `${directory}/out/c.txt`,
    );
    assertEquals([absolute.code, absolute.questions], [0, 2], absolute.shown);
    assert(absolute.shown.includes(`asks to change "${directory}/out/c.txt"`), absolute.shown);
    const inside = await onTerminal(directory, "y", byPath, "read:in/a.txt");
    assertEquals([inside.code, inside.questions], [0, 1], inside.shown);
    assert(
      inside.shown.includes('asks to read "in/a.txt"') && inside.shown.includes(": hello"),
      inside.shown,
    );
  });
});

terminalTest(
  "what a run made, moved or took away takes its directory in the policy of the next",
  async () => {
    await inScratch(FILES, async (directory) => {
      const cases: [answers: string, operations: string[], mounts: unknown[]][] = [
        ["r,r", ["read:in/a.txt", "write:out/new.txt"], [
          { file: "in/a.txt", as: "in/a.txt", access: "ro" },
          { dir: "out", as: "out", access: "rw" },
        ]],
        ["r,r", ["rename:in/a.txt,in/moved.txt"], [{ dir: "in", as: "in", access: "rw" }]],
        ["r", ["unlink:in/a.txt"], [{ dir: "in", as: "in", access: "rw" }]],
        ["y,r", ["mkdir:out/made", "write:out/made/x"], [{ dir: "out", as: "out", access: "rw" }]],
        ["r", ["append:in/b.txt"], [{ file: "in/b.txt", as: "in/b.txt", access: "rw" }]],
        ["r,r", ["read:in/none", "read:in/b.txt"], [{ file: "in/b.txt", as: "in/b.txt", access: "ro" }]],
      ];
      for (const [answers, operations, mounts] of cases) {
        for (const name of ["in", "out"]) await Deno.remove(`${directory}/${name}`, { recursive: true });
        await Deno.mkdir(`${directory}/out`);
        await Deno.mkdir(`${directory}/in`);
        for (const name of ["a", "b"]) await Deno.writeTextFile(`${directory}/in/${name}.txt`, "x");
        const asked = await onTerminal(directory, answers, "--save-policy=p.json", byPath, ...operations);
        assertEquals(asked.questions, answers.split(",").length, asked.shown);
        assertEquals(JSON.parse(await Deno.readTextFile(`${directory}/p.json`)).mounts, mounts, asked.shown);
      }
      const widened = await onTerminal(directory, "r", "--save-policy=p.json", byPath, "write:out/n.txt");
      assert(widened.shown.includes('"out/n.txt" was not there, or its name was changed'), widened.shown);
    });
  },
);

terminalTest("that nothing can be asked about is said", async () => {
  await inScratch(FILES, async (directory) => {
    const asked = await onTerminal(directory, "", "--dir", "in::.", byPath, "read:out/x");
    assert(asked.shown.includes('Next to a mount of "." nothing can be asked about'), asked.shown);
    const both = await onTerminal(directory, "", "--explain", byPath, "read:out/x");
    assertEquals(both.code, 2);
    assert(both.shown.includes('"--prompt" and "--explain" cannot be combined'), both.shown);
  });
});

terminalTest("answers are not kept through a link, which the program may have made meanwhile", async () => {
  await inScratch({ ...FILES, "secret/s.txt": "secret" }, async (directory) => {
    await Deno.symlink("secret/s.txt", `${directory}/p.json`);
    const asked = await onTerminal(
      directory,
      "r,d",
      "--save-policy",
      "p.json",
      copy,
      "in/a.txt",
      "out/b.txt",
    );
    assertEquals([asked.code, asked.questions], [125, 2], asked.shown);
    assert(asked.shown.includes('"p.json" is a symbolic link'), asked.shown);
    assertEquals(await Deno.readTextFile(`${directory}/secret/s.txt`), "secret");
  });
});

terminalTest("a link out of a directory that was granted is asked about anew", async () => {
  await inScratch({ ...FILES, "secret/s.txt": "secret" }, async (directory) => {
    await Deno.symlink("../secret", `${directory}/in/way`);
    const asked = await onTerminal(directory, "d,n", calls, "dir:.", "open:in/a.txt", "open:in/way/s.txt");
    assertEquals(asked.questions, 2, asked.shown);
    assert(asked.shown.includes("secret/s.txt"), asked.shown);
    assert(asked.shown.includes("= ENOTCAPABLE"), asked.shown);
  });
});

terminalTest("what a module asks for by itself is asked up front, and is nothing before", async () => {
  const grants = {
    mounts: [{ dir: "in", as: "/in" }, { dir: "out", as: "/out", access: "rw" }],
    env: { LANG: "C" },
  };
  await inScratch(FILES, async (directory) => {
    await Deno.writeFile(
      `${directory}/tool.wasm`,
      withSection(await Deno.readFile(copy), JSON.stringify(grants)),
    );
    const alone = await keyhole(directory, "tool.wasm", "/in/a.txt", "/out/b.txt");
    assertEquals(alone.code, 1, "nothing is granted by it alone");
    const granted = await onTerminal(directory, "y,y,n", "tool.wasm", "/in/a.txt", "/out/b.txt");
    assertEquals([granted.code, granted.questions], [0, 0], granted.shown);
    assert(granted.shown.includes('tool.wasm wants to read "in" as "/in". Grant it for this run? [y, n] >'));
    assert(granted.shown.includes('tool.wasm wants to read and change "out" as "/out".'));
    assert(granted.shown.includes("tool.wasm wants to set LANG."), granted.shown);
    const refused = await onTerminal(directory, "y,n,n,n", "tool.wasm", "/in/a.txt", "/out/b.txt");
    assertEquals([refused.code, refused.questions], [1, 1], refused.shown);
    const known = await onTerminal(
      directory,
      "n,n",
      "--dir",
      "in::/in:ro",
      "tool.wasm",
      "/in/a.txt",
      "/in/c",
    );
    assert(!known.shown.includes('as "/in"'), "what is granted already is not asked for");
  });
});

Deno.test("--prompt without a terminal is an error before anything runs", async () => {
  const { code, stdout, stderr } = await keyhole("/", "--prompt", calls, "open:x");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    'error: Flag "--prompt" needs a terminal\n  hint: To see what the program asks for, write --explain\n',
  );
});

Deno.test("--prompt cannot be had together with a lockdown that is required", async () => {
  const { code, stderr } = await keyhole("/", "--prompt", "--lockdown=require", calls);
  assertEquals(code, 2);
  assert(stderr.includes('"--prompt" and "--lockdown=require" cannot be combined'), stderr);
});

Deno.test("a question shows what a guest made up and does not obey it", () => {
  let shown = "";
  const terminal = { complain: (text: string) => void (shown += text) } as Terminal;
  const lines = ["?", "R"];
  const prompt = makePrompt("evil\x1b[2J", terminal, () => lines.shift());
  assertEquals(prompt.askAccess("a\nAllow? y\x1b[A", "read", "."), "run");
  assert(!shown.includes("\x1b[2J") && !shown.includes("\x1b[A") && !shown.includes("\nAllow? y"), shown);
  assertEquals(prompt.askAccess("a", "read", "."), "never", "nobody answers any more");
  assertEquals(prompt.askWhether("Really?"), false);
  let asked = 0;
  const endless = makePrompt("p", terminal, () => (asked++, "maybe"));
  assertEquals([endless.askAccess("a", "read", "."), endless.askWhether("?"), asked], ["never", false, 20]);
});

/** A module with what it asks for in a custom section. */
function withSection(module: Uint8Array, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const name = new TextEncoder().encode("keyhole.grants");
  const size = 1 + name.length + bytes.length;
  assert(size < 1 << 14);
  return new Uint8Array([...module, 0, (size & 0x7f) | 0x80, size >> 7, name.length, ...name, ...bytes]);
}
