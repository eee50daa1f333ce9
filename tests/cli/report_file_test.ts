/** The file of a report, whatever happens to its name meanwhile. */
import { assertEquals } from "@std/assert";
import { openReport } from "../../caps/cli/report_file.ts";
import type { Terminal } from "../../caps/cli/terminal.ts";
import { inScratch } from "./process.ts";

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
