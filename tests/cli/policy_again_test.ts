/** A policy made of a report has to suffice for the same run again, and to grant no more than that run was granted. */
import { assertEquals } from "@std/assert";
import { guestPath, inScratch, keyhole } from "./process.ts";

const byPath = guestPath("tests/guests/by_path.wasm");

const FILES = {
  "unused/": "",
  "w/a.txt": "a",
  "w/b.txt": "b",
  "w/sub/c.txt": "c",
  "w/sub/e.txt": "e",
  "w/sub/deep/d.txt": "d",
};

/** Flags of the first run, operations, and the mounts of the policy. */
type Again = readonly [flags: string, operations: string, mounts: readonly unknown[]];

const file = (path: string, access = "ro", as = path): unknown => ({ file: path, as, access });
const dir = (path: string, access = "ro", as = path): unknown => ({ dir: path, as, access });

const CASES: Readonly<Record<string, readonly Again[]>> = {
  "what a read-only grant refused to change stays read-only": [
    ["--dir w:ro", "rename:w/x,w/y", [dir("w")]],
    ["--dir w:ro", "rename:w/a.txt,w/y", [dir("w")]],
    ["--dir w:ro", "link:w/a.txt,w/y", [dir("w")]],
    ["--read-only --dir w", "rename:w/a.txt,w/sub/y", [dir("w")]],
    ["--dir w::/w:ro", "write:/w/n append:/w/a.txt read:/w/a.txt", [dir("w", "ro", "/w")]],
    [
      "--file w/a.txt:ro --file w/b.txt:ro",
      "rename:w/a.txt,w/b.txt link:w/b.txt,w/a.txt",
      [file("w/a.txt"), file("w/b.txt")],
    ],
  ],
  "what the run made itself, or what is not there, is not granted by name": [
    ["--dir w", "mkdir:w/build write:w/build/out", [dir("w", "rw")]],
    ["--dir w", "rename:w/sub,w/moved read:w/moved/c.txt", [dir("w", "rw")]],
    ["--dir w", "read:w/conf/none.txt", [dir("w")]],
    ["--dir w", "read:w/sub/none.txt stat:w/sub/none.txt", [dir("w/sub")]],
    ["--dir w", "mkdir:w/sub/new", [dir("w/sub", "rw")]],
  ],
  "a directory that was opened is granted as one": [
    ["--dir w", "enter:w/sub", [dir("w/sub")]],
    ["--dir w", "enter:w/sub read:w/sub/c.txt", [dir("w/sub")]],
    ["--dir w", "list:w/sub/deep", [dir("w/sub/deep")]],
    ["--dir w", "enter:w", [dir("w")]],
    ["--dir w", "enter:w/. read:w/sub/c.txt", [dir("w")]],
    ["--dir w --dir unused", "enter:w/sub/. read:w/sub/c.txt", [dir("w/sub")]],
  ],
  "the way to what was used is granted, too": [
    ["--dir w", "read:w/sub/../a.txt", [dir("w")]],
    ["--dir w", "append:w/sub/deep/../e.txt", [dir("w", "rw")]],
    ["--dir w", "read:w/sub/deep/../deep/d.txt", [dir("w")]],
    ["--dir .", "read:./w/sub/c.txt", [dir(".")]],
    ["--dir w", "list:w/sub/", [dir("w/sub")]],
    ["--dir w", "read:w/a.txt read:w/../x", [file("w/a.txt")]],
    ["--dir w", "write:w/sub/link", [dir("w", "rw")]],
    ["--dir w", "read:w/sub/link", [dir("w")]],
    ["--dir w", "read:w/way/c.txt", [dir("w")]],
    ["--dir w", "unlink:w/way/c.txt", [dir("w", "rw")]],
  ],
  "what has failed for another reason fails for the same": [
    ["--dir w", "read:w/sub/c.txt read:w/a.txt/x", [dir("w")]],
    ["--dir w", "rename:w/a.txt,w/none/x", [dir("w")]],
    ["--dir w", "unlink:w/sub/none", [dir("w/sub", "rw")]],
    ["--dir w", "rename:w/none,w/other rmdir:w/a.txt rmdir:w/sub", [dir("w", "rw")]],
    ["--dir w", "unlink:w/none read:w/a.txt", [dir("w", "rw")]],
    ["--dir w:ro", "unlink:w/none read:w/a.txt", [dir("w")]],
    ["--overlay w", "unlink:w/none", [{ overlay: "w", as: "w" }]],
    ["--dir w", "mkdir:w/sub read:w/sub/c.txt", [dir("w")]],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  Deno.test(name, async () => {
    for (const [flags, operations, mounts] of cases) {
      const args = operations.split(" ");
      const first = await outcome(async (directory) => {
        const run = await keyhole(directory, ...flags.split(" "), "--report=r.json", byPath, ...args);
        const made = await keyhole(directory, "policy", "--from", "r.json", "-o", "p.json");
        assertEquals([run.code, made.code], [0, 0], run.stderr + made.stderr);
        const policy = await Deno.readTextFile(`${directory}/p.json`);
        assertEquals(JSON.parse(policy).mounts, mounts, operations);
        return [policy, run.stdout];
      });
      const [policy] = first;
      const again = await outcome(async (directory) => {
        await Deno.writeTextFile(`${directory}/p.json`, policy!);
        const run = await keyhole(directory, "--policy", "p.json", byPath, ...args);
        return [policy!, run.stdout];
      });
      assertEquals(again, first, `${flags} ${operations}`);
    }
  });
}

/** What something comes to on a fresh tree, and the tree afterwards. */
async function outcome(act: (directory: string) => Promise<string[]>): Promise<string[]> {
  const result: string[] = [];
  await inScratch(FILES, async (directory) => {
    await Deno.symlink("../a.txt", `${directory}/w/sub/link`);
    await Deno.symlink("sub", `${directory}/w/way`);
    result.push(...await act(directory), ...tree(`${directory}/w`));
  });
  return result;
}

function tree(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory)).flatMap(({ name, isDirectory, isSymlink }): string[] => {
    const path = `${directory}/${name}`;
    if (isDirectory) return [`${name}/`, ...tree(path).map((below) => `${name}/${below}`)];
    return [`${name}: ${isSymlink ? Deno.readLinkSync(path) : Deno.readTextFileSync(path)}`];
  }).sort();
}
