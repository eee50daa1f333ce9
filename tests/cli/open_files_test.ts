/** `--max-open-files` counts what a program finds open when it starts. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const calls = guestPath("tests/guests/calls.wasm");
const hello = guestPath("examples/copy/hello.wasm");

function told(limit: number, needed: number): string {
  return `error: The program would start with ${needed} open files, and the limit is ${limit}\n` +
    `  hint: Write --max-open-files ${needed}, or more for files that it opens itself\n`;
}

Deno.test("a limit of open files below what the program starts with is refused, and names what is needed", async () => {
  await inScratch({ "a/x": "", "b/": "", "keep.txt": "kept" }, async (directory) => {
    const cases: [limit: number, needed: number, flags: string[]][] = [
      [3, 4, ["--dir", "a"]],
      [1, 3, []],
      [4, 6, ["--dir", "a", "--tmp", "/t", "--overlay", "b::/o"]],
      // Files of one directory are found in one.
      [3, 4, ["--file", "a/x", "--file", "keep.txt::a/y"]],
      [4, 5, ["--dir", "a", "--listen", "127.0.0.1:0", "--quiet"]],
      // Directories in which refusals are seen were granted by nobody.
      [3, 4, ["--dir", "a", "--explain"]],
    ];
    for (const [limit, needed, flags] of cases) {
      const given = ["--stdout", "keep.txt", ...flags];
      const run = (most: number): ReturnType<typeof keyhole> =>
        keyhole(directory, "--max-open-files", String(most), ...given, calls, "exit:7");
      const { code, stderr } = await run(limit);
      assertEquals([flags, code, stderr], [flags, 2, told(limit, needed)]);
      assertEquals(await Deno.readTextFile(`${directory}/keep.txt`), "kept");
      assertEquals([flags, (await run(needed - 1)).code], [flags, 2]);
    }
    for (const [, needed, flags] of cases) {
      const { code } = await keyhole(directory, `--max-open-files=${needed}`, ...flags, calls, "exit:7");
      assertEquals([flags, code], [flags, 7]);
    }
  });
});

Deno.test("a limit that a policy gives is looked at too", async () => {
  const policy = JSON.stringify({ mounts: [{ dir: "a", as: "/a" }], limits: { openFiles: 3 } });
  await inScratch({ "a/": "", "p.json": policy }, async (directory) => {
    const { code, stderr } = await keyhole(directory, "--policy", "p.json", calls, "exit:7");
    assertEquals([code, stderr], [2, told(3, 4)]);
  });
});

Deno.test("a server's limit is looked at before the first client", async () => {
  await inScratch({ "a/": "" }, async (directory) => {
    const flags = ["--listen", "unix:s", "--max-open-files", "3", "--dir", "a"];
    const { code, stderr } = await keyhole(directory, "serve", ...flags, hello);
    assertEquals([code, stderr], [2, told(3, 4)]);
    assertEquals(Array.from(Deno.readDirSync(directory), ({ name }) => name), ["a"]);
  });
});
