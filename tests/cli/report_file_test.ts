/** The file of a report, whatever happens to its name meanwhile. */
import { assert, assertEquals } from "@std/assert";
import { openReport } from "../../caps/cli/report_file.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { guestPath, inScratch, keyhole, startKeyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");

const nobody = {} as Terminal;

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

Deno.test("a file that has taken the name of a report meanwhile is left alone", async () => {
  await inScratch({ "a/": "", "b/r.json": "mine" }, async (directory) => {
    const report = await openReport(`${directory}/a/r.json`, nobody);
    Deno.renameSync(`${directory}/a`, `${directory}/c`);
    Deno.renameSync(`${directory}/b`, `${directory}/a`);
    report.close();
    assertEquals(Deno.readTextFileSync(`${directory}/a/r.json`), "mine");
    const linked = await openReport(`${directory}/link.json`, nobody);
    Deno.removeSync(`${directory}/link.json`);
    Deno.symlinkSync("a/r.json", `${directory}/link.json`);
    linked.close();
    assertEquals(names(directory), ["a", "c", "link.json"]);
  });
});

Deno.test("a report that was not written leaves no file", async () => {
  await inScratch({ "old.json": "{}" }, async (directory) => {
    for (const name of ["new.json", "old.json"]) (await openReport(`${directory}/${name}`, nobody)).close();
    assertEquals(names(directory), []);
  });
});

Deno.test("a report that the program removes, forges or moves is told of", async () => {
  const told = 'error: Report "w/r.json" was removed or replaced while the program ran\n' +
    "  hint: Give the name of a file outside of what the program may change\n";
  const tricks: [operations: string[], left: string | undefined][] = [
    [["unlink:r.json"], undefined],
    [["unlink:r.json", "put:r.json:forged"], "forged"],
    [["rename:r.json:old.json", "put:r.json:forged"], "forged"],
    [["rename:r.json:old.json", "put:b.json:forged", "symlink:b.json:r.json"], "forged"],
  ];
  for (const lockdown of ["auto", "off"]) {
    for (const [operations, left] of tricks) {
      await inScratch({ "w/": "" }, async (directory) => {
        const run = ["--lockdown", lockdown, "--dir", "w", "--report", "w/r.json", "--stdout", "null", calls];
        const { code, stderr } = await keyhole(directory, ...run, ...operations, "check");
        assertEquals([code, stderr], [125, told], operations.join(" "));
        const there = names(`${directory}/w`).includes("r.json");
        assertEquals(there ? Deno.readTextFileSync(`${directory}/w/r.json`) : undefined, left);
      });
    }
  }
  await inScratch({ "w/": "" }, async (directory) => {
    const run = ["--dir", "w", "--report", "w/r.json", calls, "unlink:r.json", "exit:7"];
    assertEquals((await keyhole(directory, ...run)).code, 7);
    // What it only writes over is written over again.
    const over = ["--dir", "w", "--report", "w/r.json", calls, "put:r.json:forged"];
    assertEquals((await keyhole(directory, ...over)).code, 0);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/w/r.json`)).exit.code, 0);
  });
});

Deno.test("that is told of too where Deno permits no more than is needed", async () => {
  await inScratch({ "w/": "" }, async (directory) => {
    await Deno.copyFile(calls, `${directory}/calls.wasm`);
    const run = ["--dir", "w", "--report", "w/r.json", "calls.wasm"];
    const printed = await keyhole(directory, "--print-permissions", ...run);
    const permissions = printed.stdout.trim().split(" ");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-check",
        ...permissions,
        guestPath("cli.ts"),
        ...run,
        "rename:r.json:x",
        "put:r.json:y",
      ],
      cwd: directory,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 125, text);
    assert(text.startsWith('error: Report "w/r.json" was removed or replaced'), text);
  });
});

Deno.test({
  name: "an interrupted run leaves an old report as it was",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await inScratch({ "r.json": "old" }, async (directory) => {
        const process = startKeyhole(directory, ["--report", "r.json", calls, "print:started", "spin"]);
        const reader = process.stdout.getReader();
        await reader.read();
        process.kill(signal);
        assertEquals((await process.status).signal, signal);
        await reader.cancel();
        await process.stderr.cancel();
        assertEquals(Deno.readTextFileSync(`${directory}/r.json`), "old");
      });
    }
  },
});

Deno.test({
  name: "a pipe that nobody reads is refused, and one that somebody reads gets everything",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await inScratch({}, async (directory) => {
      await new Deno.Command("mkfifo", { args: [`${directory}/pipe`] }).output();
      const hint = "  hint: Start what reads it first\n";
      for (const [flag, what] of [["--report=./pipe", "Report"], ["--trace=./pipe", "File"]]) {
        const { code, stderr } = await keyhole(directory, flag!, calls, "exit:0");
        const told = `error: ${what} "./pipe" cannot be written: it is a pipe that nobody reads\n${hint}`;
        assertEquals([code, stderr], [2, told]);
      }
      const reader = new Deno.Command("cat", { args: ["pipe"], cwd: directory, stdout: "piped" }).spawn();
      // Opening both ends at once waits for cat to have opened its own.
      const opened = await Deno.open(`${directory}/pipe`, { write: true });
      const { code } = await keyhole(directory, "--report", "pipe", calls, "exit:0");
      opened.close();
      const read = new TextDecoder().decode((await reader.output()).stdout);
      assertEquals([code, JSON.parse(read).exit.code], [0, 0]);
    });
  },
});
