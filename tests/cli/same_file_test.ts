/** One file named by two flags: what one of them writes, the other would lose. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole, keyholeInShell } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const ignore = Deno.build.os === "windows"; // Not every user may make links there.
const OTHER = "Give one of them another file";

async function refused(directory: string, flags: readonly string[], message: string): Promise<void> {
  const { code, stdout, stderr } = await keyhole(directory, ...flags, calls, "print:x:1");
  assertEquals([flags, code, stdout, stderr], [flags, 2, "", `error: ${message}\n`]);
}

Deno.test("a file that two flags name is refused, whether it is there or not, and nothing is touched", async () => {
  const pairs: [flags: string[], names: string, file: string][] = [
    [["--report", "x", "--stdout", "x"], '"--stdout" and "--report"', "x"],
    [["--report=./x", "--stderr=x"], '"--stderr" and "--report"', "./x"],
    [["--trace=./x", "--report", "x"], '"--report" and "--trace"', "./x"],
    [["--save-policy", "d/../x", "--stdout", "x"], '"--stdout" and "--save-policy"', "d/../x"],
    [["--trace=./x", "--save-policy", "x"], '"--trace" and "--save-policy"', "x"],
    [["--stdin=x", "--stdout", "x"], '"--stdin" and "--stdout"', "x"],
  ];
  const before: Record<string, string>[] = [{ "d/": "", "x": "old" }, { "d/": "" }];
  for (const files of before) {
    await inScratch(files, async (directory) => {
      for (const [flags, names, file] of pairs) {
        await refused(directory, flags, `Flags ${names} name one file: "${file}"\n  hint: ${OTHER}`);
      }
      const left = Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
      assertEquals(left, "x" in files ? ["d", "x"] : ["d"]);
      if ("x" in files) assertEquals(await Deno.readTextFile(`${directory}/x`), "old");
    });
  }
});

Deno.test("the program, its policy and a box's journal are no files for output, nor is what the shell has opened", async () => {
  const text = '(module (memory (export "memory") 1) (func (export "_start")))';
  await inScratch({ "m.wat": text, "p.json": "{}", "log": "old\n" }, async (directory) => {
    const told = async (...args: string[]): Promise<unknown[]> => {
      const { code, stderr } = await keyhole(directory, ...args);
      return [code, stderr.split("\n")[0]];
    };
    for (const flag of ["stdout", "report", "save-policy"]) {
      const message = `error: Flag "--${flag}" names a file that is the module, too: "m.wat"`;
      assertEquals(await told(`--${flag}`, "m.wat", "m.wat"), [2, message]);
    }
    const policy = 'error: Flags "--policy" and "--stdout" name one file: "./p.json"';
    assertEquals(await told("--policy", "p.json", "--stdout", "./p.json", "m.wat"), [2, policy]);
    const journal = 'error: Flags "--replay" and "--stdout" name one file: "log"';
    assertEquals(await told("box", "--replay", "log", "--stdout", "log", "m.wat"), [2, journal]);
    assertEquals(await told("--stdin", "m.wat", "m.wat"), [0, ""]);
    assertEquals(await Deno.readTextFile(`${directory}/m.wat`), text);
    assertEquals(await Deno.readTextFile(`${directory}/log`), "old\n");
    if (Deno.build.os === "windows") return;
    const { code, stderr } = await keyholeInShell('"$@" >> log', directory, "--report", "log", "m.wat");
    const message = 'error: Flag "--report" names a file that is standard output, too: "log"';
    assertEquals([code, stderr.split("\n")[0]], [2, message]);
    assertEquals(await Deno.readTextFile(`${directory}/log`), "old\n");
  });
});

Deno.test("two spellings of one file for both outputs are refused, and one is shared", async () => {
  await inScratch({}, async (directory) => {
    const message = 'Flags "--stdout" and "--stderr" name one file: "./x"\n' +
      "  hint: Write its name in the same way for both, and it gets the lines of both in order";
    await refused(directory, ["--stdout", "x", "--stderr", "./x"], message);
    const { code } = await keyhole(directory, "--stdout=x", "--stderr=x", calls, "print:a:1", "print:b:2");
    assertEquals([code, (await Deno.readTextFile(`${directory}/x`)).includes("b")], [0, true]);
    const named = 'Flags "--stdout" and "--report" name one file: "x"\n  hint: ' + OTHER;
    await refused(directory, ["--stdout=x", "--stderr=x", "--report=x"], named);
  });
});

Deno.test({
  name: "links do not hide that it is one file",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "x": "old", "d/": "" }, async (directory) => {
      await Deno.symlink("x", `${directory}/soft`);
      await Deno.link(`${directory}/x`, `${directory}/hard`);
      await Deno.symlink(".", `${directory}/here`);
      for (const [one, two] of [["x", "soft"], ["x", "hard"], ["x", "here/x"], ["new", "here/new"]]) {
        const message = `Flags "--stdout" and "--report" name one file: "${two}"\n  hint: ${OTHER}`;
        await refused(directory, ["--stdout", one!, "--report", two!], message);
      }
      assertEquals(await Deno.readTextFile(`${directory}/x`), "old");
    });
  },
});

Deno.test({
  name: "what is no file may get everything",
  ignore,
  async fn(): Promise<void> {
    await inScratch({}, async (directory) => {
      const { code } = await keyhole(directory, "--report=/dev/null", "--trace=/dev/null", calls, "exit:0");
      assertEquals(code, 0);
    });
  },
});

Deno.test("different files are different, also in different directories", async () => {
  await inScratch({ "a/": "", "b/": "", "in": "" }, async (directory) => {
    const flags = ["--stdin=in", "--stdout=a/x", "--stderr=b/x", "--report=a/r", "--trace=b/t"];
    assertEquals((await keyhole(directory, ...flags, calls, "print:x:1")).code, 0);
  });
});
