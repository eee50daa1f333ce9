import { assert, assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");

/** A browser that shows pages without a screen, if there is one. */
async function findBrowser(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output();
      return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** What a browser makes of a page: its document as text. */
async function documentOf(browser: string, directory: string, page: string): Promise<string> {
  const { stdout } = await new Deno.Command(browser, {
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      ...[`--user-data-dir=${directory}/browser`, "--dump-dom", `file://${directory}/${page}`],
    ],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("a browser shows the page of a report: grants, refusals, the tree and time", async () => {
  const browser = await findBrowser();
  if (browser === undefined) return console.warn("skipped: no Chromium here to look at the page with");
  await inScratch({ "in/deep/er/a.txt": "hello" }, async (directory) => {
    const operations = [
      "f=open:deep/er/a.txt",
      "read:$f",
      "open:../../etc/passwd",
      "open:<img src=x onerror=alert(1)>",
    ];
    const flags = ["--report", "run.html", "--dir", "in::/in:ro", "--env", "LANG=C", "--max-memory", "64M"];
    const { code } = await keyhole(directory, ...flags, calls, ...operations);
    assertEquals(code, 0);
    const page = await documentOf(browser, directory, "run.html");
    assert(page.includes("<title>calls.wasm under keyhole</title>"), page.slice(0, 500));
    const cells = Array.from(page.matchAll(/<td>(.*?)<\/td>/g), ([, cell]) => cell!.replace(/<[^>]*>/g, ""));
    for (
      const cell of [
        "/in",
        `${directory}/in`,
        "ro",
        "5 bytes",
        "LANG",
        "/in/../../etc/passwd",
        "ENOTCAPABLE",
        "64 MiB",
      ]
    ) {
      assert(cells.includes(cell), `${cell} is missing among ${cells.join(" | ")}`);
    }
    const tree = page.slice(page.indexOf('<section id="touched">'));
    assert(tree.includes("deep/er/a.txt"), tree);
    assert(tree.includes("&lt;img src=x onerror=alert(1)&gt;"), "a name is a text and no element");
    assert(!page.includes("<img"), "a name is a text and no element");
    assertEquals(page.match(/<svg /g)?.length, 3);
    assert(/<svg class="read"[^>]*><rect /.test(page), "what was read is a bar");
  });
});
