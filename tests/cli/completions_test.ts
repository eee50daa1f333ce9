import { assert, assertEquals } from "@std/assert";
import { SHELLS } from "../../caps/cli/commands.ts";
import { completionScript } from "../../caps/cli/completions/script.ts";
import { flagsOf } from "../../caps/cli/flags.ts";

/** What a shell prints for a script, or `undefined` when this machine does not have it. */
async function shell(name: string, args: string[], cwd?: string): Promise<string | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, { args, cwd, stdin: "null" }).output();
    const text = new TextDecoder();
    assertEquals([code, text.decode(stderr)], [0, ""]);
    return text.decode(stdout);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`${name} is not on this machine: its completions were only looked at`);
    return undefined;
  }
}

for (const name of SHELLS) {
  Deno.test(`${name} understands its completions, and they name every flag of run`, async () => {
    const script = completionScript(name)!;
    for (const flag of flagsOf("run")) {
      assert(script.includes(name === "fish" ? `-l ${flag} ` : `--${flag}`), flag);
    }
    const file = await Deno.makeTempFile({ suffix: `.${name}` });
    try {
      await Deno.writeTextFile(file, script);
      await shell(name, ["-n", file]);
    } finally {
      await Deno.remove(file);
    }
  });
}

/** What bash offers when the last of these words is completed. */
async function offered(...words: string[]): Promise<string[] | undefined> {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${cwd}/sub dir`);
    await Deno.writeTextFile(`${cwd}/tool one.wasm`, "");
    const script = `${completionScript("bash")}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_keyhole
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const text = await shell("bash", ["-c", script, "bash", "keyhole", ...words], cwd);
    return text?.split("\n").filter((line) => line !== "").toSorted();
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("bash offers commands, flags, values and files where each belongs", async () => {
  const rows: [words: string[], offers: string[]][] = [
    [["ins"], ["inspect"]],
    [["--mapd"], ["--mapdir"]],
    [["inspect", "--"], ["--help", "--json"]],
    [["inspect", ""], ["sub dir", "tool one.wasm"]],
    [["--dir", ""], ["sub dir"]],
    [["--dir", "=", ""], ["sub dir"]],
    [["--dir", "="], ["sub dir"]],
    [["--backend", "p"], ["portable"]],
    [["--env", ""], []],
    [["completions", ""], ["bash", "fish", "zsh"]],
    [["--quiet", "to"], ["tool one.wasm"]],
    // Behind the module nothing of keyhole's is offered.
    [["m.wasm", "--mapd"], []],
    [["--dir", ".", "m.wasm", "--mapd"], []],
    [["serve", "m.wasm", "--mapd"], []],
    [["--dir", "=", ".", "--trace", "=", "fd", "--mapd"], ["--mapdir"]],
    [["run", "--dir", ".", "--mapd"], ["--mapdir"]],
    [["m.wasm", "su"], ["sub dir"]],
  ];
  for (const [words, offers] of rows) {
    const answer = await offered(...words);
    if (answer === undefined) return;
    assertEquals(answer, offers, words.join(" "));
  }
});

Deno.test("fish offers flags up to the module, and nothing of keyhole's behind it", async () => {
  const rows: [line: string, offers: string[]][] = [
    ["keyhole --mapd", ["--mapdir"]],
    ["keyhole run --mapd", ["--mapdir"]],
    ["keyhole --dir . --quiet --mapd", ["--mapdir"]],
    ["keyhole --dir=. --mapd", ["--mapdir"]],
    ["keyhole inspect --", ["--help", "--json"]],
    ["keyhole inspect a.wasm --js", ["--json"]],
    ["keyhole completions ", ["bash", "fish", "zsh"]],
    ["keyhole x.wasm --", []],
    ["keyhole run x.wasm --", []],
    ["keyhole --dir . x.wasm --mapd", []],
    ["keyhole - --mapd", []],
    ["keyhole x.wasm inspect --", []],
    ["keyhole serve x.wasm --", []],
  ];
  const cwd = await Deno.makeTempDir();
  try {
    for (const [line, offers] of rows) {
      const script = `${completionScript("fish")}\ncomplete -C "${line}"`;
      const text = await shell("fish", ["--no-config", "-c", script], cwd);
      if (text === undefined) return;
      const words = text.split("\n").filter((it) => it !== "").map((it) => it.split("\t")[0]);
      assertEquals(words.toSorted(), offers, line);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
