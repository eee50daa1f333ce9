/** All attacks that need nothing but a mount. */
import type { Attack } from "../attack.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { GUEST_MADE_LINKS } from "./links.ts";
import { NAMES } from "./names.ts";
import { OBJECTS } from "./objects.ts";
import { WALLS_OF_A_DESCRIPTOR, WAYS_OUT } from "./ways_out.ts";

export const CORPUS: readonly Attack[] = [
  ...WAYS_OUT,
  WALLS_OF_A_DESCRIPTOR,
  ...GUEST_MADE_LINKS,
  ...OBJECTS,
  ...DESCRIPTORS,
  ...NAMES,
];
