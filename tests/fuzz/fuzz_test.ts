/**
 * A short run of the fuzzers; `tests/README.md` tells how a long one is made.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { FUZZED_STAGES, Victim } from "./calls.ts";
import { corpus, runDamaged } from "./modules.ts";
import { Numbers } from "./random.ts";

Deno.test("damaged modules end in an exit code, a trap, a limit or a refusal", async () => {
  const modules = corpus();
  const outcomes = new Set<string>();
  for (let index = 0; index < 300; index++) outcomes.add(await runDamaged(new Numbers(index), modules));
  for (const outcome of ["refused", "exit", "trap"]) assert(outcomes.has(outcome), [...outcomes].join());
});

Deno.test("calls with arguments of chance end in an errno, or end the guest, and nothing outside is touched", async () => {
  const succeeded = new Set<string>();
  for (const [which, stage] of FUZZED_STAGES.entries()) {
    const victim = new Victim(new Numbers(which), stage);
    const before = await victim.protected();
    for (let index = 0; index < 2000; index++) {
      const [name, errno] = victim.call().split(" ") as [string, string];
      if (errno === "0") succeeded.add(name);
    }
    assertEquals(await victim.protected(), before, stage.name);
    victim.close();
  }
  // Calls that always fail early would find nothing.
  assert(succeeded.size >= 38, `${succeeded.size} of the calls succeeded: ${[...succeeded].join()}`);
});
