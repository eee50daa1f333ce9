/** One file named by two flags: what one of them writes, the other would lose. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

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
