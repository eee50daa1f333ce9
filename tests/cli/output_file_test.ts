/** Files that commands write, and what was there before. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../caps/cli/messages.ts";
import { writeFile } from "../../caps/cli/output_file.ts";
import { inScratch } from "./process.ts";

const ignore = Deno.build.os === "windows"; // Nor does it have modes, and not every user may make links.
const NEW = new TextEncoder().encode("new");

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

Deno.test("a file is made, and one that is there is replaced", async () => {
  await inScratch({ "old.txt": "a longer text" }, (directory) => {
    for (const name of ["old.txt", "fresh.txt"]) {
      writeFile(`${directory}/${name}`, NEW);
      assertEquals(Deno.readTextFileSync(`${directory}/${name}`), "new");
    }
    assertEquals(names(directory), ["fresh.txt", "old.txt"]);
    return Promise.resolve();
  });
});

Deno.test({
  name: "a file that is replaced keeps its mode, its links and its other names",
  ignore,
  async fn(): Promise<void> {
    await inScratch({ "a/old.sh": "old", "two.txt": "old" }, (directory) => {
      Deno.chmodSync(`${directory}/a/old.sh`, 0o751);
      Deno.symlinkSync("a/old.sh", `${directory}/link`);
      Deno.symlinkSync("a/later", `${directory}/ahead`);
      Deno.linkSync(`${directory}/two.txt`, `${directory}/same.txt`);
      for (const name of ["link", "ahead", "two.txt"]) writeFile(`${directory}/${name}`, NEW);
      for (const name of ["a/old.sh", "a/later", "same.txt"]) {
        assertEquals(Deno.readTextFileSync(`${directory}/${name}`), "new", name);
      }
      assertEquals(Deno.statSync(`${directory}/a/old.sh`).mode! & 0o7777, 0o751);
      assertEquals([Deno.readLinkSync(`${directory}/link`), names(`${directory}/a`)], ["a/old.sh", [
        "later",
        "old.sh",
      ]]);
      return Promise.resolve();
    });
  },
});

Deno.test({
  name: "what is no file is written as it stands",
  ignore,
  async fn(): Promise<void> {
    writeFile("/dev/null", NEW);
    assert(Deno.statSync("/dev/null").isCharDevice);
    await inScratch({}, async (directory) => {
      await new Deno.Command("mkfifo", { args: [`${directory}/pipe`] }).output();
      const reader = new Deno.Command("cat", { args: [`${directory}/pipe`], stdout: "piped" }).spawn();
      writeFile(`${directory}/pipe`, NEW);
      assertEquals(new TextDecoder().decode((await reader.output()).stdout), "new");
      assert(Deno.statSync(`${directory}/pipe`).isFifo);
    });
  },
});

Deno.test("where no file can be is a mistake in the command line", async () => {
  await inScratch({ "file": "", "d/": "" }, (directory) => {
    for (
      const [name, reason] of [
        ["nope/x", "no such file or directory"],
        ["d", "it is a directory"],
        ["file/x", "part of its path is a file"],
      ]
    ) {
      const path = `${directory}/${name}`;
      const error = assertThrows(() => writeFile(path, NEW), CommandError);
      const { message, code } = error as CommandError;
      assertEquals([message, code], [`File "${path}" cannot be written: ${reason}`, 2]);
    }
    assertEquals([names(directory), names(`${directory}/d`)], [["d", "file"], []]);
    return Promise.resolve();
  });
});
