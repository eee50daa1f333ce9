/** The file of a report, whatever happens to its name meanwhile. */
import { assert, assertEquals } from "@std/assert";
import { openReport } from "../../caps/cli/report_file.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import type { Report } from "../../caps/report.ts";
import { readReport } from "../../caps/report/read.ts";
import { report as meanwhile } from "../caps/reports.ts";
import { guestPath, inScratch, keyhole, keyholeInShell, startKeyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");

const nobody = {} as Terminal;

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

Deno.test("a file that has taken the name of a report meanwhile is left alone", async () => {
  await inScratch({ "a/": "", "b/r.json": "mine" }, async (directory) => {
    const report = await openReport(`${directory}/a/r.json`, nobody, meanwhile);
    Deno.renameSync(`${directory}/a`, `${directory}/c`);
    Deno.renameSync(`${directory}/b`, `${directory}/a`);
    report.close();
    assertEquals(Deno.readTextFileSync(`${directory}/a/r.json`), "mine");
    const linked = await openReport(`${directory}/link.json`, nobody, meanwhile);
    Deno.removeSync(`${directory}/link.json`);
    Deno.symlinkSync("a/r.json", `${directory}/link.json`);
    linked.close();
    assertEquals(names(directory), ["a", "c", "link.json"]);
  });
});

Deno.test("a report that was not written leaves no file", async () => {
  await inScratch({ "old.json": "{}" }, async (directory) => {
    for (const name of ["new.json", "old.json"]) {
      (await openReport(`${directory}/${name}`, nobody, meanwhile)).close();
    }
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
  name: "an interrupted run leaves a report that says so, in place of an old one",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const cases: [signal: Deno.Signal, flags: string[]][] = [
      ["SIGINT", ["--lockdown", "off"]],
      ["SIGTERM", ["--dir", "in"]],
      ["SIGKILL", ["--dir", "in", "--deterministic"]],
    ];
    for (const [signal, flags] of cases) {
      const before = {
        "in/": "",
        "old.json": '{ "exit": { "reason": "exit", "code": 0 } }',
        "old.html": "old",
      };
      await inScratch(before, async (directory) => {
        for (const name of ["old.json", "new.json", "old.html"]) {
          await interrupt(directory, signal, ["--report", name, ...flags, calls, "print:started", "spin"]);
          const text = Deno.readTextFileSync(`${directory}/${name}`);
          if (name.endsWith(".html")) {
            assert(text.includes("<p>calls.wasm was interrupted: "), text);
            assert(!text.includes("old") && text.endsWith("</html>\n"), text);
            continue;
          }
          const report: Report = readReport(text);
          assertEquals([report.exit.reason, report.exit.code], ["interrupted", 130]);
          assertEquals([report.program, report.used, report.granted], ["calls.wasm", undefined, {}]);
        }
        const made = await keyhole(directory, "policy", "--from", "new.json");
        assertEquals(made.stderr, 'error: Report "new.json" tells nothing of what was used\n');
      });
    }
  },
});

/** Interrupts keyhole once the program has printed something. */
async function interrupt(directory: string, signal: Deno.Signal, args: readonly string[]): Promise<void> {
  const process = startKeyhole(directory, args);
  const reader = process.stdout.getReader();
  await reader.read();
  process.kill(signal);
  assertEquals((await process.status).signal, signal);
  await reader.cancel();
  await process.stderr.cancel();
}

Deno.test("what a report says meanwhile tells a program nothing of this machine, and nothing of it stays", async () => {
  await inScratch({ "w/r.json": "old".repeat(9999), "in.txt": "" }, async (directory) => {
    const flags = ["--dir", "w::/w", "--stdin", "in.txt", "--report", "w/r.json"];
    const { code, stdout } = await keyhole(directory, ...flags, calls, "get:r.json");
    assertEquals(code, 0);
    assert(stdout.includes("interrupted"), stdout);
    assert(!stdout.includes(directory) && !stdout.includes("in.txt"), stdout);
    const written = Deno.readTextFileSync(`${directory}/w/r.json`);
    assert(written.startsWith("{") && written.includes(directory), written);
    assertEquals(readReport(written).exit.reason, "exit");
  });
});

Deno.test({
  name: "a report that has no room on the disk is an error: before the program runs, or after it",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const told = 'error: Report "r.json" cannot be written: file too large\n';
    const cases: [room: number, old: boolean, stdout: string][] = [[0, true, ""], [1, false, "reached"]];
    for (const [room, old, stdout] of cases) {
      await inScratch(old ? { "r.json": "old" } : {}, async (directory) => {
        const script = `trap "" XFSZ; ulimit -f ${room}; "$@"`;
        const run = ["--report", "r.json", calls, "print:reached"];
        const ended = await keyholeInShell(script, directory, ...run);
        assertEquals([ended.code, ended.stderr], [125, told]);
        assertEquals(ended.stdout.slice(0, 7), stdout);
        assertEquals(names(directory), []);
      });
    }
  },
});

Deno.test("no report is left of a program that found no place to listen at", async () => {
  await inScratch({ "r.json": "old", "taken": "" }, async (directory) => {
    const run = ["--report", "r.json", "--listen", "unix:taken/socket", calls];
    const { code, stderr } = await keyhole(directory, ...run);
    assertEquals(code, 2, stderr);
    assertEquals(names(directory), ["taken"]);
  });
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
