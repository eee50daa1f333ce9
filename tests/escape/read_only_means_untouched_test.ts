/** Under a read-only mount the tree stays as it was: contents, names, modes, sizes, link counts, targets and times. */
import { assert, assertEquals } from "@std/assert";
import { attempt, attemptOn, operate, operationsOf } from "./attack.ts";
import { CHANGES } from "./attacks/changes.ts";
import { CORPUS } from "./attacks/corpus.ts";
import { setStage, STAGES } from "./stage.ts";

const readOnlyStages = STAGES.filter(({ wrapper }) => wrapper === "read-only");

for (const attack of CHANGES) {
  Deno.test(attack.title, (context) => attemptOn(readOnlyStages, attack, context));
}

Deno.test("after the whole corpus, one attack upon the other, the tree is what it was", async (context) => {
  for (const stage of STAGES.filter(({ wrapper }) => wrapper === "read-only" || wrapper === "overlay")) {
    await context.step(stage.name, async () => {
      const scene = setStage(stage);
      const before = await scene.protected();
      assert(before.split("\n").length > 20, before);
      for (const attack of [...CORPUS, ...CHANGES]) {
        const result = await operate(operationsOf(attack, scene), { dirs: scene.dirs });
        assertEquals([result.reason, result.stderrText()], ["exit", ""], attack.title);
      }
      assertEquals(await scene.protected(), before);
      scene.close();
    });
  }
});

Deno.test("the description of a tree tells every kind of change", async (context) => {
  const changes: Record<string, string[]> = {
    contents: ["f=open:file.txt::write", "write:$f:HELLO"],
    size: ["f=open:file.txt::write", "setsize:$f:4"],
    times: ["times:file.txt:0:1:MTIM"],
    "times of a directory": ["times:dir:0:1:MTIM"],
    names: ["rename:file.txt:renamed"],
    "a new name": ["mkdir:new"],
    "a lost name": ["unlink:dangling"],
    "link counts": ["link:file.txt:@/w@linked"],
    targets: ["unlink:dangling", "symlink:elsewhere:dangling"],
  };
  const stage = STAGES.find(({ wrapper, backend }) => wrapper === "plain" && backend !== "memory")!;
  for (const [what, operations] of Object.entries(changes)) {
    await context.step(what, async () => {
      // The mount is made anew as a plain one: what is described is the same tree.
      const scene = setStage(stage);
      const { fingerprint } = await import("./fingerprint.ts");
      const before = await fingerprint(scene.mount);
      await operate(operations, { dirs: scene.dirs });
      assert((await fingerprint(scene.mount)).join("\n") !== before.join("\n"), what);
      scene.close();
    });
  }
});

Deno.test("an attack that succeeded would be told", async () => {
  const [stage] = STAGES;
  let failure: unknown;
  try {
    await attempt({ title: "", steps: [["mkdir:new", "EROFS"]] }, stage!);
  } catch (error) {
    failure = error;
  }
  assert(failure instanceof Error && failure.name === "AssertionError", String(failure));
});
