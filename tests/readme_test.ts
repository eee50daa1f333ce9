/**
 * What the README shows is what happens.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { copy } from "@std/fs";
import { inRepository } from "./repository.ts";
import { transcriptsOf, typed } from "./transcript.ts";

Deno.test({
  name: "the transcripts of the README hold",
  ignore: Deno.build.os === "windows",
  async fn(t): Promise<void> {
    const steps = transcriptsOf(await Deno.readTextFile(inRepository("README.md")));
    assert(steps.length > 5, "no transcripts were found");
    const folder = await Deno.makeTempDir({ prefix: "keyhole-readme-" });
    for (const name of ["examples", "tests/guests", "LICENSE"]) {
      await copy(inRepository(name), `${folder}/${name}`);
    }
    for (const { command, output } of steps) {
      await t.step(command, async () => {
        const shown = await typed(command, folder);
        // A transcript without output shows a command whose output is not the point.
        if (output !== "") assertEquals(shown, output);
      });
    }
    await Deno.remove(folder, { recursive: true });
  },
});
