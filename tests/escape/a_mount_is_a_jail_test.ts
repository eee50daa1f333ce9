/** No path, link or rename of a guest reaches outside of the directory that was granted. */
import { attemptOn } from "./attack.ts";
import { GUEST_MADE_LINKS } from "./attacks/links.ts";
import { OBJECTS } from "./attacks/objects.ts";
import { WALLS_OF_A_DESCRIPTOR, WAYS_OUT } from "./attacks/ways_out.ts";
import { STAGES } from "./stage.ts";

for (const attack of [...WAYS_OUT, WALLS_OF_A_DESCRIPTOR, ...GUEST_MADE_LINKS, ...OBJECTS]) {
  Deno.test(attack.title, (context) => attemptOn(STAGES, attack, context));
}
