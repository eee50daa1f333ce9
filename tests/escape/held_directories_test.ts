/** An open directory whose way became a link tells nothing of what the link leads to. */
import { assert, assertEquals } from "@std/assert";
import { answersOf, operate } from "./attack.ts";
import { type Scene, setStage, type Stage, STAGES } from "./stage.ts";

/** Below the directory outside: a file, a directory, a link to it, and nothing. */
const THINGS = ["secret.txt", "x", "alias", "absent"];

/** How a guest makes the way to a directory of its own one to a thing outside. */
const WAYS: readonly (readonly string[])[] = [
  ["mkdir:a", "mkdir:a/THING", "d=open:a/THING:DIRECTORY", "rename:a:b", "symlink:../outside:a"],
  [
    "mkdir:a",
    "mkdir:a/outside",
    "mkdir:a/outside/THING",
    "d=open:a/outside/THING:DIRECTORY",
    "rename:a:b",
    "symlink:..:a",
  ],
  [
    "mkdir:a",
    "mkdir:a/THING",
    "mkdir:a/THING/below",
    "d=open:a/THING/below:DIRECTORY",
    "rename:a:b",
    "symlink:../outside:a",
  ],
];

/** Everything that an open directory can be asked. */
const CALLS = [
  "fstat:$d",
  "ftimes:$d:1:1",
  "sync:$d",
  "readdir:$d:4096:0",
  "list:@$d@.",
  "stat:@$d@.",
  "stat:@$d@secret.txt",
  "get:@$d@secret.txt",
  "get:@$d@../secret.txt",
  "put:@$d@made.txt:x",
  "open:@$d@secret.txt:TRUNC",
  "open:@$d@.:DIRECTORY",
  "times:@$d@.:1:1",
  "times:@$d@secret.txt:1:1",
  "mkdir:@$d@made",
  "rmdir:@$d@made",
  "unlink:@$d@secret.txt",
  "symlink:x:@$d@made",
  "readlink:@$d@made",
  "link:@$d@secret.txt:mine",
  "link:file.txt:@$d@mine",
  "rename:@$d@secret.txt:mine",
  "rename:dir:@$d@mine",
];

async function probe(thing: string, way: readonly string[], scene: Scene): Promise<string[]> {
  const operations = [...way.map((step) => step.replace("THING", thing)), ...CALLS];
  const result = await operate(operations, { dirs: scene.dirs });
  assertEquals([result.reason, result.code], ["exit", 0]);
  // Numbers of inodes, and times, differ from one guest to the next.
  return answersOf(result.stdoutText()).map((answer) => answer.replace(/\d+/g, "N")).slice(way.length);
}

async function answersAbout(thing: string, way: readonly string[], stage: Stage): Promise<string[]> {
  const scene = setStage(stage);
  try {
    Deno.symlinkSync("x", `${scene.outside}/alias`);
    const before = await scene.protected();
    const answers = await probe(thing, way, scene);
    assertEquals(await scene.protected(), before, thing);
    return answers;
  } finally {
    scene.close();
  }
}

Deno.test("a directory held open does not tell what its old path leads to", async (context) => {
  for (const stage of STAGES.filter(({ backend }) => backend !== "memory")) {
    await context.step(stage.name, async () => {
      for (const way of WAYS) {
        const reference = await answersAbout(THINGS[0]!, way, stage);
        if (stage.name === "portable") assert(reference.filter((it) => it === "ESTALE").length > 15);
        for (const thing of THINGS.slice(1)) {
          assertEquals(await answersAbout(thing, way, stage), reference, thing);
        }
      }
    });
  }
});
