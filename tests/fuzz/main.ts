/**
 * Fuzzing: damaged modules and hostile calls. Everything has to end in an exit code, a trap, a limit or an errno.
 *
 *     deno run -A tests/fuzz/main.ts [--modules 10000] [--calls 100000] [--seed 1]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { FUZZED_STAGES, Victim } from "./calls.ts";
import { corpus, runDamaged } from "./modules.ts";
import { Numbers } from "./random.ts";

const flags = parseArgs(Deno.args, { string: ["modules", "calls", "seed"] });
const seed = Number(flags.seed ?? 1);
let failures = 0;

function tell(what: string, index: number, error: unknown): void {
  failures++;
  console.log(`${what} ${index} of seed ${seed}:`, error);
}

const modules = corpus();
const outcomes = new Map<string, number>();
for (let index = 0; index < Number(flags.modules ?? 10_000); index++) {
  try {
    const outcome = await runDamaged(new Numbers(seed * 1_000_003 + index), modules);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } catch (error) {
    tell("module", index, error);
  }
}
console.log("modules:", Object.fromEntries(outcomes));

const answers = new Map<string, number>();
const share = Math.ceil(Number(flags.calls ?? 100_000) / FUZZED_STAGES.length);
for (const [which, stage] of FUZZED_STAGES.entries()) {
  const victim = new Victim(new Numbers(seed * 1_000_003 + which), stage);
  const before = await victim.protected();
  for (let index = 0; index < share; index++) {
    try {
      const answer = victim.call().split(" ")[1]!;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    } catch (error) {
      tell(`call on ${stage.name}`, index, error);
    }
  }
  if (await victim.protected() !== before) tell(`something outside of ${stage.name} has changed`, 0, "");
  victim.close();
}
console.log("calls by errno:", Object.fromEntries(answers));
console.log(`${failures} failures`);
Deno.exit(failures === 0 ? 0 : 1);
