/** What every clock that tells the time of this machine has to do. */
import { assert } from "@std/assert";
import type { Clock } from "../../mod.ts";

/** Looks at a clock again and again, and at the date before and after. */
export function mustAgreeWithDate(wall: Clock): void {
  for (let i = 0; i < 1000; i++) {
    const before = Date.now();
    const now = wall.now();
    const after = Date.now();
    assert(
      now >= BigInt(before) * 1_000_000n && now < BigInt(after + 1) * 1_000_000n,
      `${before} ${now} ${after}`,
    );
  }
}
