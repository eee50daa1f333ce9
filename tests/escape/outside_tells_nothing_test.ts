/** Whether something outside exists, and what it is, makes no difference to any answer. */
import { assert, assertEquals } from "@std/assert";
import { answersOf, operate } from "./attack.ts";
import { type Scene, setStage, type Stage, STAGES } from "./stage.ts";

/** Below the directory outside: a file, a directory, a link, a pipe, a socket, and nothing. */
const THINGS = ["secret.txt", "x", "alias", "pipe", "socket", "absent", "absent/deeper"];

/** Every call that could look outside; PLACE stands for what is there, or not. */
const CALLS = [
  "get:PLACE",
  "get:PLACE:NOFOLLOW",
  "get:PLACE/",
  "get:PLACE/.",
  "get:PLACE/..",
  "get:PLACE/../secret.txt",
  "open:PLACE:CREAT",
  "open:PLACE:CREAT,EXCL",
  "open:PLACE:TRUNC",
  "open:PLACE:DIRECTORY",
  "list:PLACE",
  "stat:PLACE",
  "stat:PLACE:NOFOLLOW",
  "times:PLACE:1:1",
  "mkdir:PLACE",
  "rmdir:PLACE",
  "unlink:PLACE",
  "readlink:PLACE",
  "symlink:x:PLACE",
  "link:PLACE:mine",
  "link:PLACE:mine:FOLLOW",
  "link:file.txt:PLACE",
  "rename:PLACE:mine",
  "rename:file.txt:PLACE",
  "rename:dir:PLACE",
];

/** Ways to name what is outside: directly, through links of the host, through the guest's own. */
const WAYS = ["../outside/THING", "dir/../../outside/THING", "out/THING", "out-abs/THING", "OUTSIDE/THING"];

/** Answers to calls about a thing outside, named in every way. */
async function probe(thing: string, scene: Scene): Promise<string[]> {
  const fill = (text: string): string => text.replace("THING", thing).replace("OUTSIDE", scene.outside);
  const direct = WAYS.flatMap((way) => CALLS.map((call) => call.replace("PLACE", fill(way))));
  // A link of the guest's own is made anew for each call, since some of them would take it away.
  const own = CALLS.flatMap((call) => [
    `symlink:../outside/${thing}:own`,
    call.replace("PLACE", "own"),
    "unlink:mine",
    "unlink:own",
  ]);
  const moved = ["rename:file.txt:kept", "rename:kept:file.txt"];
  const result = await operate([...direct, ...own, ...moved], { dirs: scene.dirs });
  assertEquals([result.reason, result.code], ["exit", 0]);
  return answersOf(result.stdoutText()).map(withoutAccidents);
}

/** An answer without what differs from one guest to the next, and without the guest's own word for the thing. */
function withoutAccidents(answer: string): string {
  return answer.replace(/(size|dev|ino|[amc]tim)=\d+/g, "$1").replace(
    /^OK \d+ "\.\.\/outside.*/,
    "OK, the link",
  );
}

function setStageWithThings(stage: Stage): Scene {
  const scene = setStage(stage);
  Deno.symlinkSync("secret.txt", `${scene.outside}/alias`);
  new Deno.Command("mkfifo", { args: [`${scene.outside}/pipe`] }).outputSync();
  const listener = Deno.listen({ transport: "unix", path: `${scene.outside}/socket` });
  const close = (): void => {
    listener.close();
    scene.close();
  };
  return { ...scene, close };
}

Deno.test("answers do not depend on what is outside", async (context) => {
  for (const stage of STAGES.filter(({ backend }) => backend !== "memory")) {
    await context.step(stage.name, async () => {
      const answers = new Map<string, string[]>();
      for (const thing of THINGS) {
        const scene = setStageWithThings(stage);
        const before = await scene.protected();
        answers.set(thing, await probe(thing, scene));
        assertEquals(await scene.protected(), before, thing);
        scene.close();
      }
      const [reference] = answers.values() as Iterable<string[]>;
      assert(reference!.filter((answer) => answer === "ENOTCAPABLE").length > 100);
      for (const [thing, given] of answers) assertEquals(given, reference, thing);
    });
  }
});
