/** What must work, and how, on every kind of directory. */
import { contentSemantics } from "./semantics_content.ts";
import { linkSemantics } from "./semantics_links.ts";
import { nameSemantics } from "./semantics_names.ts";
import type { Backing, Room } from "./room.ts";

/** One thing that holds, as a sentence, and the check of it. */
export interface Semantic {
  readonly title: string;
  check(room: Room, backing: Backing): void;
}

export const SEMANTICS: readonly Semantic[] = [...contentSemantics, ...nameSemantics, ...linkSemantics];
