/**
 * A short run of the fuzzers; `tests/README.md` tells how a long one is made.
 *
 * @module
 */
import { assert } from "@std/assert";
import { Victim } from "./calls.ts";
import { corpus, runDamaged } from "./modules.ts";
import { Numbers } from "./random.ts";

Deno.test("damaged modules end in an exit code, a trap, a limit or a refusal", async () => {
  const modules = corpus();
  const outcomes = new Set<string>();
  for (let index = 0; index < 150; index++) outcomes.add(await runDamaged(new Numbers(index), modules));
  assert(outcomes.has("refused") && outcomes.has("exit"), [...outcomes].join());
});

Deno.test("calls with arguments of chance end in an errno, or end the guest", () => {
  const victim = new Victim(new Numbers(7));
  const answers = new Set<string>();
  for (let index = 0; index < 5_000; index++) answers.add(victim.call());
  victim.close();
  assert(answers.size > 100, `${answers.size} different answers`);
});
