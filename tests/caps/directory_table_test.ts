/**
 * The one table of directory tests: every kind of directory must answer every row alike, and whatever a row tries,
 * nothing beside the mount may change.
 */
import { assertEquals } from "@std/assert";
import { outcome, put, tree } from "./outcome.ts";
import { BACKINGS } from "./table/backings.ts";
import { OUTWARD } from "./table/fixture.ts";
import { type OperationName, OPERATIONS } from "./table/operations.ts";
import { REFUSALS } from "./table/refusals.ts";
import { place, type Room } from "./table/room.ts";
import { SEMANTICS } from "./table/semantics.ts";

for (const backing of BACKINGS) {
  for (const { title, paths, answers } of REFUSALS) {
    Deno.test(`${backing.name}: ${title}`, () => {
      const room = backing.open();
      try {
        const before = [room.beside(), ...tree(room.root)];
        for (const [operations, code] of answers) {
          for (const operation of operations) {
            for (const path of paths) refuses(room, operation, path, code);
            assertEquals([room.beside(), ...tree(room.root)], before, operation);
          }
        }
      } finally {
        room.close();
      }
    });
  }

  for (const operation of ["remove file", "rename from", "rename to", "link from"] as const) {
    Deno.test(`${backing.name}: "${operation}" at a link that leads outside means the link`, () => {
      const room = backing.open();
      try {
        const beside = room.beside();
        for (const path of OUTWARD) {
          put(room.root, "file.txt", "hello");
          assertEquals([path, outcome(() => OPERATIONS[operation](room.root, path))], [path, "done"]);
          if (operation === "link from") room.root.removeFile("linked");
          assertEquals(room.beside(), beside, path);
        }
      } finally {
        room.close();
      }
    });
  }

  for (const { title, check } of SEMANTICS) {
    Deno.test(`${backing.name}: ${title}`, () => {
      const room = backing.open();
      try {
        const beside = room.beside();
        check(room, backing);
        assertEquals(room.beside(), beside);
      } finally {
        room.close();
      }
    });
  }
}

function refuses(room: Room, operation: OperationName, path: string, code: string): void {
  const label = `${operation} ${JSON.stringify(path.slice(0, 80))}`;
  const answer = outcome(() => OPERATIONS[operation](room.root, place(path, room.outside, "")));
  assertEquals([label, answer], [label, code]);
}
