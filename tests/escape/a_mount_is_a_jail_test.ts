/** No path, link, name, descriptor or rename of a guest reaches outside of the directory that was granted. */
import { attemptOn } from "./attack.ts";
import { CORPUS } from "./attacks/corpus.ts";
import { STAGES } from "./stage.ts";

for (const attack of CORPUS) {
  Deno.test(attack.title, (context) => attemptOn(STAGES, attack, context));
}
